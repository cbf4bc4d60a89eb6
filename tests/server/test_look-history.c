/* What a look says from the history of a database and from its folder. */
#include "config.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "support/swap.h"
#include "support/world.h"

static struct answer_of_hands a;

START_TEST(tables_without_a_history_need_a_baseline)
{
	apply_four();
	pg_do(&pg, "moving", "DROP TABLE _prisma_migrations");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_BASELINE_CONFLICT);
	ck_assert(!a.planned);
	ck_says(a.result.text, "P3005");
}
END_TEST

START_TEST(an_empty_database_is_asked_about)
{
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert(a.planned);
	ck_assert_int_eq(a.plan.verdict, VERDICT_ASK);
}
END_TEST

START_TEST(a_failed_row_wins_over_what_is_pending)
{
	apply_four();
	pg_record(&pg, "moving", LAST, "0", "NULL", "NULL");
	pg_do(&pg, "moving",
		"UPDATE _prisma_migrations SET logs = E'boom\\n\\x1b[31m' "
		"WHERE "
		"migration_name = '" LAST "'");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_FAILED_MIGRATION);
	ck_assert(!a.planned);
	ck_says(a.result.text, "resolve --rolled-back " LAST "`");
	ck_says(finding_text(&a, "history-failed"), "boom; \\x1b[31m");
	ck_assert(has_finding(&a, "failed-objects", ANSWER_NO));
}
END_TEST

START_TEST(a_failed_migration_is_confirmed_by_its_row)
{
	apply_four();
	own(job) struct job j = job_of(JOB_LOOK, CLASS_FAILED_MIGRATION, LAST);
	do_job(&j, &a);
	ck_cause(&a, CAUSE_NOT_CONFIRMED);
	answer_of_hands_free(&a);
	pg_record(&pg, "moving", LAST, "0", "NULL", "NULL");
	do_job(&j, &a);
	ck_cause(&a, CAUSE_FAILED_MIGRATION);
	ck_assert_int_eq(a.result.fault, ANSWER_YES);
}
END_TEST

START_TEST(the_summary_of_a_history_lists_stray_files)
{
	apply_four();
	own(str) char *one = at("prisma/migrations/new.sql");
	own(str) char *two = at("prisma/seed.sql");
	write_file(one, "CREATE TABLE a (id int);");
	write_file(two, "INSERT INTO a VALUES (1);");
	own(job) struct job j = job_of(JOB_LOOK, CLASS_FAILED_MIGRATION, NULL);
	do_job(&j, &a);
	ck_assert_int_eq(a.result.fault, ANSWER_NO);
	ck_says(finding_text(&a, "stray-files"), "1 .sql files");
	ck_says(finding_text(&a, "stray-files"), "new.sql");
}
END_TEST

START_TEST(a_deploy_under_way_is_waited_for)
{
	apply_four();
	PGconn *c = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(c, "SELECT pg_advisory_lock(72707369)"));
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_DEPLOY_UNDER_WAY);
	ck_assert(!a.planned);
	PQfinish(c);
}
END_TEST

/* It ends while the look waits for a table: its lock is gone then, and its row
 * is one of the look's moment. */
START_TEST(a_deploy_that_ends_meanwhile_has_not_failed)
{
	apply_four();
	pg_record(&pg, "moving", LAST, "0", "NULL", "NULL");
	PGconn *deploy = pg_connect(&pg, "moving", "app");
	PGconn *table = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(deploy, "SELECT pg_advisory_lock(72707369)"));
	PQclear(PQexec(table, "BEGIN; LOCK TABLE _prisma_migrations"));
	own(job) struct job j =
		job_of(JOB_LOOK, CLASS_MISSING_TABLE, "AnalyticsEvent");
	own(str) char *config = at("logmend.conf");
	int sock = -1;
	pid_t pid = hands_start(config, &j, &sock);
	for (bool waits = false; !waits;) {
		own(str) char *answer = pg_get(&pg, "moving",
			"SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted "
			"AND relation = '_prisma_migrations'::regclass)");
		waits = strcmp(answer, "t") == 0;
	}
	PQfinish(deploy);
	PQfinish(table);
	hands_finish(pid, sock, &a);
	ck_cause(&a, CAUSE_DEPLOY_UNDER_WAY);
}
END_TEST

