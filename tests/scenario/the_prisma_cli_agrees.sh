#!/bin/bash
# Databases that logmend mended, inspected with the real Prisma CLI: nothing is
# pending, nothing was edited, the app works. Skipped aloud without npm, the
# registry or a fitting Node.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"
. "$TOP/tests/support/prisma-cli.bash"

stage_open
cli_open
stage_policy act
stage_pending pending
stage_pending stray "proposals = $stage/stray/prisma/migrations"
folder=$stage/stray/prisma/migrations
mv "$folder/$the_fifth/migration.sql" "$folder/analytics_event.sql"
rmdir "$folder/$the_fifth"

# The faults are those of the real app, now.
for app in pending stray; do
	cli_app "$app" console-error >"$stage/$app.out" 2>&1
	grep -q P2021 "$stage/$app.out" ||
		bad "the app of $app does not fail with P2021: $(cat \
			"$stage/$app.out")"
done

shown 'two apps of the real Prisma fail, as their table is missing'

agent_start
stage_log pending "$stage/pending.out"
state_is 1 resolved 60
stage_log stray "$stage/stray.out"
state_is 2 awaiting-approval
lm approve 2 "$(show 2 .approval.code)" >/dev/null
state_is 2 resolved 60
agent_stop

for app in pending stray; do
	expect_status 0 cli_prisma "$app" migrate status
	says 'Database schema is up to date!'
	expect_status 0 cli_prisma "$app" migrate deploy
	says 'No pending migrations to apply.'
	# The only way in which it tells of edited migrations.
	DEBUG=prisma:migrate:status expect_status 0 \
		cli_prisma "$app" migrate status
	says 'editedMigrationNames\": []'
	expect_status 0 cli_app "$app" console-error
	expect "what the app of $app says" "$output" ''
	shown "$app: mended; the CLI finds nothing pending and nothing edited, and \
the app works"
done
