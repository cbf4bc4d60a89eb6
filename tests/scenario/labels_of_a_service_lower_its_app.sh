#!/bin/bash
# A real Docker Engine in swarm mode. Labels of an app's service lower its mode,
# and never raise it: it is shown, a question that stands is taken back, a mend in
# its middle is held back, also where no head runs, and the file's mode is back
# when the label is gone. While Docker does not answer what was known stays, and
# after a restart nothing is mended before it does.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/swarm.bash"
docker_enter "$0" "$@"
busybox ip link set lo up

swarm_stage
receiver_start
stage_policy act '' 'lock-timeout = 240s
statement-timeout = 240s
deadline = 240s'
swarm_open
docker_image tiny:1
apps='shop orphan late after'
waits='while :; do if test -e /tmp/now; then rm /tmp/now; cat /fault >&2; fi; sleep 0.1; done'
for app in $apps; do
	pg_database "$app" app first_four
	(umask 077 && pg_url app "$app?schema=public" >"$stage/$app.url")
	# shellcheck disable=SC2086,SC2154 # several names
	prisma_folder "$stage/$app/prisma/migrations" $first_four "$the_fifth"
	stage_config "[app $app]
database-url-file = $stage/$app.url
migrations = $stage/$app/prisma/migrations
policy = p
remedy.missing-table = prisma
notify = local"
	docker_service "srv-captain--$app" -- "$waits"
done
for app in $apps; do
	swarm_awaits "srv-captain--$app"
done

fails() { docker exec "$(swarm_container "srv-captain--$1")" touch /tmp/now; }
# label APP OPTION...: changes the labels of its service alone.
label()
{
	local app=$1
	shift
	docker service update -d "$@" "srv-captain--$app" >/dev/null
}
of_app() { lm status --json | jq -r ".apps[] | select(.app == \"$1\") | $2"; }
mode_is() { [[ $(of_app "$1" .mode_text) == "$2" ]]; }
becomes()
{
	wait_for 240 mode_is "$1" "$2" ||
		bad "the mode of $1 is $(of_app "$1" .mode_text), not $2"
}
lowered() { echo "$2 (lowered by the label logmend.mode of service srv-captain--$1; the file allows act)"; }
logged() { grep -qF -- "$1" "$stage/agent.log" || bad "not in the log: $1"; }

# --- the mode falls -------------------------------------------------------------
agent_start
heard() { [[ $(of_app shop .labels_awaited) == false ]]; }
wait_for 240 heard || bad 'Docker tells no labels'
becomes shop act
running=$(swarm_container srv-captain--shop)
label shop --label-add logmend.mode=ask
becomes shop "$(lowered shop ask)"
logged "app shop: mode $(lowered shop ask)"
expect 'the container of shop' "$(swarm_container srv-captain--shop)" "$running"
output=$(lm status)
says "$(lowered shop ask)"
output=$(lm check-config 2>&1)
says "app shop: $(lowered shop ask)"
output=$(lm doctor 2>&1 | tr -s ' \n' ' ') || true
says "mode $(lowered shop ask)"
shown 'a label lowers the mode, without a deploy; log, status, check-config and doctor say so'

fails shop
state_is 1 awaiting-approval 240
[[ $(show 1 .decision.reason) == *'a label of its service lowers the mode to ask'* ]] ||
	bad "the reason is: $(show 1 .decision.reason)"
code=$(show 1 .approval.code)
label shop --label-add logmend.mode=report
becomes shop "$(lowered shop report)"
state_is 1 reported 240
[[ $(show 1 .decision.reason) == *'lowered by the label logmend.mode of service srv-captain--shop'* ]] ||
	bad "the reason is: $(show 1 .decision.reason)"
expect_status 1 lm approve 1 "$code"
! has_table shop AnalyticsEvent || bad 'it was mended all the same'
told() { [[ $(grep -F 'shop:' "$stage/notices") == *'lowered by the label'* ]]; }
wait_for 20 told || bad 'nobody is told that the question is taken back'
shown 'a question that stands is taken back, and its code approves nothing'

