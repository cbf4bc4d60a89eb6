#!/bin/bash
# Rotation by rename, by unlink and create, and by truncation, always with
# records that nobody has read yet: none is lost, none counts twice.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
stage_policy report
stage_pending shop
agent_start
log=$(log_of shop)

count_is() { wait_until 1 ".count == $1"; }

app_fails shop
count_is 1

# Unread when it is renamed, as Docker does with max-file above 1.
kill -STOP "$(role_pid eyes)"
app_fails shop
mv "$log" "$log.1"
app_fails shop
kill -CONT "$(role_pid eyes)"
count_is 3

# Unread when it is unlinked, as Docker does with max-file 1.
kill -STOP "$(role_pid eyes)"
app_fails shop
rm "$log"
app_fails shop
kill -CONT "$(role_pid eyes)"
count_is 5

# Truncated, read before, and shorter afterwards.
: >"$log"
app_fails shop
count_is 6
app_fails shop
count_is 7

# Truncated, and longer than before when eyes look again.
kill -STOP "$(role_pid eyes)"
: >"$log"
app_fails shop
app_fails shop
app_fails shop
kill -CONT "$(role_pid eyes)"
count_is 10
expect gaps "$(grep -c 'a gap from byte' "$stage/agent.log")" 2

# Renamed twice before head looks: the one between had its name for nobody.
rotate_twice()
{
	mv "$log" "$log.1"
	app_fails shop
	mv "$log.1" "$log.2"
	mv "$log" "$log.1"
	app_fails shop
}
kill -STOP "$agent_pid"
rotate_twice
kill -CONT "$agent_pid"
count_is 12

# The same while logmend does not run.
rm "$log.1" "$log.2"
agent_kill
rotate_twice
agent_start
count_is 14
agent_stop
