# Sourced: an app's database and migration folder, as Prisma leaves them.
# Needs pg.bash.
#
#	prisma_folder DIR NAME...	a folder DIR with the migrations NAME...
#					of tests/data/moving
#	prisma_deploy DATABASE DIR	applies all of DIR as its owner `app` and
#					records them as `prisma migrate deploy`
#	prisma_history DATABASE		prints the rows of _prisma_migrations
# shellcheck shell=bash

moving=$TOP/tests/data/moving

# The first four migrations; the fifth creates AnalyticsEvent.
# shellcheck disable=SC2034 # used by who sources this
first_four='20240110120000_init 20240305093000_add_assets
	20240618141500_add_batches 20250212101000_add_ai_metrics'
# shellcheck disable=SC2034
the_fifth=20250901080000_add_analytics_event

prisma_folder()
{
	local folder=$1 name
	shift
	mkdir -p "$folder"
	cp "$moving/migrations/migration_lock.toml" "$folder/"
	for name; do
		cp -R "$moving/migrations/$name" "$folder/"
	done
	chmod -R u+w "$folder"
}

# The table exactly as Prisma creates it.
prisma_table='CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
	"id" VARCHAR(36) PRIMARY KEY NOT NULL,
	"checksum" VARCHAR(64) NOT NULL,
	"finished_at" TIMESTAMPTZ,
	"migration_name" VARCHAR(255) NOT NULL,
	"logs" TEXT,
	"rolled_back_at" TIMESTAMPTZ,
	"started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
	"applied_steps_count" INTEGER NOT NULL DEFAULT 0)'

prisma_deploy()
{
	local database=$1 folder=$2 script name sum
	local -x PGUSER=app PGDATABASE=$database PGOPTIONS='-c
		client_min_messages=warning'
	pg_do -c "$prisma_table"
	for script in "$folder"/*/migration.sql; do
		name=$(basename "$(dirname "$script")")
		sum=$(sha256sum <"$script")
		pg_do -1 -f "$script"
		pg_do -c "INSERT INTO _prisma_migrations (id, checksum,
			finished_at, migration_name, started_at,
			applied_steps_count) VALUES (gen_random_uuid(),
			'${sum%% *}', clock_timestamp(), '$name', now(), 1)"
	done
}

prisma_history()
{
	PGDATABASE=$1 pg_do -c 'SELECT migration_name, checksum,
		finished_at IS NOT NULL, rolled_back_at IS NOT NULL,
		applied_steps_count, coalesce(logs, $$-$$)
		FROM _prisma_migrations ORDER BY started_at, migration_name'
}
