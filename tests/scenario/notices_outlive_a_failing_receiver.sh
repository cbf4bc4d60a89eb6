#!/bin/bash
# A receiver that refuses once gets the notice half a minute later, once; and
# nobody is shown the URL.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
clocks_open
receiver_start -f 1 -c 503 -r "$stage/refused"
stage_policy report
stage_pending shop
agent_start
app_fails shop
state_is 1 reported
refused() { [[ -s $stage/refused ]]; }
wait_for 30 refused || bad 'the receiver was not asked'
[[ ! -s $stage/notices ]] || bad 'the receiver refused nothing'
shown 'the receiver refused the notice'
time_passes 30
arrived() { grep -q AnalyticsEvent "$stage/notices"; }
wait_for 90 arrived || bad 'the notice never arrived'
expect 'notices about the cause' \
	"$(sort "$stage/notices" | uniq -d | wc -l)" 0
shown 'half a minute later it was sent again, and arrived once'
grep -q "$(cat "$stage/hook.url")" "$stage/agent.log" &&
	bad "the webhook's URL is in the agent's log"
[[ $(show 1) != *"$(cat "$stage/hook.url")"* ]] ||
	bad "the webhook's URL is in show"
shown 'neither the log nor show has the URL'
jq -e .text <"$stage/notices" >/dev/null || bad 'a notice is no Slack message'
shown 'every notice is a message for Slack'
agent_stop
