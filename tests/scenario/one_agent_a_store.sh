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
shown 'a second agent on the same store: it says so, and ends with status 3'
app_fails shop
state_is 1 reported
agent_stop
shown 'the first one works on'
# Without a daemon root's commands open the store themselves, others say so.
if ((EUID == 0)); then
	expect state "$(show 1 .state)" reported
	shown 'without an agent root is shown what the store has'
else
	expect_status 3 lm show 1
	says 'not running'
	shown 'without an agent others are told that none runs'
fi
