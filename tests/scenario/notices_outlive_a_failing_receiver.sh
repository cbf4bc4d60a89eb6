#!/bin/bash
# A receiver that refuses once gets the notice half a minute later, once; and
# nobody is shown the URL.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
receiver_start -f 1 -c 503
stage_policy report
stage_pending shop
agent_start
app_fails shop
state_is 1 reported
arrived() { grep -q AnalyticsEvent "$stage/notices"; }
wait_for 90 arrived || bad 'the notice never arrived'
expect 'notices about the cause' \
	"$(sort "$stage/notices" | uniq -d | wc -l)" 0
grep -q "$(cat "$stage/hook.url")" "$stage/agent.log" &&
	bad "the webhook's URL is in the agent's log"
show 1 | grep -q "$(cat "$stage/hook.url")" &&
	bad "the webhook's URL is in show"
jq -e .text <"$stage/notices" >/dev/null || bad 'a notice is no Slack message'
agent_stop
