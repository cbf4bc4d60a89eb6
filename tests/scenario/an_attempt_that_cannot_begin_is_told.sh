#!/bin/bash
# The attempt's file cannot be made: nothing is done, the user is told which path
# it is, and once it can be made the mend is asked for again.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
receiver_start
stage_policy act
stage_pending shop
echo 'no folder' >"$stage/state/attempts"
agent_start
app_fails shop
state_is 1 waiting
expect action "$(show 1 .decision.action)" wait
[[ $(show 1 .decision.reason) == *"$stage/state/attempts"*': Not a directory'* ]] ||
	bad "the reason names no path: $(show 1 .decision.reason)"
told() { grep -q "could not begin: $stage/state/attempts" "$stage/notices"; }
wait_for 10 told || bad 'nobody was told'
shown "the attempt's file could not be made: the incident waits, its path is told"
! has_table shop AnalyticsEvent || bad 'it was mended without a file'
expect attempts "$(show 1 '.attempts | length')" 1
shown 'nothing was done'

rm "$stage/state/attempts"
lm resume >/dev/null # what waits is due
state_is 1 awaiting-approval
shown 'the file can be made: a person is asked for another attempt'
lm approve 1 "$(show 1 .approval.code)" >/dev/null
state_is 1 resolved 60
expect attempts "$(show 1 '.attempts | length')" 2
shown 'approved: mended'
agent_stop
