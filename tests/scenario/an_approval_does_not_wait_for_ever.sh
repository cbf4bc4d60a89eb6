#!/bin/bash
# What was approved and is held up by the freeze file expires as a question does:
# when the file is gone, the plan that was read then is not carried out.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
clocks_open
receiver_start
stage_policy ask 'approval = 30s'
stage_pending shop
agent_start
app_fails shop
state_is 1 awaiting-approval
touch "$stage/freeze"
lm approve 1 "$(show 1 .approval.code)" >/dev/null
time_passes 30
state_is 1 expired 60
told() { grep -q 'the approval expired, nothing was done' "$stage/notices"; }
wait_for 10 told || bad 'nobody was told that the approval expired'
grep -q 'held up until it expired: frozen' "$stage/notices" ||
	bad 'the notice does not say what held it up'
shown 'approved and frozen: expired, and people were told what held it up'
rm "$stage/freeze"
lm resume >/dev/null # whatever waits is due
! has_table shop AnalyticsEvent || bad 'mended by an approval that expired'
expect attempts "$(show 1 '.attempts | length')" 0
shown 'the freeze file went: what had expired was not done'

# Whoever wants it all the same is asked again, with another code or the same.
expect_status 1 lm fix 99
lm fix 1 >"$stage/fixed"
grep -q '^incident 1: .*wants it mended' "$stage/fixed" ||
	bad "fix says: $(cat "$stage/fixed")"
state_is 1 awaiting-approval
expect_status 1 lm fix 1
lm approve 1 "$(show 1 .approval.code)" >/dev/null
state_is 1 resolved
has_table shop AnalyticsEvent || bad 'not mended after the second question'
shown 'fix: it was asked again at once, approved and mended'

# One that was given without a daemon, and none was started in its time.
if ((EUID == 0)); then
	stage_pending other
	agent_stop
	agent_start
	app_fails other
	state_is 2 awaiting-approval
	agent_kill
	LD_PRELOAD=$clocks lm approve 2 "$(show 2 .approval.code)" >/dev/null
	time_passes 31
	agent_start
	state_is 2 expired 60
	! has_table other AnalyticsEvent || bad 'mended too late'
	shown 'approved without a daemon, and none came in time: expired, not done'
	agent_stop
fi