START_TEST(a_rolled_back_row_makes_the_plan_ask)
{
	apply_four();
	pg_record(&pg, "moving", LAST, "0", "NULL", "now()");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert_int_eq(a.plan.verdict, VERDICT_ASK);
}
END_TEST

START_TEST(an_edited_migration_makes_the_plan_ask)
{
	apply_four();
	own(str) char *file =
		at("prisma/migrations/20240110120000_init/migration.sql");
	write_file(file, "CREATE TABLE \"User\" (id text);");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert_int_eq(a.plan.verdict, VERDICT_ASK);
	ck_says(finding_text(&a, "history-edited"), "20240110120000_init");
}
END_TEST

START_TEST(other_line_ends_are_no_edit)
{
	apply_four();
	own(str) char *file =
		at("prisma/migrations/20240110120000_init/migration.sql");
	run_tool((const char *const[]){
		"/bin/sed", "-i", "s/$/\\r/", file, NULL });
	look_for("AnalyticsEvent", &a);
	ck_assert_int_eq(a.plan.verdict, VERDICT_AUTO);
}
END_TEST

START_TEST(a_history_without_its_folders_makes_the_plan_ask)
{
	apply_four();
	remove_migration("20240110120000_init");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert_int_eq(a.plan.verdict, VERDICT_ASK);
	ck_assert(has_finding(&a, "history-orphans", ANSWER_YES));
}
END_TEST

START_TEST(a_folder_without_its_script_stops_the_plan)
{
	apply_four();
	own(str) char *folder = at("prisma/migrations/archive");
	ck_assert_int_eq(mkdir(folder, 0755), 0);
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert(!a.planned);
	ck_says(finding_text(&a, "plan"), "P3015");
}
END_TEST

START_TEST(another_provider_stops_the_plan)
{
	apply_four();
	own(str) char *file = at("prisma/migrations/migration_lock.toml");
	write_file(file, "# x\nprovider = \"mysql\"\n");
	look_for("AnalyticsEvent", &a);
	ck_assert(!a.planned);
	ck_assert(has_finding(&a, "provider", ANSWER_NO));
}
END_TEST

START_TEST(a_link_to_a_folder_is_told)
{
	apply_four();
	own(str) char *folder = at("prisma/migrations/" LAST);
	own(str) char *away = at("elsewhere");
	ck_assert_int_eq(rename(folder, away), 0);
	ck_assert_int_eq(symlink(away, folder), 0);
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_UNKNOWN);
	ck_says(finding_text(&a, "linked-folder"), LAST);
	ck_assert_int_eq(unlink(folder), 0);
}
END_TEST

#define SECRET "TOP SECRET"

static void
look_without_secret(void)
{
	look_for("AnalyticsEvent", &a);
	ck_assert_int_lt(span_find(buf_span(&a.everything), SPAN(SECRET)), 0);
	answer_of_hands_free(&a);
}

/* What a look says of a file that only root may read, and to which somebody who
 * may write in the app's folder leads it. */
START_TEST(nothing_behind_a_link_is_ever_told)
{
	static const char *const names[] = { "migrations/1_x/migration.sql",
		"migrations/stray.sql", "beside.sql", "schema.prisma" };
	own(str) char *secret = at("secret");
	apply_four();
	write_file(secret,
		"CREATE TABLE \"AnalyticsEvent\" (\"" SECRET "\" int);\n"
		"provider = \"" SECRET "\"\nmodel " SECRET " {\n");
	add_migration("1_x", "SELECT 1");
	for (size_t i = 0; i < ELEMENTS(names); i++) {
		own(str) char *link = at("prisma/%s", names[i]);
		(void)unlink(link);
		ck_assert_int_eq(symlink(secret, link), 0);
	}
	look_without_secret();
	own(str) char *lock = at("prisma/migrations/migration_lock.toml");
	(void)unlink(lock);
	ck_assert_int_eq(symlink(secret, lock), 0);
	look_without_secret();
	remove_migration("1_x");
}
END_TEST

