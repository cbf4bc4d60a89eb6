#!/bin/bash
# Docker unlinks a rotated log, and CapRover prunes a container with its log.
# Lines that nobody has read are then only in our descriptor: the service
# manager keeps it over a crash, and the next run reads it to its end.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
stage_policy report
stage_pending shop
log=$(log_of shop)
: >"$log"
managed_start

app_fails shop
wait_until 1 '.count == 1'

# Written while eyes do not look; then the file goes, and head with it.
stopped=$(managed_eyes)
kill -STOP "$stopped"
app_fails shop
app_fails shop
rm "$log"
kill -USR1 "$agent_pid"
wait_until 1 '.count == 3'
wait_for 20 is_over "$stopped" || bad 'eyes outlived the head that had started them'
shown 'a log was unlinked unread, and head killed: the next run read it'

# The container is gone with its folder: its last words are read as well.
app_fails shop
wait_until 1 '.count == 4'
kill -STOP "$(managed_eyes)"
app_fails shop
rm -r "$(dirname "$log")"
kill -USR1 "$agent_pid"
wait_until 1 '.count == 5'
drained() { [[ $(lm status --json | jq '.sources | length') == 0 ]]; }
wait_for 20 drained || bad 'a log that has ended is still held'
shown 'a container went with its folder: its last words were read as well'
agent_stop
