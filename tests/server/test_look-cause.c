/* Causes beside what is pending or stray: what the history, the roles and the
 * rest of the database say about an object that the application misses. */
#include "config.h"

#include <stdlib.h>

#include "support/world.h"

static struct answer_of_hands a;

/* The cause and a part of its sentence; no such cause has a plan. */
static void
ck_reports(const char *object, enum cause cause, const char *part)
{
	look_for(object, &a);
	ck_cause(&a, cause);
	ck_says(a.result.text, part);
	ck_assert_int_eq(a.result.fault, ANSWER_YES);
	ck_assert(!a.planned);
	answer_of_hands_free(&a);
}

static void
ck_reports_column(const char *object, enum cause cause, const char *part)
{
	own(job) struct job j = job_of(JOB_LOOK, CLASS_MISSING_COLUMN, object);
	do_job(&j, &a);
	ck_cause(&a, cause);
	ck_says(a.result.text, part);
	ck_assert(!a.planned);
	answer_of_hands_free(&a);
}

/* A migration that ran, with its row. */
static void
apply(const char *name, const char *sql)
{
	own(str) char *folder = at("prisma/migrations");
	add_migration(name, sql);
	pg_migrate(&pg, "moving", folder, name);
}

START_TEST(a_role_that_may_not_use_the_table_gets_the_grant)
{
	apply_four();
	pg_do(&pg, "moving",
		"CREATE TABLE public.\"Say \"\"hi\"\"\" (id int); "
		"REVOKE ALL ON public.\"Say \"\"hi\"\"\" FROM app");
	ck_reports("Say \"hi\"", CAUSE_NO_PRIVILEGE,
		"GRANT SELECT, INSERT, UPDATE, DELETE ON \"public\"."
		"\"Say \"\"hi\"\"\" TO \"app\"");
}
END_TEST

START_TEST(a_role_that_may_not_use_the_schema_gets_the_grant)
{
	pg_do(&pg, "moving",
		"CREATE SCHEMA closed; CREATE TABLE closed.\"Lot\" (id int); "
		"GRANT ALL ON closed.\"Lot\" TO app");
	ck_reports("closed.Lot", CAUSE_NO_PRIVILEGE,
		"GRANT USAGE ON SCHEMA \"closed\" TO \"app\"");
}
END_TEST

START_TEST(a_role_that_may_only_insert_may_use_it)
{
	pg_do(&pg, "moving",
		"CREATE TABLE audit (id int); REVOKE ALL ON audit FROM app; "
		"GRANT INSERT ON audit TO app");
	look_for("audit", &a);
	ck_cause(&a, CAUSE_NOT_CONFIRMED);
}
END_TEST

START_TEST(a_column_that_a_later_migration_dropped_names_it)
{
	apply_four();
	apply("20251001000000_drop",
		"ALTER TABLE \"Asset\" DROP COLUMN \"label\", ADD COLUMN "
		"\"title\" TEXT;");
	ck_reports_column("Asset.label", CAUSE_APP_OLDER_THAN_DATABASE,
		"20251001000000_drop, which was applied here, dropped it");
}
END_TEST

START_TEST(a_table_that_a_later_migration_renamed_names_it)
{
	apply_four();
	apply("20251001000000_rename",
		"ALTER TABLE \"Asset\" RENAME TO \"Thing\";");
	apply("20251002000000_column",
		"ALTER TABLE \"Thing\" RENAME COLUMN \"label\" TO \"title\";");
	ck_reports("Asset", CAUSE_APP_OLDER_THAN_DATABASE,
		"20251001000000_rename, which was applied here, renamed it to "
		"Thing");
	ck_reports_column("Thing.label", CAUSE_APP_OLDER_THAN_DATABASE,
		"20251002000000_column, which was applied here, renamed it to "
		"title");
}
END_TEST

START_TEST(what_was_dropped_and_made_again_is_recorded)
{
	apply_four();
	apply("20251001000000_drop", "DROP TABLE \"Asset\";");
	apply("20251002000000_again", "CREATE TABLE \"Asset\" (id int);");
	pg_do(&pg, "moving", "DROP TABLE \"Asset\"");
	ck_reports("Asset", CAUSE_RECORDED_BUT_ABSENT, "20251002000000_again");
}
END_TEST

START_TEST(a_column_that_the_history_says_is_there_is_recorded)
{
	apply_four();
	pg_do(&pg, "moving", "ALTER TABLE \"Asset\" DROP COLUMN label");
	ck_reports_column("Asset.label", CAUSE_RECORDED_BUT_ABSENT,
		"20240305093000_add_assets was applied");
}
END_TEST

