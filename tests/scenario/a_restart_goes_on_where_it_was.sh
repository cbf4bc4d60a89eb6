#!/bin/bash
# Stopped, killed, started again: what was counted stays counted once, what was
# written in between is read, and what was reported is decided by the settings
# that are there now.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
stage_policy report
stage_pending shop
agent_start
app_fails shop
state_is 1 reported
agent_stop
app_fails shop
agent_start
wait_until 1 '.count == 2'
shown 'stopped and started: what was written in between was counted, nothing twice'
agent_kill
app_fails shop
agent_start
wait_until 1 '.count == 3'
shown 'killed and started: the same'
kill -KILL "$(role_awaited eyes)"
app_fails shop
wait_until 1 '.count == 4'
shown 'eyes killed: started again, and the same'
# Rotated while nobody ran.
agent_stop
log=$(log_of shop)
app_fails shop
mv "$log" "$log.1"
app_fails shop
agent_start
wait_until 1 '.count == 6'
expect_status 1 lm show 2
shown 'rotated while nobody ran: both files were read, in one incident'
# Nobody said `reload`.
state_is 1 reported
agent_stop
sed -i 's/^mode = report/mode = act/' "$stage/logmend.conf"
agent_start
state_is 1 resolved 60
has_table shop AnalyticsEvent || bad 'it was not mended'
shown 'started with another mode: what was reported is mended'
agent_stop