START_TEST(nothing_behind_a_link_that_comes_and_goes_is_told)
{
	own(str) char *secret = at("secret");
	own(str) char *script = at("prisma/migrations/" LAST "/migration.sql");
	own(str) char *link = at("prisma/migrations/" LAST "/link");
	apply_four();
	write_file(
		secret, "CREATE TABLE \"AnalyticsEvent\" (\"" SECRET "\" int)");
	ck_assert_int_eq(symlink(secret, link), 0);
	pid_t swapper = swap_start(script, link);
	for (int i = 0; i < 20; i++)
		look_without_secret();
	swap_stop(swapper);
}
END_TEST

START_TEST(a_history_in_another_schema_is_told)
{
	apply_four();
	pg_do(&pg, "moving",
		"CREATE SCHEMA other; "
		"ALTER TABLE _prisma_migrations SET SCHEMA other");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_BASELINE_CONFLICT);
	ck_says(finding_text(&a, "history-elsewhere"), "schema other");
}
END_TEST

START_TEST(a_dropped_table_is_recorded_but_absent)
{
	apply_four();
	pg_do(&pg, "moving", "DROP TABLE \"AiMetric\"");
	look_for("AiMetric", &a);
	ck_cause(&a, CAUSE_RECORDED_BUT_ABSENT);
	ck_says(finding_text(&a, "recorded-but-absent"),
		"20250212101000_add_ai_metrics");
	ck_says(a.result.text, "only marked as applied");
}
END_TEST

START_TEST(a_folder_without_migrations_is_told)
{
	apply_four();
	own(str) char *folder = at("prisma/migrations");
	own(str) char *away = at("elsewhere");
	ck_assert_int_eq(rename(folder, away), 0);
	ck_assert_int_eq(mkdir(folder, 0755), 0);
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_UNKNOWN);
	ck_says(a.result.text, "there is no migration in");
	ck_assert(has_finding(&a, "folder-empty", ANSWER_YES));
	ck_assert(!has_finding(&a, "history-clean", ANSWER_YES));
}
END_TEST

START_TEST(a_history_that_may_not_be_read_leaves_it_unknown)
{
	apply_four();
	pg_do(&pg, "moving",
		"ALTER TABLE _prisma_migrations OWNER TO postgres; REVOKE ALL "
		"ON _prisma_migrations FROM app");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_UNKNOWN);
	ck_assert_int_eq(a.result.fault, ANSWER_YES);
	ck_assert(has_finding(&a, "history-readable", ANSWER_UNKNOWN));
}
END_TEST

WORLD_MAIN("look-history", 54340, tables_without_a_history_need_a_baseline,
	an_empty_database_is_asked_about,
	a_failed_row_wins_over_what_is_pending,
	a_failed_migration_is_confirmed_by_its_row,
	the_summary_of_a_history_lists_stray_files,
	a_deploy_under_way_is_waited_for,
	a_deploy_that_ends_meanwhile_has_not_failed,
	a_rolled_back_row_makes_the_plan_ask,
	an_edited_migration_makes_the_plan_ask, other_line_ends_are_no_edit,
	a_history_without_its_folders_makes_the_plan_ask,
	a_folder_without_its_script_stops_the_plan,
	another_provider_stops_the_plan, a_link_to_a_folder_is_told,
	nothing_behind_a_link_is_ever_told,
	nothing_behind_a_link_that_comes_and_goes_is_told,
	a_history_in_another_schema_is_told,
	a_dropped_table_is_recorded_but_absent,
	a_folder_without_migrations_is_told,
	a_history_that_may_not_be_read_leaves_it_unknown)