START_TEST(a_script_that_was_changed_after_it_ran_is_named)
{
	own(str) char *file =
		at("prisma/migrations/20251001000000_lot/migration.sql");
	apply_four();
	apply("20251001000000_lot", "CREATE TABLE \"Lot\" (id int);");
	write_file(file, "CREATE TABLE \"Lot\" (id int, \"colour\" text);");
	ck_reports_column("Lot.colour", CAUSE_EDITED_MIGRATION,
		"20251001000000_lot creates it now, but its text was changed "
		"after it was applied");
}
END_TEST

START_TEST(what_only_the_schema_has_needs_a_migration)
{
	remove_migration(LAST);
	apply_four();
	ck_reports("AnalyticsEvent", CAUSE_MODEL_WITHOUT_MIGRATION,
		"`prisma migrate dev --name NAME`");
}
END_TEST

START_TEST(a_column_that_only_the_schema_has_needs_a_migration)
{
	own(str) char *file = at("prisma/schema.prisma");
	apply_four();
	write_file(file,
		"model Asset {\n  id Int @id\n  floor Int "
		"@map(\"floor_no\")\n}");
	ck_reports_column("Asset.floor_no", CAUSE_MODEL_WITHOUT_MIGRATION,
		"column public.Asset.floor_no is missing because no migration "
		"creates it");
	ck_reports_column("Asset.floor", CAUSE_UNKNOWN, "is missing");
}
END_TEST

START_TEST(another_applications_tables_are_another_database)
{
	pg_do(&pg, "moving",
		"SET ROLE app; CREATE TABLE \"User\" (id int); CREATE TABLE "
		"invoice (id int); CREATE TABLE invoice_line (id int); CREATE "
		"TABLE customer (id int)");
	ck_reports("AnalyticsEvent", CAUSE_WRONG_DATABASE,
		"it has 3 tables that no migration of");
}
END_TEST

START_TEST(another_applications_history_is_another_database)
{
	apply_four();
	pg_do(&pg, "moving",
		"SET ROLE app; DROP TABLE \"Asset\", \"AiMetric\", \"Job\", "
		"\"Batch\"; DROP TYPE \"JobStatus\"; UPDATE "
		"_prisma_migrations SET migration_name = 'shop_' || "
		"migration_name");
	ck_reports("AnalyticsEvent", CAUSE_WRONG_DATABASE,
		"its history has 4 migrations, and none of them is in");
}
END_TEST

START_TEST(an_empty_database_is_no_other_one)
{
	pg_do(&pg, "moving", "SET ROLE app; CREATE TABLE spatial (id int)");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_BASELINE_CONFLICT);
	answer_of_hands_free(&a);
	pg_do(&pg, "moving", "DROP TABLE spatial");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert(a.planned);
	ck_assert_int_eq(a.plan.verdict, VERDICT_ASK);
}
END_TEST

START_TEST(a_second_question_mark_in_the_url_is_another_schema)
{
	apply_four();
	set_url("?schema=public?pgbouncer=true");
	ck_reports("public?pgbouncer=true.Asset", CAUSE_WRONG_SCHEMA,
		"schema public has 5 of the 6 tables");
}
END_TEST

START_TEST(a_search_path_that_leads_away_from_the_table_is_told)
{
	apply_four();
	set_url("");
	pg_do(&pg, "moving",
		"CREATE SCHEMA app AUTHORIZATION app; ALTER ROLE app SET "
		"search_path = app");
	ck_reports("Asset", CAUSE_WRONG_SCHEMA,
		"statements that name no schema look into \"app\"");
	pg_do(&pg, "moving", "ALTER ROLE app RESET search_path");
}
END_TEST

START_TEST(nothing_is_mended_by_itself_where_recorded_tables_are_gone)
{
	apply_four();
	pg_do(&pg, "moving", "DROP TABLE \"AiMetric\"");
	look_for("AnalyticsEvent", &a);
	ck_assert_int_eq(a.plan.verdict, VERDICT_AUTO);
	answer_of_hands_free(&a);
	pg_do(&pg, "moving", "DROP TABLE \"Asset\"");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert_int_eq(a.plan.verdict, VERDICT_ASK);
	ck_says(a.plan.reason, "2 tables are gone that the history says exist");
	ck_says(finding_text(&a, "recorded-tables"), "2 do not");
}
END_TEST

START_TEST(a_script_that_no_server_would_run_has_no_plan)
{
	static const char *const later[] = { "CREATE TABEL x (id int);",
		("\xef\xbb\xbf"
		 "CREATE TABLE x (id int);"),
		"\\i other.sql\nCREATE TABLE x (id int);",
		"CREATE TABLE x (a text DEFAULT 'it);" };
	apply_four();
	for (size_t i = 0; i < ELEMENTS(later); i++) {
		add_migration("20251101000000_later", later[i]);
		look_for("AnalyticsEvent", &a);
		ck_cause(&a, CAUSE_PENDING_MIGRATION);
		ck_assert(!a.planned);
		ck_says(finding_text(&a, "plan"),
			"20251101000000_later would fail, and Prisma would "
			"stop there too");
		answer_of_hands_free(&a);
		remove_migration("20251101000000_later");
	}
}
END_TEST

