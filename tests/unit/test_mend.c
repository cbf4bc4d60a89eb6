/* Rehearsing, mending and recovering on a real database. */
#include "config.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "support/world.h"
#include "wire/attempt.h"

#define OURS                                                                \
	"SELECT concat_ws('|', finished_at IS NOT NULL, rolled_back_at IS " \
	"NOT NULL, applied_steps_count) FROM _prisma_migrations WHERE "     \
	"migration_name = '" LAST "'"

#define TABLE_THERE "SELECT to_regclass('\"AnalyticsEvent\"') IS NOT NULL"
#define COPIES "SELECT count(*) FROM pg_database WHERE datname LIKE 'logmend%'"

static struct answer_of_hands a;

static void
ck_attempt(const char *key, enum attempt_state state, enum outcome outcome)
{
	own(str) char *store = at("state/logmend.db");
	own(result) struct result r = { 0 };
	enum attempt_state is = ATTEMPT_NONE;
	ck_assert_int_eq(attempt_read(store, key, &is, &r, NULL), 0);
	ck_assert_int_eq(is, state);
	if (state == ATTEMPT_ENDED)
		ck_assert_int_eq(r.outcome, outcome);
}

/* Until the condition's SQL gives `t`; the test's own time limits it. */
static void
await(const char *sql)
{
	for (;;) {
		own(str) char *value = pg_get(&pg, "moving", sql);
		if (strcmp(value, "t") == 0)
			return;
		(void)poll(NULL, 0, 20);
	}
}

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

START_TEST(a_mend_writes_the_row_that_prisma_would)
{
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_APPLIED);
	ck_assert_int_eq(a.result.fault, ANSWER_NO);
	ck_assert_int_eq(a.result.history, ANSWER_YES);
	ck_value(TABLE_THERE, "t");
	ck_value("SELECT concat_ws('|', checksum, finished_at > started_at, "
		 "coalesce(logs, 'none'), rolled_back_at IS NULL, "
		 "applied_steps_count, length(id)) FROM _prisma_migrations "
		 "WHERE migration_name = '" LAST "'",
		"570f6971e9870d69d133424d5d4f55b5729ac74e4a971e406bcb112dc72426"
		"b6|t|none|t|1|36");
	ck_attempt(KEY "1", ATTEMPT_ENDED, OUTCOME_APPLIED);
}
END_TEST

START_TEST(an_attempt_never_runs_twice)
{
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	own(str) char *folder = at("state/attempts");
	own(str) char *file = at("state/attempts/" KEY "1");
	ck_assert_int_eq(mkdir(folder, 0700), 0);
	write_file(file, "");
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_ERROR);
	ck_value(TABLE_THERE, "f");
	ck_attempt(KEY "1", ATTEMPT_LOST, OUTCOME_DONE);
}
END_TEST

START_TEST(a_key_that_is_no_uuid_is_refused)
{
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_MEND, hash, "../../../../../etc/x", &a);
	ck_outcome(&a, OUTCOME_ERROR);
	ck_value(TABLE_THERE, "f");
}
END_TEST

START_TEST(without_a_place_for_its_file_nothing_is_done)
{
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	own(str) char *state = at("state");
	ck_assert_int_eq(rmdir(state), 0);
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_ERROR);
	ck_value(TABLE_THERE, "f");
}
END_TEST

START_TEST(another_plan_is_stale)
{
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	add_migration("20260101000000_more", "CREATE TABLE \"More\" (id int);");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_STALE);
	answer_of_hands_free(&a);
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_STALE);
	ck_value(TABLE_THERE, "f");
	ck_value("SELECT count(*) FROM _prisma_migrations", "4");
}
END_TEST

START_TEST(a_fault_that_is_gone_is_left_alone)
{
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	pg_do(&pg, "moving", "CREATE TABLE \"AnalyticsEvent\"()");
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_GONE);
	ck_value("SELECT count(*) FROM _prisma_migrations", "4");
}
END_TEST

