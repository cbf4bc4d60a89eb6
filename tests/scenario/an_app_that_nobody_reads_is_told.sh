#!/bin/bash
# An app that nobody reads is never silent: `check-config`, `status` and the
# daemon's log have a line for each configured app, which says why nothing is
# read of it, and after five minutes there is an incident, which ends with it.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
clocks_open
[[ -n $clocks ]] || skip 'a sanitizer bears no preloading'
receiver_start
stage_policy report
stage_pending shop-web
stage_pending shop-api
stage_pending blog
stage_config '
[app shopweb]
policy = p
notify = local
[app fresh]
silence = 1h
policy = p
notify = local'

# of APP JQ: what status says of the app.
of() { lm status --json | jq -r ".apps[] | select(.app == \"$1\") | $2"; }
container() { echo "$stage/docker/containers/${container_of[$1]}"; }
driver_is()
{
	jq -n --arg type "$2" '{LogConfig: {Type: $type}}' \
		>"$(container "$1")/hostconfig.json"
}
driver_is blog local
container_of[fresh]=$("$TOP/tests/support/container.sh" "$stage/docker" fresh)

expect_status 0 lm check-config
says 'app shop-web: report, 1 container'
absent='no container belongs to it; there are services srv-captain--shop-web, '
absent+='srv-captain--shop-api, srv-captain--blog, fresh'
says "app shopweb: report, $absent (\`service\` in [app shopweb] says which"
driver="its container logs with the driver 'local', which cannot be read"
says "app blog: report, $driver: set json-file"
shown 'check-config says what would be read of each app, and why nothing'

agent_start
logged() { grep -qF "$1" "$stage/agent.log"; }
for line in 'app shop-web: report, 1 log of 1 container' \
	"app shopweb: report, $absent" "app blog: report, $driver"; do
	wait_for 10 logged "$line" || bad "not in the daemon's log: $line"
done
[[ $(of shopweb .trouble) == "$absent"* ]] || bad 'status does not say so'
[[ $(of blog .trouble) == *"$driver"* ]] || bad 'status does not say so'
expect 'trouble of shop-web' "$(of shop-web .trouble)" null
app_fails shop-web
is_read() { [[ $(of shop-web .last_read) == 20* ]]; }
wait_for 10 is_read || bad 'nothing says when a line was read last'
output=$(lm status)
says 'shop-web  report, 1 log of 1 container, last read 20'
says 'shopweb   report, no container belongs to it; there are services'
shown 'so do status and the log of the daemon, each time with the next step'

# One incident for each, once five minutes have passed.
unread_of() { lm incidents --json | jq -s 'flatten | map(select(.app == "'"$1"'" and
	.class == "log-unread"))'; }
has_incident() { [[ $(unread_of "$1" | jq length) == 1 ]]; }
! has_incident shopweb || bad 'an incident before a deploy can have ended'
time_passes 310
for app in shopweb blog; do
	wait_for 20 has_incident "$app" || bad "$app: no incident"
	wait_for 20 grep -q "$app" "$stage/notices" || bad "$app: no notice"
done
! has_incident shop-web || bad 'shop-web is read, and has an incident'
! has_incident fresh || bad 'an hour has not passed'
grep -q 'there are services srv-captain--shop-web' "$stage/notices" ||
	bad "the notice does not say what is there: $(cat "$stage/notices")"
shown 'after five minutes there is one incident and one notice for each'

# The container comes, and a container with another driver.
container_of[shopweb]=$("$TOP/tests/support/container.sh" "$stage/docker" \
	srv-captain--shopweb)
stage_log shopweb "$TOP/tests/data/prisma/p2021-5.22.0-rust/\
console-error.NODE_ENV_production.stderr"
ended() { [[ $(unread_of "$1" | jq -r '.[0].state') == resolved ]]; }
wait_for 20 ended shopweb || bad "it does not end: $(unread_of shopweb)"
expect 'trouble of shopweb' "$(of shopweb .trouble)" null
shown 'a container that comes ends the incident, and its log is read'

stage_log fresh "$stage/notices"
fresh_is_read() { lm status --json | jq -e '.sources[] |
	select(.app == "fresh") | .size > 0 and .read == .size'; }
wait_for 20 fresh_is_read || bad 'its lines are not read'
time_passes 3700
wait_for 20 has_incident fresh || bad 'an app is silent for too long, unsaid'
[[ $(of fresh .trouble) == *'nothing was logged since 20'*'`silence`'* ]] ||
	bad "status says: $(of fresh .trouble)"
agent_stop
agent_start
time_passes 3700
has_trouble() { [[ $(of fresh .trouble) == 'nothing was logged'* ]]; }
wait_for 20 has_trouble || bad 'it is silent for longer, unsaid'
expect 'counted after a restart' "$(unread_of fresh | jq -c \
	'map([.state, .count])')" '[["reported",1]]'
shown 'a restart neither ends that nor counts it again'
stage_log fresh "$stage/notices"
wait_for 20 ended fresh || bad 'it logs again, and the incident stands'
shown 'an app that is silent for longer than its `silence` is an incident, too'

# The newest container counts: its log leads elsewhere, so it is not opened, and
# the one that it replaced is still there, and was read. Troubles that take turns
# are one.
# Of two that were made at once the later id counts.
replaced_by()
{
	local id
	id=$(printf "$1%.0s" {1..64})
	"$TOP/tests/support/container.sh" "$stage/elsewhere" \
		srv-captain--shop-web "$id" >/dev/null
	folder=$stage/elsewhere/containers/$id
	"${@:2}"
	mv "$folder" "$stage/docker/containers/"
}
leads_elsewhere() { ln -sf /etc/passwd "$folder/${folder##*/}-json.log"; }
has_driver()
{
	jq -n '{LogConfig: {Type: "local"}}' >"$folder/hostconfig.json"
}
trouble() { [[ $(of shop-web .trouble) == *"$1"* ]]; }
replaced_by g has_driver
line="app shop-web: report, $driver"
wait_for 20 logged "$line" || bad "not in the daemon's log: $line"
time_passes 200
replaced_by h leads_elsewhere
wait_for 20 trouble 'nothing is read: ' || bad 'a log that is not opened, unsaid'
! has_incident shop-web || bad 'five minutes have not passed'
time_passes 200
wait_for 20 has_incident shop-web || bad 'troubles that take turns, unsaid'
shown 'what the newest container lacks is an incident, also where troubles change'
agent_stop
