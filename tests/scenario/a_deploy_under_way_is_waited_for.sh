#!/bin/bash
# Somebody else's `prisma migrate deploy` holds Prisma's lock: logmend waits, and
# mends what is still missing when the lock is free.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
clocks_open
stage_policy act
stage_pending busy

is_held()
{
	[[ $(pg_do -c "SELECT count(*) FROM pg_locks WHERE granted AND
		locktype = 'advisory' AND objid = 72707369") == 1 ]]
}
PGDATABASE=busy pg_do -c 'SELECT pg_advisory_lock(72707369)' \
	-c 'SELECT pg_sleep(600)' >"$stage/holder" 2>&1 &
holder=$!
wait_for 10 is_held

agent_start
app_fails busy
wait_until 1 '.cause == "deploy-under-way"'
state_is 1 waiting
! has_table busy AnalyticsEvent || bad 'it mended beside a deploy'
shown 'somebody holds the lock of Prisma: the incident waits, nothing was mended'
kill "$holder"
pg_do -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	WHERE datname = 'busy' AND query LIKE '%pg_sleep%'" >"$stage/holder"
wait "$holder" || true
time_passes 10
state_is 1 resolved 120
has_table busy AnalyticsEvent || bad 'the table was not created'
expect attempts "$(show 1 '.attempts | length')" 1
shown 'the lock was given back: mended by itself, in one attempt'
agent_stop
