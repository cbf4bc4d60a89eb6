#!/bin/bash
# The copy shows that the second pending script cannot run: production is not
# touched, and who was promised a question learns that there will be none.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
receiver_start
stage_policy ask
stage_pending shop
later=$stage/shop/prisma/migrations/20260101000000_later
mkdir "$later"
echo 'CREATE TABLE "Later" (); ALTER TABLE "Nobody" ADD COLUMN "x" TEXT;' \
	>"$later/migration.sql"
before=$(prisma_history shop)
agent_start
app_fails shop
state_is 1 reported 60
expect rehearsal "$(show 1 .rehearsal.outcome)" broke
shown 'the second of two pending scripts cannot run: the rehearsal broke'
told() { grep -q 'reported, nothing was done' "$stage/notices"; }
wait_for 20 told || bad 'nobody was told that no question will come'
output=$(tail -n 1 "$stage/notices")
says Nobody
expect messages "$(wc -l <"$stage/notices")" 2
shown 'who was promised a question was told that there will be none, and why'
has_table shop AnalyticsEvent && bad 'half of it was done'
has_table shop Later && bad 'half of it was done'
expect history "$(prisma_history shop)" "$before"
shown 'production has neither table, and the history it had'
lm close 1 >/dev/null
state_is 1 closed
expect messages "$(wc -l <"$stage/notices")" 2
shown 'closed by a person: no further message'
agent_stop
