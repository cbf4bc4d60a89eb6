#!/bin/bash
# The disk is full at each step of a mend: where the attempt's file is, where a
# proposed folder is, and where PostgreSQL keeps the copy or production. Each
# time: one attempt at most, production untouched or known to be mended, a state
# that is true, and a sentence with the path that the user is told.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

((EUID == 0)) || skip 'only root may mount a small disk'
need mkfs.ext4
need losetup
stage_open
mounts=()
umount_all()
{
	local m
	for m in "${mounts[@]}"; do
		umount -l "$m" 2>/dev/null || true
	done
}
trap 'status=$?; agent_kill; pg_down || true; umount_all; stage_close $status' EXIT

# small DIR OPTIONS: a disk of its own.
small()
{
	mkdir -p "$1"
	mount -t tmpfs -o "mode=0755,$2" logmend-test "$1" 2>/dev/null ||
		skip 'a tmpfs cannot be mounted here'
	mounts+=("$1")
}
fill() { dd if=/dev/zero of="$1/filler" bs="${2-4k}" 2>/dev/null || true; }
use_up_inodes()
{
	local n=0
	while : 2>/dev/null >"$1/filler.$n"; do
		n=$((n + 1))
	done
}
drain() { rm -f "$1"/filler*; }

receiver_start
stage_policy act 'attempts = 100/h, 100/d'
attempts=$stage/state/attempts
for app in inodes started later1 later2 production copy filled; do
	stage_pending $app
done
# Whose scripts make an attempt's file long.
long=$(printf '%0160d' 0 | tr 0 x)
for app in later1 later2; do
	for n in 1 2 3 4 5 6 7 8; do
		folder=$stage/$app/prisma/migrations/2026010100000${n}_$long
		mkdir "$folder"
		echo "CREATE TABLE \"T$n\" (id INTEGER);" >"$folder/migration.sql"
	done
done
# stray APP OPTIONS: a stray file, whose folder would be made on a disk of its own.
stray()
{
	stage_pending "$1" "proposals = $stage/$1/proposals"
	mv "$stage/$1/prisma/migrations/$the_fifth/migration.sql" \
		"$stage/$1/prisma/migrations/event.sql"
	rmdir "$stage/$1/prisma/migrations/$the_fifth"
	small "$stage/$1/proposals" "$2"
}
stray mkdir size=64k,nr_inodes=4
stray script size=64k,nr_inodes=4
stray blocks size=64k
small "$attempts" size=64k,nr_inodes=4
agent_start
id=0
# fails APP: its fault, and the incident's number in $id.
fails()
{
	app_fails "$1"
	id=$((id + 1))
}
told() { [[ $(grep -F -- "$1" "$stage/notices") == *'No space left on device'* ]]; }
# tells PATH: the user was told which path is full.
tells()
{
	wait_for 15 told "$1" || {
		cat "$stage/notices" >&2
		lm show "$id" >&2
		bad "incident $id: nobody was told that $1 is full"
	}
}
untouched()
{
	! has_table "$1" AnalyticsEvent || bad "$1 was mended"
	! grep -q "^$the_fifth|" <<<"$(prisma_history "$1")" ||
		bad "$1: a row was left"
}
attempts() { expect "attempts of $id" "$(show "$id" '.attempts | length')" "$1"; }

# --- the attempt's file ------------------------------------------------------

use_up_inodes "$attempts"
fails inodes
state_is $id waiting
tells "$attempts/"
untouched inodes
attempts 1
shown "no inode for the attempt's file: nothing was done, its path is told"
drain "$attempts"

# The file can be made, and its first line has no room.
frees "$attempts"
small "$attempts" size=64k
fill "$attempts"
fails started
state_is $id waiting
tells "$attempts/"
untouched started
attempts 1
expect 'files of attempts' "$(find "$attempts" -type f ! -name 'filler*')" ''
drain "$attempts"
shown 'no room for its first line: nothing was done, its path is told'
lm resume >/dev/null # what waits is due; what was attempted once is asked
state_is $id awaiting-approval
lm approve $id "$(show $id .approval.code)" >/dev/null
state_is $id resolved
attempts 2
shown 'there is room again: asked, approved, mended'
frees "$attempts"

# Its first line had room, and later ones have not: 1 KiB blocks, and all but a
# few are taken. The mend goes on, and its end is known all the same.
dd if=/dev/zero of="$stage/disk" bs=1M count=4 2>/dev/null
mkfs.ext4 -q -b 1024 -m 0 -O ^has_journal "$stage/disk"
mount -o loop "$stage/disk" "$attempts" 2>/dev/null ||
	skip 'a loop device cannot be mounted here'