START_TEST(several_pending_folders_are_applied_in_order)
{
	apply_four();
	add_migration("20260101000000_more",
		"CREATE TABLE \"More\" (id text REFERENCES "
		"\"AnalyticsEvent\"(id));");
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_PASSED);
	answer_of_hands_free(&a);
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_APPLIED);
	ck_value("SELECT string_agg(left(migration_name, 4), ' ' ORDER BY "
		 "started_at) FROM _prisma_migrations WHERE finished_at IS NOT "
		 "NULL",
		"2024 2024 2024 2025 2025 2026");
}
END_TEST

START_TEST(all_pending_folders_or_none_are_applied)
{
	apply_four();
	add_migration("20260101000000_more",
		"CREATE TABLE \"More\" (id text REFERENCES \"Nowhere\"(id));");
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_BROKE);
	ck_says(a.result.text, "Nowhere");
	ck_value(COPIES, "0");
	answer_of_hands_free(&a);
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_NOT_APPLIED);
	ck_says(a.result.text, "Nowhere");
	ck_value(TABLE_THERE, "f");
	ck_value("SELECT count(*) FROM _prisma_migrations WHERE finished_at IS "
		 "NULL AND rolled_back_at IS NULL",
		"0");
	ck_value("SELECT logs LIKE '%Database error code: 42P01%' FROM "
		 "_prisma_migrations WHERE migration_name LIKE '2026%'",
		"t");
	ck_attempt(KEY "1", ATTEMPT_ENDED, OUTCOME_NOT_APPLIED);
}
END_TEST

START_TEST(what_data_forbids_is_rolled_back)
{
	apply_four();
	pg_do(&pg, "moving",
		"INSERT INTO \"Batch\" (id, name) VALUES ('1', 'x'), ('2', "
		"'x')");
	add_migration("20260101000000_unique",
		"CREATE UNIQUE INDEX \"Batch_name_key\" ON \"Batch\"(name);");
	own(str) char *hash = plan_for("AnalyticsEvent");
	/* The copy has no rows: it cannot know. */
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_PASSED);
	answer_of_hands_free(&a);
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_NOT_APPLIED);
	ck_value(TABLE_THERE, "f");
	/* Values of rows are not told. */
	ck_value("SELECT count(*) FROM \"Batch\"", "2");
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

START_TEST(a_copy_that_would_fill_the_lock_table_is_not_made)
{
	apply_four();
	/* Each is three, of 64 locks for each of 100 connections. */
	pg_do(&pg, "moving",
		"DO $$ BEGIN FOR i IN 1..1200 LOOP "
		"EXECUTE 'CREATE TABLE t' || i || ' (a text)'; "
		"END LOOP; END $$");
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

START_TEST(another_schema_is_mended_there)
{
	pg_do(&pg, "moving", "CREATE SCHEMA \"ten ant\" AUTHORIZATION app");
	set_url("?schema=ten%20ant");
	own(str) char *file =
		at("prisma/migrations/20240110120000_init/migration.sql");
	run_tool((const char *const[]){
		"/bin/sed", "-i", "s/\"public\"/\"ten ant\"/", file, NULL });
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_PASSED);
	answer_of_hands_free(&a);
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_APPLIED);
	ck_value("SELECT to_regclass('\"ten ant\".\"AnalyticsEvent\"') IS NOT "
		 "NULL",
		"t");
	ck_value("SELECT count(*) FROM \"ten ant\"._prisma_migrations", "5");
	ck_value("SELECT to_regclass('public._prisma_migrations')", "");
}
END_TEST

START_TEST(an_empty_database_gets_its_history_too)
{
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_PASSED);
	answer_of_hands_free(&a);
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_APPLIED);
	ck_assert_int_eq(a.result.history, ANSWER_YES);
	ck_value("SELECT count(*) FROM _prisma_migrations WHERE finished_at IS "
		 "NOT NULL AND applied_steps_count = 1 AND logs IS NULL",
		"5");
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

