#!/bin/bash
# What is wrong with the agent itself is told once, however often it shows, and
# its end too: a receiver that takes nothing, a daemon that ends again and again.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
clocks_open
[[ -n $clocks ]] || skip 'a sanitizer bears no preloading'
receiver_start
stage_policy report
stage_pending shop
sed -i 's/^notify = local$/notify = local, dead/' "$stage/logmend.conf"
echo 'http://127.0.0.1:1/hook' >"$stage/dead.url"
stage_config "[notify dead]
url-file = $stage/dead.url"
count() { grep -c "$1" "$stage/notices" || true; }
is() { [[ $(count "$1") == "$2" ]]; }

agent_start
app_fails shop
state_is 1 reported
wait_for 20 is AnalyticsEvent 1 || bad 'nobody was told of the fault'
for ((i = 0; i < 6; i++)); do
	tries=$(grep -c 'could not be sent' "$stage/agent.log" || true)
	tried() { (($(grep -c 'could not be sent' "$stage/agent.log") > tries)); }
	time_passes 3000
	wait_for 20 tried || bad "it is not tried the ${i}th time"
done
stuck='nothing could be sent to \[notify dead\] since'
wait_for 20 is "$stuck" 1 || bad "the others are not told: $(cat "$stage/notices")"
cp "$stage/hook.url" "$stage/dead.url"
time_passes 3601
wait_for 20 is '\[notify dead\] takes notices again' 2 ||
	bad 'that it takes notices again is not told to both'
expect 'how often it was told' "$(count "$stuck")" 1
shown 'a receiver that takes nothing: told to the others once, and its end'

for ((i = 0; i < 7; i++)); do
	agent_kill
	agent_start
done
often='was started 5 times within an hour'
wait_for 20 is "$often" 2 || bad "nobody was told: $(cat "$stage/notices")"
is 'was started' 2 || bad "it was told again: $(cat "$stage/notices")"
agent_stop
agent_start
time_passes 3601
wait_for 20 is 'runs for an hour now' 2 || bad 'its end is not told'
for ((i = 0; i < 7; i++)); do
	agent_stop
	agent_start
done
is 'was started' 2 || bad 'an orderly restart is told'
shown 'a daemon that ends again and again: told once, and that it lasts'
agent_stop