# --- what changes nothing ---------------------------------------------------------
label shop --label-add logmend.mdoe=report \
	--label-add logmend.database-url-file=/etc/shadow \
	--label-add logmend.migrations=/etc --label-add logmend.notify=boss \
	--label-add logmend.cooldown=soon --label-add logmend.attempts=9/h
troubles() { (($(of_app shop '.label_troubles | length') == 6)); }
wait_for 240 troubles || bad "$(of_app shop .label_troubles)"
is_there='the label logmend.mdoe of service srv-captain--shop changes nothing'
logged "$is_there"
output=$(lm status)
says "$is_there"
output=$(lm doctor 2>&1 | tr -s ' \n' ' ') || true
says 'logmend.migrations of service srv-captain--shop changes nothing'
says 'sudo docker service update --label-rm logmend.mdoe srv-captain--shop'
expect 'the mode' "$(of_app shop .mode)" report
! grep -qF /etc/shadow "$stage/agent.log" || bad 'the value of a label is logged'
shown 'labels that would raise, or that are none, have a sentence with the way out'

# --- and rises again --------------------------------------------------------------
label shop --label-rm logmend.mode
becomes shop act
logged 'app shop: mode act'
state_is 1 resolved 240
has_table shop AnalyticsEvent || bad 'the table is not there'
shown 'without the label the mode is that of the file again, and the fault is mended'

# --- at the last moment -------------------------------------------------------------
# comes_to_the_lock APP: its fault, up to a lock in the middle of its mend.
id=1
comes_to_the_lock()
{
	id=$((id + 1))
	hold_lock "$1"
	fails "$1"
	wait_for 240 mend_waits "$1" || bad "the mend of $1 did not come to the lock"
}
held_back()
{
	wait_until "$id" '.attempts[0].outcome == "held-back"' 240
	! has_table "$1" AnalyticsEvent || bad "$1 was mended all the same"
	[[ $(show "$id" '.attempts[0].text') == *'label logmend.mode'* ]] ||
		bad "held back: $(show "$id" '.attempts[0].text')"
}
comes_to_the_lock late
label late --label-add logmend.mode=report
becomes late "$(lowered late report)"
release_lock
held_back late
shown 'a mend that waits in its middle is held back'

comes_to_the_lock orphan
hands=$(role_pid hands) || bad 'no hands are there'
agent_kill
label orphan --label-add logmend.mode=report
release_lock
wait_for 240 is_over "$hands" || bad 'the hands do not end'
! has_table orphan AnalyticsEvent || bad 'orphan was mended all the same'
agent_start
held_back orphan
shown 'so it is where no head runs: hands ask Docker themselves'

# --- Docker is silent ---------------------------------------------------------------
touch "$stage/freeze"
fails after
id=$((id + 1))
state_is "$id" waiting 240
kill "$dockerd_pid"
wait "$dockerd_pid" || true
silent() { [[ $(lm status --json | jq -r .docker.way) == files ]]; }
wait_for 240 silent || bad 'the loss of Docker is not noticed'
mode_is orphan "$(lowered orphan report)" || bad "$(of_app orphan .mode_text)"
lm reload >/dev/null
mode_is orphan "$(lowered orphan report)" || bad "$(of_app orphan .mode_text)"
shown 'what was known stays while Docker does not answer, also over a reload'

agent_stop
agent_start
rm "$stage/freeze"
awaits() { [[ $(lm show "$id") == *'Docker has not told yet what labels'* ]]; }
wait_for 240 awaits || bad "incident $id is: $(show "$id")"
output=$(lm status)
says 'act (once Docker has told the labels of its service)'
! has_table after AnalyticsEvent || bad 'after was mended all the same'
shown 'after a restart nothing is mended before Docker told the labels'
dockerd_start || bad 'dockerd did not start again'
state_is "$id" resolved 240
has_table after AnalyticsEvent || bad 'the table is not there'
becomes orphan "$(lowered orphan report)"
shown 'it is mended as soon as Docker did'
agent_stop
