#!/bin/bash
# The store on a disk without room: the agent says so, also to the receivers, though
# no notice can be queued, and what it could not keep it reads again when there is
# room, which they are told too; also where it was killed meanwhile, and could not
# start again.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

((EUID == 0)) || skip 'only root may mount a small disk'
stage_open
clocks_open
mount -t tmpfs -o size=2m,mode=0700 logmend-test "$stage/state" 2>/dev/null ||
	skip 'a tmpfs cannot be mounted here'
trap 'status=$?; agent_kill; umount -l "$stage/state"; stage_close $status' EXIT
slow_dump
receiver_start
stage_policy report '' "pg-dump = $stage/pg_dump"
stage_config '[policy act]
mode = act
quiet = 1s'
stage_pending shop
stage_pending bakery
sed -i '/app bakery/,$s/^policy = p$/policy = act/' "$stage/logmend.conf"
agent_start
app_fails shop
state_is 1 reported
dd if=/dev/zero of="$stage/state/filler" bs=4k 2>/dev/null || true
app_fails shop
app_fails shop
said() { grep -qiE 'full|no space|space left' "$stage/agent.log"; }
wait_for 60 said || bad 'the agent does not say that its disk is full'
shown 'the disk is full: the agent says so'

# As long as it takes, a look at a time; below a sanitizer it takes its time.
times_told() { grep -c "$1" "$stage/notices" || true; }
is_full() { lm status --json | jq -e .store_trouble; }
full_is_seen() { time_passes 10 && is_full; }
told_full() { (($(times_told 'cannot write its store') > 0)); }
told_room() { (($(times_told 'can be written again') > 0)); }
full_is_told() { time_passes 10 && told_full; }
room_is_told() { time_passes 10 && told_room; }
wait_for 60 full_is_seen || bad 'status does not say that the store is full'
output=$(lm status)
says 'the store cannot be written'
says 'No space left on device'
wait_for 180 full_is_told || bad 'nobody was told that the store is full'
output=$(grep 'cannot write its store' "$stage/notices")
for what in "$(hostname)" "$stage/state/logmend.db" 'No space left on device' \
	"df -h $stage/state"; do
	says "$what"
done
time_passes 3600
shown 'its receivers are told what is wrong and what to do'

# Docker rotates while nothing can be stored, and unlinks what was not read yet.
log=$(log_of shop)
rm "$log"
app_fails shop
opened() { [[ $(lm status --json | jq '.sources | length') == 3 ]]; }
wait_for 20 opened || bad 'the new log is not held'
rm "$log"
app_fails shop
rm "$stage/state/filler"
time_passes 10
wait_until 1 '.count == 5' 60
wait_for 180 room_is_told || bad 'nobody was told that there is room again'
expect 'how often it was told' "$(times_told 'cannot write its store')" 1
expect 'how often its end was' "$(times_told 'can be written again')" 1
! is_full >/dev/null || bad 'status says that the store is full'
shown 'and that the store can be written again; each once'
agent_kill
agent_start
expect count "$(show 1 .count)" 5
shown 'there is room again: each fault counts once, also from logs that are gone'

# Killed while it is full, and nobody can say where that was noted but on that disk:
# that nothing runs is told once; what was told before is neither told again nor
# forgotten.
# An hour has to go by, which it does not below sanitizers.
if [[ -n $clocks ]]; then
	time_passes 3600
	dd if=/dev/zero of="$stage/state/filler" bs=512 2>/dev/null || true
	app_fails shop
	full_is_told_again() { time_passes 10 && (($(times_told 'cannot write its store') > 1)); }
	wait_for 180 full_is_told_again || bad 'nobody was told that the store is full again'
	agent_kill
	dd if=/dev/zero of="$stage/state/rest" bs=512 2>/dev/null || true
	for _ in 1 2; do
		lm notify-failure >/dev/null
		expect 'how often it was told that nothing runs' \
			"$(times_told 'does not run since')" 1
	done
	[[ ! -e $stage/not-running ]] || bad 'it was noted elsewhere'
	rm "$stage/state/filler" "$stage/state/rest"
	agent_start
	room_is_told_again() { time_passes 10 && (($(times_told 'can be written again') > 1)); }
	wait_for 180 room_is_told_again || bad 'nobody was told that there is room again'
	runs_again() { (($(times_told 'runs again') == 1)); }
	wait_for 60 runs_again || bad 'nobody was told that it runs again'
	expect 'how often it was told' "$(times_told 'cannot write its store')" 2
	wait_until 1 '.count == 6'
	shown 'killed while it is full: that nothing runs is told, once, and the ends of both'
fi

# Full while a rehearsal is under way, whose answer cannot be kept: it is done
# again, and nothing stays where it was for ever.
dump_stops
app_fails bakery
wait_for 60 dump_waits || bad 'no rehearsal has begun'
# Where the disk was full for long, that nothing was read was an incident, too.
id=$(lm incidents --json |
	jq -s 'flatten | map(select(.app == "bakery" and .class == "missing-table"))[0].id')
state_is "$id" rehearsing
dd if=/dev/zero of="$stage/state/filler" bs=512 2>/dev/null || true
dump_goes_on
said() { grep -q "incident $id: .*full" "$stage/agent.log"; }
wait_for 60 said || bad 'the rehearsal did not come to the full disk'
rm "$stage/state/filler"
time_passes 30
state_is "$id" resolved 90
expect 'attempts' "$(show "$id" '.attempts | length')" 1
has_table bakery AnalyticsEvent || bad 'it was not mended'
shown 'a rehearsal whose answer found no room was done again: mended once'
agent_stop
