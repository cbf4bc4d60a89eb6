#!/bin/bash
# Hands that end before they changed anything do not make their attempt fail: they
# are sent again, a few times, for the same attempt. So it is where a head was
# killed with them, and where the file of the attempt can tell no more than that
# they were there.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
receiver_start
# A dump that waits, so that there is time to take Prisma's lock before the mend
# wants it, and behind the look that would say so.
slow_dump
stage_policy act '' "pg-dump = $stage/pg_dump"
for app in once orphaned ever; do
	stage_pending "$app"
done

hold_lock()
{
	exec {holder}> >(PGDATABASE=$1 psql -Xq >/dev/null 2>&1)
	echo 'SELECT pg_advisory_lock(72707369);' >&"$holder"
	wait_for 20 lock_is_held "$1" || bad 'the lock was not taken'
}
lock_is_held()
{
	[[ $(PGDATABASE=$1 pg_do -c "SELECT count(*) FROM pg_locks WHERE
		locktype = 'advisory' AND granted AND objid = 72707369 AND
		database = (SELECT oid FROM pg_database WHERE datname =
		'$1')") != 0 ]]
}
release_lock() { exec {holder}>&-; }
# Hands have their connection, and wait for the lock.
mend_waits()
{
	[[ $(pg_do -c "SELECT count(*) FROM pg_stat_activity WHERE datname =
		'$1' AND application_name LIKE 'logmend:%'") -ge 1 ]]
}
nobody_waits() { ! mend_waits "$1"; }
# comes_to_the_lock ID APP
comes_to_the_lock()
{
	dump_stops
	app_fails "$2"
	wait_for 30 dump_waits || bad 'no dump was begun'
	hold_lock "$2"
	dump_goes_on
	wait_for 30 mend_waits "$2" || { lm show "$1"; bad 'no mend began'; }
}
# kill_hands APP
kill_hands()
{
	kill -KILL "$(role_pid hands)"
	wait_for 20 nobody_waits "$1" || bad "the hands' connection stays"
}
mended()
{
	state_is "$1" resolved 60
	expect 'attempts' "$(show "$1" '[.attempts[].outcome] | join(" ")')" \
		applied
	expect "migrations of $2" \
		"$(prisma_history "$2" | grep -c "^$the_fifth|")" 1
}

agent_start
comes_to_the_lock 1 once
kill_hands once
wait_until 1 '[.timeline[] | select(.text | contains("(1 of 3)"))] | length == 1'
expect state "$(show 1 .state)" mending
release_lock
mended 1 once
shown 'hands were killed before they began: sent again, and mended in one attempt'

comes_to_the_lock 2 orphaned
hands=$(role_pid hands) || bad 'no hands are there'
agent_kill
kill -KILL "$hands"
wait_for 20 nobody_waits orphaned || bad "the hands' connection stays"
release_lock
agent_start
mended 2 orphaned
shown 'their head was killed with them: the next one sent others, for the same attempt'

comes_to_the_lock 3 ever
for n in 1 2 3; do
	kill_hands ever
	wait_until 3 "[.timeline[] | select(.text | contains(\"($n of 3)\"))] |
		length == 1"
	wait_for 30 mend_waits ever || bad "they are not sent again ($n)"
done
kill_hands ever
state_is 3 failed
release_lock
! has_table ever AnalyticsEvent || bad 'it is called failed, and is there'
expect 'the history' "$(prisma_history ever | wc -l)" 4
told() { [[ $(grep -F 'ever:' "$stage/notices") == *'ended 4 times before they'* ]]; }
wait_for 15 told || bad 'nobody was told'
shown 'killed four times: failed, nothing was changed, and people are told'
agent_stop