START_TEST(the_mending_url_must_lead_to_the_same_database)
{
	apply_four();
	pg_database(&pg, "decoy");
	own(str) char *file = at("decoy");
	own(str) char *url = pg_url(&pg, "decoy", "");
	own(str) char *line = xprintf("migrate-url-file = %s", file);
	write_file(file, url);
	set_config(line, "");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert(!a.planned);
	ck_says(finding_text(&a, "plan"), "another database");
	answer_of_hands_free(&a);
	act_on(JOB_MEND, "", KEY "1", &a);
	ck_outcome(&a, OUTCOME_STALE);
	ck_value(TABLE_THERE, "f");
	own(str) char *made = pg_get(&pg, "decoy", TABLE_THERE);
	ck_assert_str_eq(made, "f");
}
END_TEST

static void
make_stray(void)
{
	own(str) char *from = at("prisma/migrations/" LAST "/migration.sql");
	own(str) char *to = at("prisma/migrations/analytics_event.sql");
	ck_assert_int_eq(rename(from, to), 0);
	remove_migration(LAST);
	own(str) char *folder = at("prisma/migrations");
	own(str) char *line = xprintf("proposals = %s", folder);
	set_config(line, "");
}

START_TEST(a_stray_file_becomes_a_folder_and_is_applied)
{
	apply_four();
	make_stray();
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_REHEARSE, hash, "", &a);
	ck_outcome(&a, OUTCOME_PASSED);
	own(str) char *folder =
		at("prisma/migrations/20250212101001_analytics_event");
	ck_assert_int_ne(access(folder, F_OK), 0);
	answer_of_hands_free(&a);
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_APPLIED);
	ck_assert_int_eq(a.result.history, ANSWER_YES);
	own(str) char *made = xprintf("%s/migration.sql", folder);
	own(str) char *stray = at("prisma/migrations/analytics_event.sql");
	run_tool((const char *const[]){ "/usr/bin/cmp", made, stray, NULL });
	ck_value("SELECT finished_at IS NOT NULL FROM _prisma_migrations WHERE "
		 "migration_name = '20250212101001_analytics_event'",
		"t");
}
END_TEST

START_TEST(a_folder_that_failed_is_taken_away_again)
{
	apply_four();
	make_stray();
	own(str) char *stray = at("prisma/migrations/analytics_event.sql");
	write_file(stray,
		"CREATE TABLE \"AnalyticsEvent\" (id text "
		"REFERENCES \"Nowhere\"(id));");
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_NOT_APPLIED);
	own(str) char *folder =
		at("prisma/migrations/20250212101001_analytics_event");
	ck_assert_int_ne(access(folder, F_OK), 0);
	ck_assert_int_eq(access(stray, F_OK), 0);
}
END_TEST

START_TEST(a_script_with_its_own_transaction_runs_as_prisma_runs_it)
{
	apply_four();
	add_migration("20260101000000_index",
		"CREATE INDEX CONCURRENTLY \"Batch_name\" ON \"Batch\"(name);");
	struct answer_of_hands look;
	look_for("AnalyticsEvent", &look);
	ck_assert_int_eq(look.plan.verdict, VERDICT_ASK);
	act_on(JOB_MEND, look.plan.hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_APPLIED);
	ck_value("SELECT to_regclass('\"Batch_name\"') IS NOT NULL", "t");
	answer_of_hands_free(&look);
}
END_TEST

START_TEST(a_half_done_script_is_in_doubt)
{
	apply_four();
	add_migration("20260101000000_half",
		"BEGIN; CREATE TABLE \"Half\" (id int); COMMIT; SELECT 1/0;");
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_IN_DOUBT);
	ck_value("SELECT to_regclass('\"Half\"') IS NOT NULL", "t");
	ck_value("SELECT logs LIKE '%division by zero%' AND rolled_back_at IS "
		 "NULL FROM _prisma_migrations WHERE migration_name LIKE "
		 "'2026%'",
		"t");
}
END_TEST