mounts+=("$attempts")
for left in 1 2; do
	fill "$attempts" 1k
	truncate -s -$((left * 1024)) "$attempts/filler"
	sync -f "$attempts"
	fails "later$left"
	state_is $id resolved
	has_table "later$left" AnalyticsEvent || bad "later$left was not mended"
	attempts 1
	key=$(show $id '.attempts[0].key')
	grep -q '"event":"started"' "$attempts/$key" ||
		bad 'the attempt began without its first line'
	! grep -q '"event":"result"' "$attempts/$key" ||
		bad 'the whole file had room'
	[[ $(show $id '.timeline[].text') == *'some steps are missing'* ]] ||
		bad 'nobody is told that steps are missing'
	expect 'rows' "$(prisma_history "later$left" | wc -l)" 13
	shown "no room for its later lines ($left KiB left): mended, and it is told \
that steps are missing"
	drain "$attempts"
done
frees "$attempts"

# --- the proposed folder -----------------------------------------------------

# refused APP: approved, and stopped by its disk.
refused()
{
	lm approve $id "$(show $id .approval.code)" >/dev/null
	state_is $id failed
	tells "$stage/$1/proposals/"
	! has_table "$1" AnalyticsEvent || bad "$1 was mended"
	expect "$1's history" "$(prisma_history "$1" | wc -l)" 4
	expect "$1's proposals" \
		"$(find "$stage/$1/proposals" -mindepth 1 ! -name 'filler*')" ''
	attempts 1
	drain "$stage/$1/proposals"
	shown "no room for the proposed folder ($1): nothing was done, its path is told"
}

fails mkdir
state_is $id awaiting-approval
use_up_inodes "$stage/mkdir/proposals"
refused mkdir

fails script
state_is $id awaiting-approval
use_up_inodes "$stage/script/proposals"
rm "$stage/script/proposals/filler.0"
refused script

fails blocks
state_is $id awaiting-approval
fill "$stage/blocks/proposals"
refused blocks

# --- PostgreSQL's own disk ---------------------------------------------------

# tablespace NAME SIZE
tablespace()
{
	small "$pg_folder/$1" "size=$2"
	chown "$pg_owner:" "$pg_folder/$1"
	pg_do -c "CREATE TABLESPACE \"$1\" LOCATION '$pg_folder/$1'"
}

# Production's, which keeps a file for those who connect.
tablespace production 64m
pg_do -c 'ALTER DATABASE production SET TABLESPACE production'
untouched production
fill "$pg_folder/production"
fails production
state_is $id failed
tells 'production'
untouched_or_undone=$(prisma_history production | grep "^$the_fifth|" || true)
! has_table production AnalyticsEvent || bad 'production was mended'
[[ -z $untouched_or_undone || $untouched_or_undone == *'|f|t|'* ]] ||
	bad "the row blocks deploys: $untouched_or_undone"
attempts 1
drain "$pg_folder/production"
shown "no room in production's own disk: failed, and no deploy is blocked"

# The copy's: first it cannot be made, then it cannot be filled.
tablespace copies 64m
pg_do -c 'ALTER DATABASE template0 SET TABLESPACE copies'
fill "$pg_folder/copies"
fails copy
# Without a copy a person is asked.
state_is $id awaiting-approval
tells 'could not'
attempts 0
untouched copy
drain "$pg_folder/copies"
shown 'no room to create the copy: a person is asked, and told why'

# Room for an empty database, and not for a schema.
kept=$(du -sk "$pg_folder/copies" | cut -f 1)
pg_do -c 'CREATE DATABASE probe TEMPLATE template0'
room=$(($(du -sk "$pg_folder/copies" | cut -f 1) - kept))
pg_do -c 'DROP DATABASE probe' -c 'CHECKPOINT'
fill "$pg_folder/copies"
truncate -s "-$((room + 160))K" "$pg_folder/copies/filler"
fails filled
wait_until $id '.state | IN("reported", "awaiting-approval")'
[[ $(show $id .rehearsal.text) == *'No space left'* ]] ||
	bad "the rehearsal says: $(show $id .rehearsal.text)"
attempts 0
untouched filled
drain "$pg_folder/copies"
shown 'no room to fill the copy: the rehearsal says so'
expect 'copies that stayed' "$(pg_do -c "SELECT count(*) FROM pg_database
	WHERE datname LIKE 'logmend_rehearsal%'")" 0
shown 'no copy stayed behind'
agent_stop
