/* Rehearsals on a copy of a real database. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hands/plan/copy/copy-extent.h"
#include "support/world.h"

#define COPIES "SELECT count(*) FROM pg_database WHERE datname LIKE 'logmend%'"

static struct answer_of_hands a;

START_TEST(a_rehearsal_passes_and_leaves_nothing)
{
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_PASSED);
	ck_says(buf_str(&a.everything), "applying " LAST " on the copy");
	ck_value(TABLE_THERE, "f");
	ck_value(COPIES, "0");
	ck_value("SELECT count(*) FROM _prisma_migrations", "4");
}
END_TEST

START_TEST(a_rehearsal_passes_whatever_a_database_calls_a_date)
{
	apply_four();
	pg_do(&pg, "moving",
		"ALTER DATABASE moving SET DateStyle = 'German'; "
		"ALTER DATABASE moving SET TimeZone = 'Asia/Kathmandu'");
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_PASSED);
}
END_TEST

START_TEST(a_role_that_may_not_make_databases_is_named)
{
	apply_four();
	pg_do(&pg, "moving", "ALTER ROLE app NOCREATEDB");
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	pg_do(&pg, "moving", "ALTER ROLE app CREATEDB");
	ck_outcome(&a, OUTCOME_IMPOSSIBLE);
	ck_says(a.result.text, "ALTER ROLE \"app\" CREATEDB");
}
END_TEST

START_TEST(a_rehearsal_can_be_switched_off)
{
	apply_four();
	set_config("", "rehearse = off");
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_IMPOSSIBLE);
}
END_TEST

START_TEST(a_forgotten_copy_is_dropped)
{
	apply_four();
	pg_do(&pg, "postgres",
		"CREATE DATABASE logmend_rehearsal_0123456789abcdef OWNER app");
	pg_do(&pg, "postgres",
		"COMMENT ON DATABASE logmend_rehearsal_0123456789abcdef IS "
		"'logmend rehearsal, made 1700000000'");
	/* Not ours: it has no such comment. */
	pg_do(&pg, "postgres",
		"CREATE DATABASE logmend_rehearsal_1123456789abcdef OWNER app");
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_PASSED);
	ck_value(COPIES, "1");
	pg_do(&pg, "postgres",
		"DROP DATABASE logmend_rehearsal_1123456789abcdef");
}
END_TEST

START_TEST(a_copy_that_is_kept_is_not_dropped)
{
	apply_four();
	pg_do(&pg, "postgres",
		"CREATE DATABASE logmend_rehearsal_2123456789abcdef OWNER app");
	pg_do(&pg, "postgres",
		"COMMENT ON DATABASE logmend_rehearsal_2123456789abcdef IS "
		"'logmend rehearsal, made 1700000000'");
	PGconn *keeper = pg_connect(&pg, "postgres", "app");
	PQclear(PQexec(keeper,
		"SET application_name = 'logmend_rehearsal_2123456789abcdef'"));
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_PASSED);
	ck_value(COPIES, "1");
	PQfinish(keeper);
	answer_of_hands_free(&a);
	await("SELECT count(*) = 0 FROM pg_stat_activity WHERE "
	      "application_name LIKE 'logmend_rehearsal%'");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_PASSED);
	ck_value(COPIES, "0");
}
END_TEST

START_TEST(a_killed_rehearsal_leaves_nothing_to_the_next)
{
	apply_four();
	own(str) char *now = xprintf(
		"COMMENT ON DATABASE logmend_rehearsal_3123456789abcdef IS "
		"'logmend rehearsal, made %llu'",
		(unsigned long long)(clock_wall() / USEC_SECOND));
	pg_do(&pg, "postgres",
		"CREATE DATABASE logmend_rehearsal_3123456789abcdef OWNER app");
	pg_do(&pg, "postgres", now);
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_PASSED);
	ck_value(COPIES, "0");
}
END_TEST

/* Each is three: a table, its toast table and that one's index. */
static void
make_tables(int n)
{
	own(str) char *sql = xprintf(
		"SET ROLE app; DO $$ BEGIN FOR i IN 1..%d LOOP EXECUTE "
		"'CREATE TABLE t' || i || ' (a text)'; END LOOP; END $$",
		n);
	pg_do(&pg, "moving", sql);
}

START_TEST(of_a_large_database_only_what_the_plan_needs_is_copied)
{
	apply_four();
	/* Of 64 locks for each of 100 connections. */
	make_tables(1200);
	pg_do(&pg, "moving",
		"SET ROLE app; CREATE VIEW v AS SELECT * FROM t1; CREATE "
		"SEQUENCE free; CREATE TABLE s (id serial PRIMARY KEY); CREATE "
		"TABLE \"a \"\"b\"\" $c*?\" (a text)");
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_PASSED);
	/* The history, and User, to which the new table refers; nobody owns
	 * the sequence. */
	ck_says(buf_str(&a.everything),
		"of its tables and sequences the 3 that the plan needs");
	ck_value(COPIES, "0");
}
END_TEST

