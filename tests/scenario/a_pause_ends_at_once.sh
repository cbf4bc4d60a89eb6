#!/bin/bash
# What waits for the end of a pause goes on at once when it ends, approved or not.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
stage_policy act
stage_pending shop
agent_start
expect_status 0 lm pause
app_fails shop
state_is 1 waiting
shown 'paused: a fault was found, and its mend waits'
expect_status 0 lm resume
says 'resumed: it was paused since '
state_is 1 resolved 20
has_table shop AnalyticsEvent || bad 'the table was not created'
shown 'resumed: mended within seconds'
expect_status 0 lm resume
says 'it was not paused: nothing has changed'
shown 'a resume without a pause says so'

# Approved while paused: held, and gone on with when the pause ends.
agent_stop
sed -i 's/^mode = act/mode = ask/' "$stage/logmend.conf"
stage_pending other
agent_start
app_fails other
state_is 2 awaiting-approval
expect_status 0 lm pause
expect_status 0 lm approve 2 "$(show 2 .approval.code)"
wait_until 2 '[.timeline[] | select(.text | startswith("paused"))] | length == 1'
shown 'approved while paused: held, and said so once'
expect_status 0 lm resume
state_is 2 resolved 20
expect attempts "$(show 2 '.attempts | length')" 1
shown 'resumed: what was approved was done, in one attempt'
agent_stop