START_TEST(if_not_exists_of_another_table_is_a_conflict)
{
	apply_four();
	add_migration("20251101000000_base",
		"CREATE TABLE IF NOT EXISTS \"Batch\" (id TEXT);\n"
		"CREATE TABLE IF NOT EXISTS \"Asset\" (id TEXT, floor INT);");
	ck_reports("AnalyticsEvent", CAUSE_BASELINE_CONFLICT,
		"20251101000000_base has table \"Asset\" IF NOT EXISTS, which "
		"exists and has no column \"floor\"");
}
END_TEST

START_TEST(if_not_exists_with_the_column_added_behind_is_asked)
{
	apply_four();
	add_migration("20251101000000_again",
		"CREATE TABLE IF NOT EXISTS \"Asset\" (id TEXT, floor INT);\n"
		"ALTER TABLE \"Asset\" ADD COLUMN IF NOT EXISTS floor INT;");
	own(job) struct job j =
		job_of(JOB_LOOK, CLASS_MISSING_COLUMN, "Asset.floor");
	do_job(&j, &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert(a.planned);
	ck_assert_int_eq(a.plan.verdict, VERDICT_ASK);
}
END_TEST

START_TEST(if_not_exists_of_the_same_table_is_asked)
{
	apply_four();
	add_migration("20251101000000_base",
		"CREATE TABLE IF NOT EXISTS \"Batch\" (id TEXT);\n"
		"CREATE TABLE IF NOT EXISTS x (id INT);");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert_int_eq(a.plan.verdict, VERDICT_ASK);
	ck_says(a.plan.reason, "creates table \"Batch\" IF NOT EXISTS");
}
END_TEST

START_TEST(a_schema_that_the_role_may_not_create_is_told_with_the_grant)
{
	apply_four();
	pg_do(&pg, "moving",
		"ALTER DATABASE moving OWNER TO postgres; GRANT CREATE ON "
		"SCHEMA public TO app");
	add_migration("20251101000000_schema", "CREATE SCHEMA shop;");
	look_for("AnalyticsEvent", &a);
	ck_assert(!a.planned);
	ck_says(finding_text(&a, "plan"),
		"role app may not create schema shop: GRANT CREATE ON DATABASE "
		"\"moving\" TO \"app\"");
}
END_TEST

/* The role that owns everything mends, and the application's may use only what
 * was granted to it. */
START_TEST(a_mend_that_leaves_the_application_out_is_asked_with_the_grant)
{
	own(str) char *file = at("owner");
	own(str) char *line = xprintf("migrate-url-file = %s", file);
	own(str) char *url = xprintf(
		"postgresql://postgres@localhost:%d/moving?host=%s&schema="
		"public",
		pg.port, pg.folder);
	apply_four();
	write_file(file, url);
	set_config(line, "");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert_int_eq(a.plan.verdict, VERDICT_ASK);
	ck_says(a.plan.reason,
		"role app, as which the application connects, may not use the "
		"tables that role postgres makes: GRANT SELECT");
}
END_TEST

WORLD_MAIN("look-cause", 54350,
	a_role_that_may_not_use_the_table_gets_the_grant,
	a_role_that_may_not_use_the_schema_gets_the_grant,
	a_role_that_may_only_insert_may_use_it,
	a_column_that_a_later_migration_dropped_names_it,
	a_table_that_a_later_migration_renamed_names_it,
	what_was_dropped_and_made_again_is_recorded,
	a_column_that_the_history_says_is_there_is_recorded,
	a_script_that_was_changed_after_it_ran_is_named,
	what_only_the_schema_has_needs_a_migration,
	a_column_that_only_the_schema_has_needs_a_migration,
	another_applications_tables_are_another_database,
	another_applications_history_is_another_database,
	an_empty_database_is_no_other_one,
	a_second_question_mark_in_the_url_is_another_schema,
	a_search_path_that_leads_away_from_the_table_is_told,
	nothing_is_mended_by_itself_where_recorded_tables_are_gone,
	a_script_that_no_server_would_run_has_no_plan,
	if_not_exists_of_another_table_is_a_conflict,
	if_not_exists_with_the_column_added_behind_is_asked,
	if_not_exists_of_the_same_table_is_asked,
	a_schema_that_the_role_may_not_create_is_told_with_the_grant,
	a_mend_that_leaves_the_application_out_is_asked_with_the_grant)
