#!/bin/bash
# The store's disk is read-only, from the start or from some moment on, or its
# file is deleted: the agent says so, no attempt begins whose intent could not be
# stored, and when it can be written again each fault is counted, once. Where that
# keeps it from starting, people are told that it does not run.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

((EUID == 0)) || skip 'only root may mount a disk'
need mkfs.ext4
need losetup
stage_open
trap 'status=$?; agent_kill; umount -l "$stage/state" 2>/dev/null || true
	stage_close $status' EXIT
slow_dump
stage_policy report '' "pg-dump = $stage/pg_dump"
stage_config '[policy act]
mode = act
quiet = 1s'
for app in shop bakery cafe; do
	stage_pending $app
done
sed -i '/app bakery/,$s/^policy = p$/policy = act/' "$stage/logmend.conf"
# Not for the apps: a notice that is sent while the disk fails is a write, too.
receiver_start
stage_config "
[notify local]
url-file = $stage/hook.url"
run_ends() { ! kill -0 "$agent_pid" 2>/dev/null; }
read_only='Read-only file system'
says_in_log() { grep -q "$1" "$stage/agent.log"; }

# --- from the start -----------------------------------------------------------

mount -t tmpfs -o ro logmend-test "$stage/state" 2>/dev/null ||
	skip 'a tmpfs cannot be mounted here'
expect_status 3 lm run
says "$stage/state/logmend.db"
says 'Read-only file system'
expect_status 3 lm pause
says 'Read-only file system'
times_told() { grep -c "$1" "$stage/notices" || true; }
for _ in 1 2; do
	lm notify-failure >/dev/null
	expect 'how often it was told that nothing runs' \
		"$(times_told 'does not run since')" 1
done
[[ -s $stage/not-running ]] || bad 'that it was told is not noted beside the socket'
rm "$stage/not-running"
frees "$stage/state"
shown 'read-only from the start: run and pause say so, with status 3, and receivers are told, once'

# --- from some moment on ------------------------------------------------------

# A disk whose file system met an error, as ext4 mounts it on most servers.
disk_up()
{
	mount -o loop,errors=remount-ro "$stage/disk" "$stage/state" ||
		skip 'a loop device cannot be mounted here'
}
disk_fails()
{
	local device
	sync -f "$stage/state"
	device=$(findmnt -n -o SOURCE "$stage/state")
	echo test >"/sys/fs/ext4/${device#/dev/}/trigger_fs_error" ||
		skip 'this kernel triggers no errors'
	# It is aborted at first, and read-only a moment later.
	wait_for 20 is_read_only || skip 'this kernel goes on in spite of it'
}
is_read_only()
{
	[[ $(touch "$stage/state/new" 2>&1 || true) == *"$read_only"* ]]
}
# As another one: whoever made a mount namespace meanwhile has the old one mounted
# there, and it stays what it is as long.
disk_repaired()
{
	agent_kill
	frees "$stage/state"
	cp --sparse=always "$stage/disk" "$stage/disk.new"
	mv "$stage/disk.new" "$stage/disk"
	e2fsck -fp "$stage/disk" >/dev/null || (($? <= 1))
	disk_up
}
dd if=/dev/zero of="$stage/disk" bs=1M count=32 2>/dev/null
mkfs.ext4 -q "$stage/disk"
disk_up
agent_start
app_fails shop
state_is 1 reported
disk_fails
app_fails shop
app_fails shop
app_fails bakery
says_what_failed() { says_in_log "$stage/state/logmend.db.*$read_only"; }
wait_for 30 says_what_failed ||
	bad 'the agent does not say that its disk is read-only'
! has_table bakery AnalyticsEvent || bad 'mended without a stored intent'
shown 'read-only from some moment on: the agent says so, and mends nothing'
disk_repaired
agent_start
wait_until 1 '.count == 3'
state_is 2 resolved 60
expect 'attempts of bakery' "$(show 2 '.attempts | length')" 1
agent_kill
agent_start
expect 'the count' "$(show 1 .count)" 3
shown 'repaired: each fault is counted once, and mended in one attempt'

# While the copy is rehearsed: what it proved cannot be kept, nothing begins.
dump_stops
app_fails cafe
wait_for 60 dump_waits || bad 'no rehearsal has begun'
state_is 3 rehearsing
: >"$stage/agent.log"
disk_fails
dump_goes_on
wait_for 30 says_what_failed ||
	bad 'the agent does not say that its disk is read-only'
! has_table cafe AnalyticsEvent || bad 'mended without a stored intent'
disk_repaired
agent_start
state_is 3 resolved 60
expect 'attempts of cafe' "$(show 3 '.attempts | length')" 1
shown 'read-only during a rehearsal: nothing began; repaired: mended once'
agent_stop
frees "$stage/state"

# --- deleted ------------------------------------------------------------------

stage_pending gonerm
sed -i "/app gonerm/,\$s/^policy = p$/policy = act/" "$stage/logmend.conf"
agent_start
: >"$stage/agent.log"
rm "$stage/state/logmend.db"
app_fails gonerm
wait_for 30 run_ends || bad 'the agent goes on with a store that is gone'
status=0
wait "$agent_pid" || status=$?
agent_pid=
expect 'exit status' $status 3
says_in_log "$stage/state/logmend.db: was deleted or replaced" ||
	bad 'the agent does not say that its store is gone'
! has_table gonerm AnalyticsEvent || bad 'mended without a stored intent'
shown 'the store was deleted: the agent says so, and ends with status 3'
# A new one, in which everything that is still on disk counts once.
agent_start
gone='[.[] | select(.app == "gonerm")] | length == 1 and .[0].count == 1'
counted() { lm incidents --json | jq -es "flatten | $gone"; }
wait_for 30 counted || { lm incidents; bad 'it is not counted once'; }
mended() { has_table gonerm AnalyticsEvent; }
wait_for 60 mended || bad 'it is not mended any more'
shown 'a new store: what is still on disk counts once, and is mended'
agent_stop