START_TEST(a_script_that_waits_for_its_client_is_rolled_back)
{
	apply_four();
	add_migration("20260101000000_copy", "COPY \"Batch\" FROM STDIN;");
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_NOT_APPLIED);
	ck_value(TABLE_THERE, "f");
	ck_value(OURS, "f|t|0");
}
END_TEST

START_TEST(a_lock_that_is_held_ends_the_attempt)
{
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	PGconn *c = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(c, "BEGIN; LOCK TABLE \"User\" IN EXCLUSIVE MODE"));
	act_on(JOB_MEND, hash, KEY "1", &a);
	PQfinish(c);
	ck_outcome(&a, OUTCOME_NOT_APPLIED);
	ck_says(a.result.text, "55P03: another session held a lock");
	ck_value(TABLE_THERE, "f");
	ck_value(OURS, "f|t|0");
}
END_TEST

START_TEST(prismas_own_lock_ends_the_attempt)
{
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	PGconn *c = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(c, "SELECT pg_advisory_lock(72707369)"));
	act_on(JOB_MEND, hash, KEY "1", &a);
	PQfinish(c);
	ck_outcome(&a, OUTCOME_ERROR);
	ck_value("SELECT count(*) FROM _prisma_migrations", "4");
}
END_TEST

/* Hands, killed while their last statement waits for a lock. */
static void
kill_in_the_middle(const char *hash)
{
	PGconn *c = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(c, "BEGIN; LOCK TABLE \"User\" IN EXCLUSIVE MODE"));
	own(job) struct job j =
		job_of(JOB_MEND, CLASS_MISSING_TABLE, "AnalyticsEvent");
	snprintf(j.plan_hash, sizeof(j.plan_hash), "%s", hash);
	snprintf(j.key, sizeof(j.key), "%s", KEY "1");
	own(str) char *config = at("logmend.conf");
	int sock = -1;
	pid_t pid = hands_start(config, &j, &sock);
	await("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND "
	      "relation = '\"User\"'::regclass)");
	ck_attempt(KEY "1", ATTEMPT_RUNNING, OUTCOME_DONE);
	kill(pid, SIGTERM);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(sock);
	PQfinish(c);
	ck_attempt(KEY "1", ATTEMPT_LOST, OUTCOME_DONE);
}

START_TEST(what_a_killed_process_left_is_found_out)
{
	apply_four();
	set_config("", "lock-timeout = 15s");
	own(str) char *hash = plan_for("AnalyticsEvent");
	kill_in_the_middle(hash);
	act_on(JOB_RECOVER, "", KEY "1", &a);
	/* The lock is free again, but nobody was there to commit. */
	ck_outcome(&a, OUTCOME_NOT_APPLIED);
	ck_says(a.result.text, "ended without an answer");
	ck_assert_int_eq(a.result.fault, ANSWER_YES);
	ck_value(TABLE_THERE, "f");
	ck_value(OURS, "f|t|0");
	ck_value("SELECT count(*) FROM pg_stat_activity WHERE application_name "
		 "LIKE 'logmend:%'",
		"0");
}
END_TEST

START_TEST(a_folder_that_a_killed_process_made_is_taken_away)
{
	apply_four();
	own(str) char *from = at("prisma/migrations/" LAST "/migration.sql");
	own(str) char *to = at("prisma/migrations/analytics_event.sql");
	own(str) char *line = at("prisma/migrations");
	own(str) char *proposals = xprintf("proposals = %s", line);
	ck_assert_int_eq(rename(from, to), 0);
	remove_migration(LAST);
	set_config(proposals, "lock-timeout = 15s");
	own(str) char *hash = plan_for("AnalyticsEvent");
	kill_in_the_middle(hash);
	own(str) char *folder =
		at("prisma/migrations/20250212101001_analytics_event");
	ck_assert_int_eq(access(folder, F_OK), 0);
	act_on(JOB_RECOVER, "", KEY "1", &a);
	ck_outcome(&a, OUTCOME_NOT_APPLIED);
	ck_assert_int_ne(access(folder, F_OK), 0);
	ck_assert_int_eq(access(to, F_OK), 0);
}
END_TEST

