#!/bin/bash
# Databases in many states, in mode act: the cause, the decision and the end of
# each; production is touched only where a pending migration creates something
# new, and nothing else.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
receiver_start
stage_policy act

# script APP: its pending fifth migration.
script() { echo "$stage/$1/prisma/migrations/$the_fifth/migration.sql"; }
# in_database APP SQL...
in_database()
{
	local sql
	for sql in "${@:2}"; do
		PGDATABASE=$1 PGUSER=app pg_do -c "$sql"
	done
}

apps=() wants=()
# want APP STATE CAUSE ACTION TABLE
want() { apps+=("$1") wants+=("$2 $3 $4 $5"); }

stage_pending clean
want clean resolved pending-migration act yes

stage_pending forged
in_database forged "$(cat "$(script forged)")"
want forged not-confirmed not-confirmed close yes

stage_pending failed
in_database failed "INSERT INTO _prisma_migrations (id, checksum,
	migration_name, logs) VALUES (gen_random_uuid(), repeat('0', 64),
	'$the_fifth', 'relation exists')"
want failed reported failed-migration report no

stage_pending baseline
cp "$moving/baseline/migration.sql" "$(script baseline)"
want baseline reported baseline-conflict report no

# `db push` made it, and somebody wrote a baseline: no history at all.
stage_pending pushed
in_database pushed 'DROP TABLE _prisma_migrations'
want pushed reported baseline-conflict report no

# A stray file, and no `proposals`: the steps, no plan.
stage_pending stray
mv "$(script stray)" "$stage/stray/prisma/migrations/event.sql"
rmdir "$(dirname "$(script stray)")"
want stray reported stray-sql report no

# Only the schema has it.
stage_pending unmade
rm -r "$(dirname "$(script unmade)")"
want unmade reported model-without-migration report no

# Nobody has it.
stage_pending nobody
rm -r "$(dirname "$(script nobody)")"
echo >"$stage/nobody/prisma/schema.prisma"
want nobody reported unknown report no

# The history says that it is there, as `migrate resolve --applied` makes it.
stage_pending marked
in_database marked "INSERT INTO _prisma_migrations (id, checksum, finished_at,
	migration_name) VALUES (gen_random_uuid(), '$(sha256sum \
	<"$(script marked)" | cut -d' ' -f1)', now(), '$the_fifth')"
want marked reported recorded-but-absent report no

# The same, and its text was written anew afterwards.
stage_pending edited
in_database edited "INSERT INTO _prisma_migrations (id, checksum, finished_at,
	migration_name) VALUES (gen_random_uuid(), repeat('0', 64), now(),
	'$the_fifth')"
want edited reported edited-migration report no

# A later one dropped it, and an older image runs.
stage_pending older
mkdir "$stage/older/prisma/migrations/20251001000000_drop"
echo 'DROP TABLE "AnalyticsEvent";' \
	>"$stage/older/prisma/migrations/20251001000000_drop/migration.sql"
in_database older "INSERT INTO _prisma_migrations (id, checksum, finished_at,
	migration_name) SELECT gen_random_uuid(), repeat('0', 64), now(), name
	FROM unnest(ARRAY['$the_fifth', '20251001000000_drop']) name"
want older reported app-older-than-database report no

# Its role may not use the table.
stage_pending barred
in_database barred "$(cat "$(script barred)")" \
	'REVOKE ALL ON "AnalyticsEvent" FROM app'
want barred reported no-privilege report yes

# The URL names a schema in which nothing is.
stage_pending astray
in_database astray 'CREATE SCHEMA "else"'
pg_url app 'astray?schema=else' >"$stage/astray.url"
sed 's/public\.AnalyticsEvent/else.AnalyticsEvent/' "$TOP/tests/data/prisma/\
p2021-5.22.0-rust/console-error.NODE_ENV_production.stderr" >"$stage/astray.out"
want astray reported wrong-schema report no

