#!/bin/bash
# A second agent on the same store says so and leaves the first alone.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
stage_policy report
stage_pending shop
agent_start
expect_status 3 timeout 30 "$LOGMEND" -c "$stage/logmend.conf" run
says "$stage/state"
app_fails shop
state_is 1 reported
agent_stop
# Without a daemon root's commands open the store themselves, others say so.
if ((EUID == 0)); then
	expect state "$(show 1 .state)" reported
else
	expect_status 3 lm show 1
	says 'not running'
fi