/* Killed after so many milliseconds; whatever recovery says must be so. */
static void
kill_after(int ms, const char *key)
{
	pg_database(&pg, "moving");
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	own(job) struct job j =
		job_of(JOB_MEND, CLASS_MISSING_TABLE, "AnalyticsEvent");
	snprintf(j.plan_hash, sizeof(j.plan_hash), "%s", hash);
	snprintf(j.key, sizeof(j.key), "%s", key);
	own(str) char *config = at("logmend.conf");
	int sock = -1;
	pid_t pid = hands_start(config, &j, &sock);
	(void)poll(NULL, 0, ms);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(sock);
	act_on(JOB_RECOVER, "", key, &a);
	own(str) char *there = pg_get(&pg, "moving", TABLE_THERE);
	bool applied = strcmp(there, "t") == 0;
	ck_outcome(&a, applied ? OUTCOME_APPLIED : OUTCOME_NOT_APPLIED);
	ck_assert_int_eq(a.result.fault, applied ? ANSWER_NO : ANSWER_YES);
	ck_value("SELECT count(*) FROM _prisma_migrations WHERE finished_at IS "
		 "NULL AND rolled_back_at IS NULL",
		"0");
	answer_of_hands_free(&a);
}

START_TEST(killed_at_any_moment_its_recovery_tells_the_truth)
{
	for (int i = 0; i < 16; i++) {
		own(str) char *key =
			xprintf("0a1b2c3d-0000-4000-8000-0000000000%02x", i);
		kill_after(4 * i, key);
	}
}
END_TEST

START_TEST(a_mend_can_be_recognised_after_the_fact)
{
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_APPLIED);
	answer_of_hands_free(&a);
	act_on(JOB_RECOVER, "", KEY "1", &a);
	ck_outcome(&a, OUTCOME_APPLIED);
	ck_assert_int_eq(a.result.fault, ANSWER_NO);
	ck_assert_int_eq(a.result.history, ANSWER_YES);
	answer_of_hands_free(&a);
	act_on(JOB_RECOVER, "", KEY "2", &a);
	ck_outcome(&a, OUTCOME_NOT_APPLIED);
}
END_TEST

START_TEST(a_connection_that_dies_is_looked_after_at_once)
{
	apply_four();
	set_config("", "lock-timeout = 15s");
	own(str) char *hash = plan_for("AnalyticsEvent");
	PGconn *c = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(c, "BEGIN; LOCK TABLE \"User\" IN EXCLUSIVE MODE"));
	own(job) struct job j =
		job_of(JOB_MEND, CLASS_MISSING_TABLE, "AnalyticsEvent");
	snprintf(j.plan_hash, sizeof(j.plan_hash), "%s", hash);
	snprintf(j.key, sizeof(j.key), "%s", KEY "1");
	own(str) char *config = at("logmend.conf");
	int sock = -1;
	pid_t pid = hands_start(config, &j, &sock);
	await("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND "
	      "relation = '\"User\"'::regclass)");
	pg_do(&pg, "moving",
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
		"application_name LIKE 'logmend:%'");
	hands_finish(pid, sock, &a);
	PQfinish(c);
	ck_outcome(&a, OUTCOME_NOT_APPLIED);
	ck_value(OURS, "f|t|0");
}
END_TEST

