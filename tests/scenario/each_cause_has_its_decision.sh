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
in_database() { PGDATABASE=$1 PGUSER=app pg_do -c "$2"; }

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

# Nobody creates it.
stage_pending nobody
rm -r "$(dirname "$(script nobody)")"
want nobody reported unknown report no

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
	app_fails "$app"
done

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
