#!/bin/bash
# `logmend reload` and SIGHUP load the configuration anew: all of it, or nothing
# where anything in it is wrong. No line is lost by it, none counts twice, and
# what was reported under the settings of before is decided by the new ones.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
receiver_start
stage_policy report '' 'lock-timeout = 60s
statement-timeout = 60s
deadline = 60s'
stage_pending shop
managed_start
conf=$stage/logmend.conf
head=$(managed_head)
app_fails shop
state_is 1 reported
expect 'what is changed' "$(lm status --json | jq .configuration_changed)" null

# Two mistakes, one of them in the lines of the file.
cp "$conf" "$stage/good"
sed -i 's/^mode = report/mode = act/' "$conf"
cp "$conf" "$stage/acting"
printf 'no key at all\n[app blog]\npolcy = p\n' >>"$conf"
n=$(wc -l <"$conf")
expect 'what is changed' \
	"$(lm status --json | jq -r .configuration_changed)" "$conf"
[[ $(lm status) == *"Changed on disk"*"$conf changed"* ]] ||
	bad "people are not told: $(lm status)"
expect_status 2 lm reload
says "$conf:$((n - 2)): expected"
says "$conf:$n: polcy: "
says 'of before stay in force'
grep -q "$conf:$n: polcy: " "$stage/agent.log" || bad 'the log does not say it'
sed -i "s|^store = .*|store = $stage/state/other.db|" "$stage/acting"
cp "$stage/acting" "$conf"
expect_status 2 lm reload
says 'store: logmend runs with another one, and only a restart changes it'
app_fails shop
twice() { [[ $(show 1 .count) == 2 ]]; }
wait_for 30 twice || bad 'the settings of before are gone'
expect 'its state' "$(show 1 .state)" reported
shown 'a configuration with mistakes: each is told with its line, nothing changes'

# Eyes are stopped, the log is unlinked: only the descriptor leads to the line.
kill -STOP "$(managed_eyes)"
app_fails shop
rm -r "$(dirname "$(log_of shop)")"
container_of[shop]=$("$TOP/tests/support/container.sh" "$stage/docker" \
	srv-captain--shop)
app_fails shop
sed -i "s|^store = .*|store = $stage/state/logmend.db|" "$conf"
expect_status 0 lm reload
says 'loaded: '
state_is 1 resolved 60
has_table shop AnalyticsEvent || bad 'it was not mended'
expect 'attempts' "$(show 1 '.attempts | length')" 1
[[ $(show 1 '.timeline[].text') == *'the configuration is another one now'* ]] ||
	bad 'the timeline does not say why it was decided anew'
all() { [[ $(lm incidents --json | jq -s 'map(.count) | add') == 4 ]]; }
wait_for 30 all || bad "a line is lost or counted twice: $(lm incidents)"
expect 'head' "$(managed_head)" "$head"
shown 'what was reported is mended once the mode is act; the line of an unlinked log is read'

# Apps come and go, and faults are counted while that goes on.
stage_pending blog 'start = head'
stage_app shop2
cp "$conf" "$stage/three"
kill -HUP "$head"
apps() { [[ $(lm status --json | jq -r '[.apps[].app] | join(" ")') == "$1" ]]; }
wait_for 20 apps 'shop blog shop2' || bad "SIGHUP loads nothing: $(lm status)"
app_fails blog
seen() { [[ $(lm incidents --json |
	jq -s 'map(select(.app == "blog"))[0].count') == "$1" ]]; }
wait_for 30 seen 1 || bad 'nothing is read of an app that was added'
for ((i = 2; i <= 12; i++)); do
	app_fails blog
	if ((i % 2)); then cp "$stage/three" "$conf"; else
		sed -i '/^\[app shop2\]/,$d' "$conf"
	fi
	expect_status 0 lm reload
done
expect 'the apps' "$(lm status --json | jq -r '[.apps[].app] | join(" ")')" \
	'shop blog'
sum() { [[ $(lm incidents --json | jq -s 'map(select(.app == "blog").count) |
	add') == 12 ]]; }
wait_for 30 sum || bad "lines are lost or counted twice: $(lm incidents)"
expect 'head' "$(managed_head)" "$head"
shown 'apps are added and removed while lines come: each is counted once'

# A mend that is under way goes on, once, and is followed to its end.
stage_pending mid
hold_lock mid
expect_status 0 lm reload
app_fails mid
waits() { mend_waits mid; }
wait_for 60 waits || bad 'no mend has begun'
mid=$(lm incidents --json | jq -s 'map(select(.app == "mid"))[0].id')
expect_status 0 lm reload
waits || bad 'a reload ends a mend'
release_lock
state_is "$mid" resolved 60
expect 'attempts' "$(show "$mid" '[.attempts[].outcome] | join(" ")')" applied
shown 'a mend in its middle goes on, once'

# What was asked under other limits is asked anew.
sed 's/^mode = act/mode = ask/' "$conf" >"$stage/asking"
cp "$stage/asking" "$conf"
stage_pending late
expect_status 0 lm reload
app_fails late
late() { lm incidents --json | jq -s 'map(select(.app == "late"))[0].id'; }
asked() { [[ $(show "$(late)" .state) == awaiting-approval ]]; }
wait_for 60 asked || bad 'nobody is asked'
sed -i 's/^quiet = 1s/quiet = 2s/' "$conf"
expect_status 0 lm reload
again() { (($(show "$(late)" '.timeline[].text' |
	grep -c '^awaiting-approval') == 2)); }
wait_for 60 again || bad "it is not asked anew: $(lm show "$(late)")"
approve() { lm approve "$(late)" "$(show "$(late)" .approval.code)"; }
expect_status 0 approve
state_is "$(late)" resolved 60
shown 'a question is asked anew under other limits, and holds'
cp "$conf" "$stage/three"

printf '[app x]\nx\n' >>"$conf"
kill -HUP "$head"
told() { [[ $(grep -c 'as a SIGHUP asked' "$stage/agent.log") == 2 ]]; }
wait_for 20 told || bad 'a SIGHUP that loads nothing says nothing'
agent_stop
cp "$stage/three" "$conf"
# Only root may look whether somebody else has the store.
expect_status $((EUID == 0 ? 1 : 3)) lm reload
says 'not running'
shown 'without a daemon: said'
