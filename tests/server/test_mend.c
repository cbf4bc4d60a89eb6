/* Mending a real database. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/world.h"

#define OURS                                                                \
	"SELECT concat_ws('|', finished_at IS NOT NULL, rolled_back_at IS " \
	"NOT NULL, applied_steps_count) FROM _prisma_migrations WHERE "     \
	"migration_name = '" LAST "'"

#define COPIES "SELECT count(*) FROM pg_database WHERE datname LIKE 'logmend%'"

static struct answer_of_hands a;

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
	ck_attempt(KEY "1", ATTEMPT_FILE_ENDED, OUTCOME_APPLIED);
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
	ck_attempt(KEY "1", ATTEMPT_FILE_LOST, OUTCOME_DONE);
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
	pg_do(&pg, "moving", "SET ROLE app; CREATE TABLE \"AnalyticsEvent\"()");
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
	ck_attempt(KEY "1", ATTEMPT_FILE_ENDED, OUTCOME_NOT_APPLIED);
}
END_TEST

START_TEST(what_data_forbids_is_rolled_back)
{
	apply_four();
	pg_do(&pg, "moving",
		"INSERT INTO \"Batch\" (id, name) VALUES ('1', 'x'), ('2', "
		"'x')");
	add_migration("20260101000000_again",
		"INSERT INTO \"Batch\" (id, name) VALUES ('2', 'y');");
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

/* The copy could not tell it, so production is asked, before any plan. */
START_TEST(what_data_is_known_to_forbid_has_no_plan)
{
	apply_four();
	pg_do(&pg, "moving",
		"INSERT INTO \"Batch\" (id, name) VALUES ('1', 'x'), ('2', "
		"'x')");
	add_migration("20260101000000_unique",
		"CREATE UNIQUE INDEX \"Batch_name_key\" ON \"Batch\"(name);");
	look_for("AnalyticsEvent", &a);
	ck_assert(!a.planned);
	ck_says(buf_str(&a.everything),
		"1 value occurs in several rows, one of them is x");
}
END_TEST

/* Nobody approved it, and it was measured well when it was looked at. */
START_TEST(what_no_gate_passes_any_more_is_not_begun)
{
	apply_four();
	add_migration("20260101000000_update",
		"UPDATE \"Batch\" SET name = 'y' WHERE name = 'x';");
	own(str) char *hash = plan_for("AnalyticsEvent");
	own(job) struct job j =
		job_of(JOB_MEND, CLASS_MISSING_TABLE, "AnalyticsEvent");
	snprintf(j.plan_hash, sizeof(j.plan_hash), "%s", hash);
	snprintf(j.key, sizeof(j.key), "%s", KEY "1");
	do_job(&j, &a);
	ck_outcome(&a, OUTCOME_STALE);
	ck_value(TABLE_THERE, "f");
}
END_TEST

/* A row more changes what is told, and not which plan it is. */
START_TEST(what_is_measured_makes_no_other_plan)
{
	apply_four();
	add_migration("20260101000000_index",
		"CREATE INDEX \"Batch_name\" ON \"Batch\"(name); "
		"UPDATE \"Batch\" SET name = 'y' WHERE name = 'x';");
	own(str) char *hash = plan_for("AnalyticsEvent");
	pg_do(&pg, "moving",
		"INSERT INTO \"Batch\" (id, name) VALUES ('1', 'x'), ('2', "
		"'x')");
	own(str) char *later = plan_for("AnalyticsEvent");
	ck_assert_str_eq(hash, later);
}
END_TEST

/* Each statement finds the remedy's limits, whatever the one before it set. */
START_TEST(a_script_does_not_take_its_limits_off)
{
	apply_four();
	add_migration("20260101000000_limits",
		"SET lock_timeout = 0; SET statement_timeout = 0;\n"
		"SET search_path = pg_catalog;\n"
		"CREATE TABLE \"Limits\" AS SELECT "
		"current_setting('lock_timeout') AS one, "
		"current_setting('statement_timeout') AS two;\n"
		"SELECT set_config('lock_timeout', '0', false);\n"
		"INSERT INTO \"Limits\" SELECT "
		"current_setting('lock_timeout'), "
		"current_setting('statement_timeout');");
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_APPLIED);
	ck_value("SELECT count(*) FROM public.\"Limits\" WHERE one <> '0' AND "
		 "two <> '0'",
		"2");
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
	ck_assert_str_eq(
		a.result.proposal.name, "20250212101001_analytics_event");
	ck_assert_str_eq(a.result.proposal.folder, folder);
	ck_says(a.result.text, "; commit the folder ");
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
	ck_assert_ptr_null(a.result.proposal.name);
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
	ck_assert_int_eq(look.plan.verdict, VERDICT_AUTO);
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

/* In a run that does not fit into one transaction each script is one of its
 * own, which the server rolls back. */
