#!/bin/bash
# Hands that are killed while they look or rehearse have found nothing out: they
# are sent again, and the incident takes its course.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
slow_dump
stage_policy act '' "pg-dump = $stage/pg_dump"
stage_pending shop
stage_pending bakery
agent_start

# A look that waits for the lock of a table gives up after two seconds, and the next
# one comes later.
are_killed()
{
	local pid
	[[ $(pg_do -c "SELECT count(*) FROM pg_stat_activity WHERE datname =
		'$1' AND application_name = 'logmend look' AND
		wait_event_type = 'Lock'") == 1 ]] && pid=$(role_pid hands) &&
		kill -KILL "$pid"
}
hold_table shop _prisma_migrations
app_fails shop
wait_for 60 are_killed shop || bad 'no hands look'
release_lock
state_is 1 resolved 60
shown 'hands were killed while they looked: sent again, and mended'

dump_stops
app_fails bakery
wait_for 60 dump_waits || bad 'no hands rehearse'
state_is 2 rehearsing
kill -KILL "$(role_pid hands)"
dump_goes_on
state_is 2 resolved 60
expect attempts "$(show 2 '.attempts | length')" 1
shown 'hands were killed while they rehearsed: the same, in one attempt'
agent_stop
