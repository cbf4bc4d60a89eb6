#!/bin/bash
# Hands that are killed while they look or rehearse have found nothing out: they
# are sent again, and the incident takes its course.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
stage_policy act
stage_pending shop
stage_pending bakery
agent_start

# Locked as a whole: what looks at the table waits.
hold_table()
{
	exec {holder}> >(PGDATABASE=$1 psql -Xq >/dev/null 2>&1)
	echo "BEGIN; LOCK TABLE \"$2\" IN ACCESS EXCLUSIVE MODE;" >&"$holder"
	wait_for 20 table_is_held "$1" || bad 'the lock was not taken'
}
table_is_held()
{
	[[ $(PGDATABASE=$1 pg_do -c "SELECT count(*) FROM pg_locks WHERE mode =
		'AccessExclusiveLock' AND granted AND locktype = 'relation'
		AND database = (SELECT oid FROM pg_database WHERE datname =
		'$1')") != 0 ]]
}
let_go()
{
	echo 'COMMIT;' >&"$holder"
	exec {holder}>&-
}
hands_are_there() { role_pid hands; }

hold_table shop _prisma_migrations
app_fails shop
state_is 1 diagnosing
wait_for 20 hands_are_there || bad 'no hands look'
kill -KILL "$(role_pid hands)"
let_go
state_is 1 resolved 60
shown 'hands were killed while they looked: sent again, and mended'

hold_table bakery User
app_fails bakery
state_is 2 rehearsing
wait_for 20 hands_are_there || bad 'no hands rehearse'
kill -KILL "$(role_pid hands)"
let_go
state_is 2 resolved 60
expect attempts "$(show 2 '.attempts | length')" 1
shown 'hands were killed while they rehearsed: the same, in one attempt'
agent_stop