START_TEST(no_signal_but_the_last_ends_a_mend)
{
	apply_four();
	set_config("", "lock-timeout = 15s");
	own(str) char *hash = plan_for("AnalyticsEvent");
	PGconn *c = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(c, "BEGIN; LOCK TABLE \"User\" IN EXCLUSIVE MODE"));
	own(job) struct job j =
		job_of(JOB_MEND, CLASS_MISSING_TABLE, "AnalyticsEvent");
	snprintf(j.plan_hash, sizeof(j.plan_hash), "%s", hash);
	snprintf(j.key, sizeof(j.key), "%s", KEY "1");
	own(str) char *config = at("logmend.conf");
	int sock = -1;
	pid_t pid = hands_start(config, &j, &sock);
	await("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND "
	      "relation = '\"User\"'::regclass)");
	kill(pid, SIGTERM);
	kill(pid, SIGINT);
	kill(pid, SIGHUP);
	PQfinish(c);
	hands_finish(pid, sock, &a);
	ck_outcome(&a, OUTCOME_APPLIED);
}
END_TEST

START_TEST(hands_end_what_they_began_when_head_is_gone)
{
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	own(job) struct job j =
		job_of(JOB_MEND, CLASS_MISSING_TABLE, "AnalyticsEvent");
	snprintf(j.plan_hash, sizeof(j.plan_hash), "%s", hash);
	snprintf(j.key, sizeof(j.key), "%s", KEY "1");
	own(str) char *config = at("logmend.conf");
	int sock = -1;
	pid_t pid = hands_start(config, &j, &sock);
	close(sock);
	int status = -1;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_attempt(KEY "1", ATTEMPT_ENDED, OUTCOME_APPLIED);
	ck_value(TABLE_THERE, "t");
}
END_TEST

START_TEST(a_standby_is_not_mended)
{
	apply_four();
	pg_do(&pg, "moving",
		"ALTER DATABASE moving SET default_transaction_read_only = on");
	look_for("AnalyticsEvent", &a);
	ck_assert(!a.planned);
	ck_says(finding_text(&a, "plan"), "read-only");
}
END_TEST

WORLD_MAIN("mend", 54322, a_rehearsal_passes_and_leaves_nothing,
	a_rehearsal_passes_whatever_a_database_calls_a_date,
	a_mend_writes_the_row_that_prisma_would, an_attempt_never_runs_twice,
	a_key_that_is_no_uuid_is_refused,
	without_a_place_for_its_file_nothing_is_done, another_plan_is_stale,
	a_fault_that_is_gone_is_left_alone,
	several_pending_folders_are_applied_in_order,
	all_pending_folders_or_none_are_applied,
	what_data_forbids_is_rolled_back,
	a_role_that_may_not_make_databases_is_named,
	a_rehearsal_can_be_switched_off, a_forgotten_copy_is_dropped,
	a_copy_that_is_kept_is_not_dropped,
	a_killed_rehearsal_leaves_nothing_to_the_next,
	a_copy_that_would_fill_the_lock_table_is_not_made,
	a_copy_has_extensions_and_other_schemas,
	names_that_hide_commands_run_none,
	what_reaches_beyond_the_copy_is_not_tried,
	a_schema_public_made_anew_is_copied_too, another_schema_is_mended_there,
	an_empty_database_gets_its_history_too,
	a_copy_can_be_made_on_another_server,
	a_pg_dump_that_does_not_work_makes_it_impossible,
	the_mending_url_must_lead_to_the_same_database,
	a_stray_file_becomes_a_folder_and_is_applied,
	a_folder_that_failed_is_taken_away_again,
	a_script_with_its_own_transaction_runs_as_prisma_runs_it,
	a_half_done_script_is_in_doubt,
	a_script_that_waits_for_its_client_is_rolled_back,
	a_lock_that_is_held_ends_the_attempt, prismas_own_lock_ends_the_attempt,
	what_a_killed_process_left_is_found_out,
	a_folder_that_a_killed_process_made_is_taken_away,
	killed_at_any_moment_its_recovery_tells_the_truth,
	a_mend_can_be_recognised_after_the_fact,
	a_connection_that_dies_is_looked_after_at_once,
	no_signal_but_the_last_ends_a_mend,
	hands_end_what_they_began_when_head_is_gone, a_standby_is_not_mended)
