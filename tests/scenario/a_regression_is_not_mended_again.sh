#!/bin/bash
# The fault comes back within a day of our mend: the same incident, its breaker
# open, and nothing more is done by itself.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
receiver_start
stage_policy act
stage_pending shop
agent_start
app_fails shop
state_is 1 resolved
has_table shop AnalyticsEvent || bad 'the table was not created'

shown 'a fault was mended'

# Somebody drops it and makes the migration pending again.
pg_do -d shop -c 'DROP TABLE "AnalyticsEvent"'
pg_do -d shop -c "DELETE FROM _prisma_migrations
	WHERE migration_name = '$the_fifth'"
# Records of requests that were under way at the commit are not one.
wait_until 1 '.timeline | last | .time | fromdate < now - 2'
app_fails shop
state_is 1 reported
expect incidents "$(lm incidents --json | wc -l)" 1
expect attempts "$(show 1 '.attempts | length')" 1
expect seen "$(show 1 .count)" 2
[[ $(show 1 .decision.reason) == *breaker* ]] || bad "$(show 1 .decision)"
has_table shop AnalyticsEvent && bad 'it was mended again'
shown 'the same fault came back: the same incident, reported, not mended again'
wait_for 20 grep -q 'CAME BACK' "$stage/notices" || bad 'nobody was told'
shown 'people were told that it came back'
# Closed by a person, it may be mended again: as a new incident.
expect_status 0 lm close 1
app_fails shop
state_is 2 resolved
has_table shop AnalyticsEvent || bad 'the new incident was not mended'
shown 'closed by a person and back again: a new incident, which was mended'
agent_stop