# Another application's database.
stage_pending foreign
in_database foreign 'DROP SCHEMA public CASCADE' 'CREATE SCHEMA public' \
	'CREATE TABLE invoice (id int)' 'CREATE TABLE customer (id int)'
want foreign reported wrong-database report no

# It would lose data.
stage_pending drops
echo 'DROP TABLE "Batch" CASCADE;' >>"$(script drops)"
want drops reported pending-migration refuse no

# It changes which rows the app sees. (A column more runs by itself.)
stage_pending alters
echo 'ALTER TABLE "Job" ADD COLUMN "note" TEXT;
ALTER TABLE "Job" ENABLE ROW LEVEL SECURITY;' >>"$(script alters)"
want alters awaiting-approval pending-migration ask no

# It breaks, on the copy first.
stage_pending breaks
echo 'CREATE INDEX "i" ON "AnalyticsEvent"("no such column");' \
	>>"$(script breaks)"
want breaks reported pending-migration report no

# Two pending ones: in order, both.
stage_pending two
mkdir "$stage/two/prisma/migrations/20250902000000_after"
echo 'CREATE TABLE "After" ("id" TEXT PRIMARY KEY REFERENCES
	"AnalyticsEvent"("id"));' \
	>"$stage/two/prisma/migrations/20250902000000_after/migration.sql"
want two resolved pending-migration act yes

# Its role may not create databases: no copy, so a person is asked.
pg_role poor
stage_pending poor
pg_do -c 'GRANT app TO poor' -c 'ALTER DATABASE poor OWNER TO poor'
pg_url poor 'poor?schema=public' >"$stage/poor.url"
want poor awaiting-approval pending-migration ask no

# In a schema of its own, which Prisma's URL names.
stage_pending tenant
PGDATABASE=tenant pg_do -c 'ALTER SCHEMA public RENAME TO tenant_b'
pg_url app 'tenant?schema=tenant_b' >"$stage/tenant.url"
sed 's/public\.AnalyticsEvent/tenant_b.AnalyticsEvent/' "$TOP/tests/data/prisma/\
p2021-5.22.0-rust/console-error.NODE_ENV_production.stderr" >"$stage/tenant.out"

lm check-config >/dev/null
agent_start
for app in "${apps[@]}"; do
	[[ -e $stage/$app.out ]] || app_fails "$app"
done
stage_log astray "$stage/astray.out"

# Incidents are numbered as their logs are read.
id_of()
{
	lm incidents --json | jq -s 'flatten | .[] |
		select(.app == "'"$1"'") | .id'
}

stage_log tenant "$stage/tenant.out"

for i in "${!apps[@]}"; do
	app=${apps[i]}
	read -r state cause action table <<<"${wants[i]}"
	has_id() { [[ -n $(id_of "$app") ]]; }
	wait_for 30 has_id || bad "no incident of $app"
	id=$(id_of "$app")
	state_is "$id" "$state" 120
	expect "the cause of $app" "$(show "$id" .cause)" "$cause"
	expect "the decision on $app" "$(show "$id" .decision.action)" "$action"
	there=no
	! has_table "$app" AnalyticsEvent || there=yes
	expect "the table of $app is there" "$there" "$table"
	shown "$app: $cause, so $action: $(show "$id" .decision.reason |
		cut -c1-150)"
done
has_table two After || bad 'the second pending migration was not applied'
has_table drops Batch || bad 'data was lost'
shown 'nothing that a refused script would have dropped is gone'
[[ $(show "$(id_of poor)" .rehearsal) == *CREATEDB* ]] ||
	bad 'nobody is told which right the rehearsal needs'
state_is "$(id_of tenant)" resolved 60
[[ $(PGDATABASE=tenant pg_do -c \
	"SELECT to_regclass('tenant_b.\"AnalyticsEvent\"') IS NOT NULL") == t ]] ||
	bad 'the table of tenant_b was not created'
shown 'in a schema of its own: mended there'
# What is not confirmed is never sent.
grep -q forged "$stage/notices" && bad 'a forged line was sent to people'
shown 'of a fault that never was no person was told'
agent_stop