START_TEST(a_script_that_fails_by_itself_is_undone_and_blocks_nobody)
{
	apply_four();
	add_migration("20260101000000_index",
		"CREATE INDEX CONCURRENTLY \"Batch_name\" ON \"Batch\"(name);");
	add_migration("20260102000000_fails",
		"CREATE TABLE \"Half\" (id int); SELECT 1/0;");
	own(str) char *hash = plan_for("AnalyticsEvent");
	act_on(JOB_MEND, hash, KEY "1", &a);
	ck_outcome(&a, OUTCOME_NOT_APPLIED);
	ck_says(a.result.text, "those before it are applied");
	ck_value("SELECT to_regclass('\"Half\"') IS NULL", "t");
	ck_value("SELECT logs LIKE '%division by zero%' AND rolled_back_at IS "
		 "NOT NULL FROM _prisma_migrations WHERE migration_name LIKE "
		 "'20260102%'",
		"t");
	ck_value("SELECT count(*) FROM _prisma_migrations WHERE finished_at IS "
		 "NOT NULL",
		"6");
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

/* Mends for so long. */
static void
mend_for(usec time, const char *hash)
{
	own(job) struct job j =
		job_of(JOB_MEND, CLASS_MISSING_TABLE, "AnalyticsEvent");
	snprintf(j.plan_hash, sizeof(j.plan_hash), "%s", hash);
	snprintf(j.key, sizeof(j.key), "%s", KEY "1");
	j.time = time;
	do_job(&j, &a);
}

START_TEST(a_lock_that_is_held_is_tried_for_until_the_deadline)
{
	apply_four();
	set_config("", "lock-timeout = 100ms");
	own(str) char *hash = plan_for("AnalyticsEvent");
	PGconn *c = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(c, "SET application_name = 'nightly job'"));
	PQclear(PQexec(c, "BEGIN; LOCK TABLE \"User\" IN EXCLUSIVE MODE"));
	own(str) char *holder = xprintf("session %d (nightly job) from "
					"127.0.0.1 has a lock on User, in a "
					"transaction since ",
		PQbackendPID(c));
	mend_for(7 * USEC_SECOND, hash);
	PQfinish(c);
	ck_outcome(&a, OUTCOME_NOT_APPLIED);
	ck_says(a.result.text, "55P03: another session held a lock");
	ck_says(a.result.text, holder);
	ck_says(buf_str(&a.everything), "; tried again in ");
	ck_value(TABLE_THERE, "f");
	ck_value(OURS, "f|t|0");
}
END_TEST

/* The lock is given back while hands try. */
START_TEST(a_lock_that_is_given_back_lets_the_next_try_through)
{
	apply_four();
	set_config("", "lock-timeout = 100ms");
	own(str) char *hash = plan_for("AnalyticsEvent");
	PGconn *c = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(c, "BEGIN; LOCK TABLE \"User\" IN EXCLUSIVE MODE"));
	pid_t pid = fork();
	if (pid == 0) {
		/* Until they were refused once. */
		await("SELECT xact_rollback > 0 FROM pg_stat_database WHERE "
		      "datname = 'moving'");
		PQclear(PQexec(c, "ROLLBACK"));
		_exit(0);
	}
	mend_for(30 * USEC_SECOND, hash);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	PQfinish(c);
	ck_outcome(&a, OUTCOME_APPLIED);
	ck_value(TABLE_THERE, "t");
}
END_TEST

START_TEST(prismas_own_lock_holds_the_attempt_back)
{
	apply_four();
	own(str) char *hash = plan_for("AnalyticsEvent");
	PGconn *c = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(c, "SELECT pg_advisory_lock(72707369)"));
	act_on(JOB_MEND, hash, KEY "1", &a);
	PQfinish(c);
	ck_outcome(&a, OUTCOME_HELD_BACK);
	ck_says(a.result.text, "somebody else holds Prisma's migration lock");
	ck_value("SELECT count(*) FROM _prisma_migrations", "4");
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

WORLD_MAIN("mend", 54322, a_mend_writes_the_row_that_prisma_would,
	an_attempt_never_runs_twice, a_key_that_is_no_uuid_is_refused,
	without_a_place_for_its_file_nothing_is_done, another_plan_is_stale,
	a_fault_that_is_gone_is_left_alone,
	several_pending_folders_are_applied_in_order,
	all_pending_folders_or_none_are_applied,
	what_data_forbids_is_rolled_back,
	what_data_is_known_to_forbid_has_no_plan,
	what_no_gate_passes_any_more_is_not_begun,
	what_is_measured_makes_no_other_plan,
	a_script_does_not_take_its_limits_off, another_schema_is_mended_there,
	an_empty_database_gets_its_history_too,
	the_mending_url_must_lead_to_the_same_database,
	a_stray_file_becomes_a_folder_and_is_applied,
	a_folder_that_failed_is_taken_away_again,
	a_script_with_its_own_transaction_runs_as_prisma_runs_it,
	a_half_done_script_is_in_doubt,
	a_script_that_fails_by_itself_is_undone_and_blocks_nobody,
	a_script_that_waits_for_its_client_is_rolled_back,
	a_lock_that_is_held_is_tried_for_until_the_deadline,
	a_lock_that_is_given_back_lets_the_next_try_through,
	prismas_own_lock_holds_the_attempt_back, a_standby_is_not_mended)
