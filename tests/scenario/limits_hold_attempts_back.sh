#!/bin/bash
# Attempts an hour, and the cooldown between two attempts on one database, also
# over a restart.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
stage_policy act
stage_config '[policy none]
mode = act
attempts = 0/h

[policy slow]
mode = act
quiet = 1s
cooldown = 6h'
stage_pending never
stage_pending once
sed -i '/^\[app never\]/,/^remedy/s/^policy = p/policy = none/
	/^\[app once\]/,/^remedy/s/^policy = p/policy = slow/' \
	"$stage/logmend.conf"
agent_start

app_fails never
state_is 1 waiting
expect action "$(show 1 .decision.action)" wait
[[ $(show 1 .decision.reason) == *hour* ]] || bad 'the reason is not the limit'
has_table never AnalyticsEvent && bad 'mended beyond the limit'
shown 'no attempt an hour: the incident waits, and says so'

app_fails once
state_is 2 resolved 60
# Gone again, by itself a new fault on the same database.
PGDATABASE=once pg_do -c 'DROP TABLE "AnalyticsEvent"' \
	-c "DELETE FROM _prisma_migrations WHERE migration_name = '$the_fifth'"
app_fails once
later() { lm show 2 --json | jq -e '.state != "resolved"' ||
	lm show 3 --json; }
wait_for 30 later || bad 'it was not seen again'
agent_stop
agent_start
settled() { lm incidents --json | jq -es 'flatten | map(select(.app == "once"
	and (.state | IN("waiting", "reported", "regressed")))) | length > 0'; }
wait_for 60 settled || { lm incidents; bad 'it was not held back'; }
has_table once AnalyticsEvent && bad 'mended twice within the cooldown'
shown 'mended, broken again, restarted: held back by the cooldown'
agent_stop
