#!/bin/bash
# Hands that are killed while they look, or rehearse, say nothing about the
# database: they are sent again, and the incident ends as if nothing had been.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
stage_policy act
stage_pending shop
agent_start

# A deploy that holds the history keeps hands waiting where we can hit them.
exec {holder}> >(PGDATABASE=shop psql -Xq >/dev/null 2>&1)
echo 'BEGIN; LOCK TABLE "_prisma_migrations"; SELECT 1;' >&"$holder"
is_locked()
{
	[[ $(PGDATABASE=shop pg_do -c "SELECT count(*) FROM pg_locks WHERE
		relation = '_prisma_migrations'::regclass AND granted AND
		mode = 'AccessExclusiveLock'") == 1 ]]
}
wait_for 10 is_locked || bad 'the history could not be locked'

app_fails shop
wait_for 20 role_pid hands || bad 'no hands were sent'
kill -KILL "$(role_pid hands)"
echo 'COMMIT;' >&"$holder"
exec {holder}>&-

state_is 1 resolved 60
expect 'the attempts' "$(show 1 '.attempts | length')" 1
grep -q 'hands ended without an answer' "$stage/agent.log" ||
	bad 'no hands were hit'
agent_stop
