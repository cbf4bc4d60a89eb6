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
kill -STOP "$(role_awaited eyes)"
app_fails shop
mv "$log" "$log.1"
app_fails shop
kill -CONT "$(role_awaited eyes)"
count_is 3
shown 'renamed before it was read: all counted'

# Unread when it is unlinked, as Docker does with max-file 1.
kill -STOP "$(role_awaited eyes)"
app_fails shop
rm "$log"
app_fails shop
kill -CONT "$(role_awaited eyes)"
count_is 5
shown 'unlinked before it was read: all counted'

# Truncated, read before, and shorter afterwards.
: >"$log"
app_fails shop
count_is 6
app_fails shop
count_is 7
shown 'truncated after it was read: all counted'

# Truncated, and longer than before when eyes look again.
kill -STOP "$(role_awaited eyes)"
: >"$log"
app_fails shop
app_fails shop
app_fails shop
kill -CONT "$(role_awaited eyes)"
count_is 10
shown 'truncated, and longer than before when it is looked at: all counted'
expect gaps "$(grep -c 'a gap from byte' "$stage/agent.log")" 2

# Each gap is counted once, by one incident that a person closes.
gaps_counted() { [[ $(lm incidents --json | jq -s 'map(select(.class == "log-gap" and
	.app == "shop" and .state == "reported").count) | add') == \
	$(grep -c 'a gap from byte' "$stage/agent.log") ]]; }
wait_for 20 gaps_counted || bad "gaps are no incident: $(lm incidents)"

# Truncated before it was read: what is gone is told as a gap.
kill -STOP "$(role_awaited eyes)"
app_fails shop
sources_are() { [[ $(lm status --json | jq '.sources | length') == "$1" ]]; }
other=$("$TOP/tests/support/container.sh" "$stage/docker" srv-captain--shop)
: >>"$stage/docker/containers/$other/$other-json.log"
wait_for 20 sources_are 2 || bad 'a container that came was not found'
size=$(stat -c %s "$log")
truncate -s $((size - 1)) "$log"
gap_told() { grep -q 'before all of it was read' "$stage/agent.log"; }
wait_for 20 gap_told || bad 'the truncation left no gap'
rm -r "$stage/docker/containers/$other"
: >"$log"
kill -CONT "$(role_awaited eyes)"
wait_for 20 sources_are 1 || bad 'a container that went is still held'
app_fails shop
count_is 11
wait_for 20 gaps_counted || bad "the gap does not count: $(lm incidents)"
shown 'truncated before it was read: what is gone is a gap, and an incident'

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
count_is 13
shown 'renamed twice before anybody looked: all counted'

# The same while logmend does not run.
rm "$log.1" "$log.2"
agent_kill
rotate_twice
agent_start
count_is 15
shown 'the same while logmend did not run: all counted'
wait_for 20 gaps_counted || bad "a gap counts again after a restart: $(lm incidents)"
agent_stop