START_TEST(what_a_part_does_not_have_is_tried_on_the_whole)
{
	apply_four();
	make_tables(COPY_WHOLE);
	pg_do(&pg, "moving",
		"SET ROLE app; CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC "
		"SELECT count(*) FROM t1; END");
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_PASSED);
	ck_says(buf_str(&a.everything), "a copy of a part cannot be made");
	ck_value(COPIES, "0");
}
END_TEST

START_TEST(a_copy_that_would_fill_the_lock_table_is_not_made)
{
	apply_four();
	make_tables(1200);
	/* What this touches is not known, so the copy is whole. */
	add_migration("20251101000000_any",
		"ALTER TABLE \"Job\" ADD COLUMN note TEXT;");
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_IMPOSSIBLE);
	ck_says(a.result.text, "max_locks_per_transaction");
	ck_value(COPIES, "0");
}
END_TEST

START_TEST(a_copy_has_extensions_and_other_schemas)
{
	apply_four();
	pg_do(&pg, "moving",
		"CREATE EXTENSION citext; CREATE SCHEMA other AUTHORIZATION "
		"app; "
		"CREATE TABLE other.t (c citext); ALTER TABLE other.t OWNER TO "
		"app; COMMENT ON EXTENSION citext IS 'x'; GRANT SELECT ON "
		"other.t TO postgres");
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_PASSED);
}
END_TEST

/* psql would run what such a name hides (CVE-2025-8714 and -8715). */
START_TEST(names_that_hide_commands_run_none)
{
	apply_four();
	own(str) char *sign = at("sign");
	own(str) char *sql = xprintf(
		"CREATE TABLE \"x\n\\! touch %s\n--\" (id int); ALTER TABLE "
		"\"x\n\\! touch %s\n--\" OWNER TO app",
		sign, sign);
	pg_do(&pg, "moving", sql);
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_PASSED);
	ck_assert_int_ne(access(sign, F_OK), 0);
}
END_TEST

START_TEST(what_reaches_beyond_the_copy_is_not_tried)
{
	apply_four();
	add_migration("20260101000000_role",
		"CREATE ROLE logmend_test_reached_beyond;");
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_IMPOSSIBLE);
	ck_says(a.result.text, "beyond");
	ck_value("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'logmend%'",
		"0");
}
END_TEST

START_TEST(a_schema_public_made_anew_is_copied_too)
{
	pg_do(&pg, "moving",
		"DROP SCHEMA public; CREATE SCHEMA public AUTHORIZATION app");
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_PASSED);
}
END_TEST

START_TEST(a_copy_can_be_made_on_another_server)
{
	apply_four();
	/* Another database stands for it: the copy is made beside that one. */
	own(str) char *file = at("elsewhere");
	own(str) char *url = pg_url(&pg, "postgres", "");
	own(str) char *line = xprintf("rehearse = %s", file);
	write_file(file, url);
	set_config("", line);
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_PASSED);
	ck_value(COPIES, "0");
}
END_TEST

START_TEST(a_pg_dump_that_does_not_work_makes_it_impossible)
{
	apply_four();
	set_config("", "pg-dump = /bin/false");
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_IMPOSSIBLE);
	ck_says(a.result.text, "/bin/false");
	answer_of_hands_free(&a);
	/* Older than any server that is still alive. */
	own(str) char *old = at("pg_dump");
	own(str) char *other = xprintf("pg-dump = %s", old);
	write_file(old, "#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n");
	ck_assert_int_eq(chmod(old, 0700), 0);
	set_config("", other);
	free(hash);
	hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_IMPOSSIBLE);
	ck_says(a.result.text, "older than the server");
	ck_value(COPIES, "0");
}
END_TEST

WORLD_MAIN("rehearse", 54344, a_rehearsal_passes_and_leaves_nothing,
	a_rehearsal_passes_whatever_a_database_calls_a_date,
	a_role_that_may_not_make_databases_is_named,
	a_rehearsal_can_be_switched_off, a_forgotten_copy_is_dropped,
	a_copy_that_is_kept_is_not_dropped,
	a_killed_rehearsal_leaves_nothing_to_the_next,
	of_a_large_database_only_what_the_plan_needs_is_copied,
	what_a_part_does_not_have_is_tried_on_the_whole,
	a_copy_that_would_fill_the_lock_table_is_not_made,
	a_copy_has_extensions_and_other_schemas,
	names_that_hide_commands_run_none,
	what_reaches_beyond_the_copy_is_not_tried,
	a_schema_public_made_anew_is_copied_too,
	a_copy_can_be_made_on_another_server,
	a_pg_dump_that_does_not_work_makes_it_impossible)
