#!/bin/bash
# A question that nobody answered expires, and its code with it; an answer that
# was given while no daemon ran is taken up when one starts.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
clocks_open
receiver_start
stage_policy ask 'approval = 1m'
stage_pending shop
agent_start
app_fails shop
state_is 1 awaiting-approval
time_passes 60
state_is 1 expired 90
expect_status 1 lm approve 1 00000000
says 'this is not its code'
expect 'its state' "$(show 1 .state)" expired
code=$(show 1 .approval.code)
expect_status 1 lm approve 1 "$code"
says 'the code expired at'
says 'you are asked again where the plan still holds'
has_table shop AnalyticsEvent && bad 'it was mended without an answer'
shown 'nobody answered in time: the question expired, and its code with it'
told() { grep -q 'the question expired' "$stage/notices"; }
wait_for 10 told || bad 'nobody was told that it expired'
shown 'people were told that it expired'
state_is 1 awaiting-approval
asked() { [[ $(grep -c "logmend approve 1 $code" "$stage/notices") == 2 ]]; }
wait_for 30 asked || bad 'nobody is asked again'
[[ $(show 1 '.timeline[].text') == *'approved after the code had expired'* ]] ||
	bad 'the timeline does not say why'
expect_status 0 lm approve 1 "$code"
state_is 1 resolved
expect 'attempts' "$(show 1 '.attempts | length')" 1
grep -q "incident 1: approval: approved by .*uid $(id -u)" "$stage/agent.log" ||
	bad 'the log does not say who approved'
expect_status 0 lm pause
grep -q "paused by .*uid $(id -u)" "$stage/agent.log" ||
	bad 'the log does not say who paused'
expect_status 0 lm resume
grep -q "resumed by .*uid $(id -u)" "$stage/agent.log" ||
	bad 'the log does not say who resumed'
expect_status 0 lm close 1
grep -q "incident 1: closed.*by .*uid $(id -u)" "$stage/agent.log" ||
	bad 'the log does not say who closed'
shown 'a yes that came too late: asked again, as the plan still holds'
agent_stop

sed -i 's/^approval = 1m/approval = 1h/' "$stage/logmend.conf"
stage_pending other
agent_start
app_fails other
state_is 2 awaiting-approval
agent_kill
# Without a daemon only root may ask.
if ((EUID == 0)); then
	expect_status 1 lm approve 2 00000000
	shown 'a wrong code while no daemon ran: refused'
	expect_status 0 lm approve 2 "$(show 2 .approval.code)"
	agent_start
	state_is 2 resolved
	has_table other AnalyticsEvent || bad 'the table was not created'
	expect attempts "$(show 2 '.attempts | length')" 1
	shown 'the right one while no daemon ran: mended by the next daemon'
	agent_stop
fi
