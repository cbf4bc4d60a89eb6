#!/bin/bash
# A database that restarts is no news: nobody is told of it, and the message is
# about the cause that is found when it is back.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
clocks_open
receiver_start
stage_policy report
stage_pending shop
agent_start
pg_down || bad 'PostgreSQL did not stop'
app_fails shop
wait_until 1 '.cause == "unreachable"' 60
state_is 1 waiting
[[ ! -s $stage/notices ]] || bad 'somebody was told of the restart'
shown 'the database went down: the incident waits, and nobody was told'
pg_up || bad 'PostgreSQL did not start again'
time_passes 10
wait_until 1 '.cause == "pending-migration"' 60
state_is 1 reported
shown 'the database came back: looked at again, and the true cause found'
arrived() { grep -q pending-migration "$stage/notices"; }
wait_for 10 arrived || bad 'the cause was not told'
grep -q unreachable "$stage/notices" && bad 'the restart was told'
expect 'messages about the cause' "$(wc -l <"$stage/notices")" 1
shown 'one message was sent, and it is about the true cause'
agent_stop
