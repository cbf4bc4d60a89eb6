#!/bin/bash
# A mend that could not get its lock leaves a database that the real Prisma CLI
# goes on with: no P3009, and the same migration can be deployed.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"
. "$TOP/tests/support/prisma-cli.bash"

stage_open
cli_open
stage_policy act '' 'deadline = 20s'
stage_pending locked

# Readers and writers go on; a foreign key to it has to wait.
hold_user()
{
	PGDATABASE=locked pg_do -c 'BEGIN' -c \
		'LOCK TABLE "User" IN ROW EXCLUSIVE MODE' \
		-c 'SELECT pg_sleep(600)' >"$stage/holder" 2>&1 &
	holder=$!
	wait_for 10 is_held
}
is_held()
{
	[[ $(PGDATABASE=locked pg_do -c "SELECT count(*) FROM pg_locks WHERE
		relation = '\"User\"'::regclass AND granted AND
		mode = 'RowExclusiveLock'") == 1 ]]
}

hold_user
agent_start
app_fails locked
state_is 1 failed 60
expect attempts "$(show 1 '.attempts | length')" 1
expect outcome "$(show 1 '.attempts[0].outcome')" not-applied
! has_table locked AnalyticsEvent || bad 'the table is there'
shown 'the mend did not get its lock: failed after one attempt, nothing applied'
agent_stop
kill "$holder"
PGDATABASE=locked pg_do -c "SELECT pg_terminate_backend(pid) FROM
	pg_stat_activity WHERE query LIKE '%pg_sleep%' AND
	pid <> pg_backend_pid()" >"$stage/holder"
wait "$holder" || true

expect_status 0 cli_prisma locked migrate deploy
says 'All migrations have been successfully applied.'
shown 'the Prisma CLI deploys the same migration'
expect_status 0 cli_prisma locked migrate status
says 'Database schema is up to date!'
has_table locked AnalyticsEvent || bad 'the table is missing'
shown 'the Prisma CLI finds the schema up to date'
