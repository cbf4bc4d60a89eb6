/* Looks at databases in every state that DESIGN section 6 names. */
#include "config.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "support/world.h"

static struct answer_of_hands a;

START_TEST(a_target_is_told_without_a_connection)
{
	own(job) struct job j = job_of(JOB_TARGET, CLASS_MISSING_TABLE, NULL);
	set_any_url("postgres://a:b@db.example.org/shop?schema=tenant_a");
	do_job(&j, &a);
	ck_outcome(&a, OUTCOME_DONE);
	ck_assert_str_eq(a.result.host, "db.example.org");
	ck_assert_str_eq(a.result.port, "5432");
	ck_assert_str_eq(a.result.database, "shop");
	ck_assert_str_eq(a.result.schema, "tenant_a");
}
END_TEST

START_TEST(a_pending_folder_is_the_cause_and_has_a_plan)
{
	apply_four();
	look_for("public.AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert_int_eq(a.result.fault, ANSWER_YES);
	ck_assert_int_eq(a.result.history, ANSWER_NO);
	ck_assert(a.planned && a.plan.writable);
	ck_assert_int_eq(a.plan.verdict, VERDICT_AUTO);
	ck_says(buf_str(&a.everything), "CREATE TABLE \"AnalyticsEvent\"");
}
END_TEST

START_TEST(a_look_changes_nothing)
{
	apply_four();
	own(str) char *before = pg_get(&pg, "moving",
		"SELECT count(*) || md5(string_agg(t::text, '')) FROM "
		"_prisma_migrations t");
	look_for("AnalyticsEvent", &a);
	ck_value("SELECT count(*) || md5(string_agg(t::text, '')) FROM "
		 "_prisma_migrations t",
		before);
	own(str) char *folder = at("state/attempts");
	ck_assert_int_ne(access(folder, F_OK), 0);
}
END_TEST

START_TEST(two_looks_make_the_same_plan)
{
	apply_four();
	own(str) char *one = plan_for("AnalyticsEvent");
	own(str) char *two = plan_for("AnalyticsEvent");
	ck_assert_str_eq(one, two);
}
END_TEST

START_TEST(another_byte_of_a_script_is_another_plan)
{
	apply_four();
	own(str) char *one = plan_for("AnalyticsEvent");
	own(str) char *file = at("prisma/migrations/" LAST "/migration.sql");
	own(buf) struct buf text = { 0 };
	ck_assert_int_eq(file_read(file, 65536, &text, NULL), 0);
	buf_add_str(&text, "\n");
	write_file(file, buf_str(&text));
	own(str) char *two = plan_for("AnalyticsEvent");
	ck_assert_str_ne(one, two);
}
END_TEST

START_TEST(an_object_that_exists_is_not_confirmed)
{
	apply_four();
	look_for("User", &a);
	ck_cause(&a, CAUSE_NOT_CONFIRMED);
	ck_assert_int_eq(a.result.fault, ANSWER_NO);
	ck_assert(!a.planned);
}
END_TEST

START_TEST(a_stray_file_is_found_and_gets_a_folder_of_its_own)
{
	apply_four();
	own(str) char *from = at("prisma/migrations/" LAST "/migration.sql");
	own(str) char *to = at("prisma/migrations/analytics_event.sql");
	ck_assert_int_eq(rename(from, to), 0);
	remove_migration(LAST);
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_STRAY_SQL);
	ck_assert_int_eq(a.result.history, ANSWER_YES);
	ck_assert(a.planned && !a.plan.writable);
	ck_says(buf_str(&a.everything), "20250212101001_analytics_event");
	ck_says(a.result.text, "outside any migration folder");
}
END_TEST

START_TEST(a_stray_file_beside_the_schema_is_found_too)
{
	apply_four();
	own(str) char *from = at("prisma/migrations/" LAST "/migration.sql");
	own(str) char *folder = at("prisma/sql");
	own(str) char *to = at("prisma/sql/new tables.sql");
	ck_assert_int_eq(mkdir(folder, 0755), 0);
	ck_assert_int_eq(rename(from, to), 0);
	remove_migration(LAST);
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_STRAY_SQL);
	ck_says(buf_str(&a.everything), "20250212101001_new_tables");
}
END_TEST

START_TEST(two_stray_files_that_differ_have_no_plan)
{
	apply_four();
	remove_migration(LAST);
	own(str) char *one = at("prisma/migrations/a.sql");
	own(str) char *two = at("prisma/b.sql");
	write_file(one, "CREATE TABLE \"AnalyticsEvent\" (id int);");
	write_file(two, "CREATE TABLE \"AnalyticsEvent\" (id text);");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_STRAY_SQL);
	ck_assert(!a.planned);
	ck_says(finding_text(&a, "plan"), "differ");
}
END_TEST

START_TEST(an_all_tables_baseline_is_seen_coming)
{
	apply_four();
	remove_migration(LAST);
	own(buf) struct buf sql = { 0 };
	ck_assert_int_eq(file_read(TEST_DATA "/moving/baseline/migration.sql",
				 1 << 20, &sql, NULL),
		0);
	add_migration("20251001000000_baseline", buf_str(&sql));
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_BASELINE_CONFLICT);
	ck_assert(!a.planned);
	ck_says(a.result.text, "20251001000000_baseline");
	ck_says(a.result.text, "type \"JobStatus\" already exists (42710)");
	ck_says(a.result.text, "18 of the 22 objects");
	ck_says(a.result.text, "P3009");
	ck_says(a.result.text, "resolve --applied");
}
END_TEST

START_TEST(a_baseline_without_types_names_the_relation)
{
	apply_four();
	add_migration("20251001000000_baseline",
		"CREATE TABLE \"User\" (id text);\n"
		"CREATE TABLE \"Other\" (id text);");
	remove_migration(LAST);
	look_for("Other", &a);
	ck_cause(&a, CAUSE_BASELINE_CONFLICT);
	ck_says(a.result.text, "\"User\" already exists (42P07)");
}
END_TEST

START_TEST(a_conflict_in_another_pending_script_blocks_too)
{
	apply_four();
	add_migration("20250101000000_other",
		"CREATE TYPE \"JobStatus\" AS "
		"ENUM ('A');");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_BASELINE_CONFLICT);
	ck_says(a.result.text, "20250101000000_other");
}
END_TEST

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

START_TEST(what_nothing_creates_is_unknown)
{
	apply_four();
	pg_do(&pg, "moving",
		"CREATE SCHEMA tenant_b; CREATE TABLE tenant_b.\"Invoice\"(); "
		"CREATE TABLE public.invoice()");
	look_for("Invoice", &a);
	ck_cause(&a, CAUSE_UNKNOWN);
	ck_says(finding_text(&a, "other-schema"), "tenant_b");
	ck_says(finding_text(&a, "other-spelling"), "invoice");
}
END_TEST

START_TEST(what_cannot_be_read_is_not_said_to_lack_it)
{
	apply_four();
	own(str) char *script = at("prisma/migrations/" LAST "/migration.sql");
	write_file(script, "\xef\xbb\xbf CREATE TABLE \"AnalyticsEvent\"();");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_UNKNOWN);
	ck_says(a.result.text, LAST);
	ck_says(finding_text(&a, "script-readable"), "byte order mark");
	answer_of_hands_free(&a);
	ck_assert_int_eq(unlink(script), 0);
	ck_assert_int_eq(mkdir(script, 0755), 0);
	look_for("AnalyticsEvent", &a);
	ck_says(a.result.text, "whether the pending migration " LAST);
	answer_of_hands_free(&a);
	own(str) char *folder = at("prisma/migrations");
	own(str) char *away = at("prisma/elsewhere");
	ck_assert_int_eq(rename(folder, away), 0);
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_UNKNOWN);
	ck_says(a.result.text, "folder cannot be read");
}
END_TEST

START_TEST(code_that_no_parser_sees_is_not_said_to_lack_it)
{
	apply_four();
	remove_migration(LAST);
	add_migration(LAST,
		"DO $$ BEGIN EXECUTE 'CREATE TABLE "
		"\"AnalyticsEvent\" (id int)'; END $$;");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_UNKNOWN);
	ck_says(a.result.text, "whether the pending migration " LAST);
	ck_says(a.result.text, "(DO)");
}
END_TEST

START_TEST(a_new_name_for_a_table_creates_it)
{
	apply_four();
	remove_migration(LAST);
	add_migration(LAST, "ALTER TABLE \"Batch\" RENAME TO \"Lot\";");
	look_for("Lot", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert_int_eq(a.plan.verdict, VERDICT_ASK);
	answer_of_hands_free(&a);
	remove_migration(LAST);
	add_migration(LAST,
		"ALTER TABLE \"Batch\" RENAME TO \"Asset\";"
		"CREATE TABLE \"Lot\" (id int);");
	look_for("Lot", &a);
	ck_cause(&a, CAUSE_BASELINE_CONFLICT);
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

START_TEST(a_role_that_may_not_create_has_no_plan)
{
	apply_four();
	pg_do(&pg, "moving",
		"ALTER SCHEMA public OWNER TO postgres; REVOKE CREATE ON "
		"SCHEMA public FROM PUBLIC, app");
	look_for("AnalyticsEvent", &a);
	pg_do(&pg, "moving", "GRANT CREATE ON SCHEMA public TO app");
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert(!a.planned);
	ck_says(finding_text(&a, "plan"), "GRANT CREATE ON SCHEMA");
	ck_says(a.result.text, "GRANT CREATE ON SCHEMA");
	answer_of_hands_free(&a);
	look_for("AnalyticsEvent", &a);
	ck_assert(a.planned);
}
END_TEST

/* On the copy the role owns everything, so that no rehearsal shows it. */
START_TEST(a_right_that_a_copy_does_not_show_is_missed_before)
{
	static const struct {
		const char *grant, *sql, *says;
	} steps[] = {
		{ "GRANT SELECT ON ALL TABLES IN SCHEMA public TO helper; "
		  "GRANT CREATE ON SCHEMA public TO helper",
			NULL, "GRANT SELECT, INSERT, UPDATE ON \"public\"." },
		{ "GRANT INSERT, UPDATE ON _prisma_migrations TO helper", NULL,
			"GRANT REFERENCES ON \"public\".\"User\"" },
		{ "GRANT REFERENCES ON \"User\" TO helper", NULL, NULL },
		{ "SELECT 1",
			"CREATE TABLE \"AnalyticsEvent\" (id int);"
			"CREATE INDEX i ON \"Job\" (id);",
			"does not own table Job" },
	};
	apply_four();
	pg_do(&pg, "moving", "CREATE ROLE helper LOGIN PASSWORD 'sswsecret'");
	own(str) char *url = xprintf(
		"postgresql://helper:sswsecret@127.0.0.1:%d/moving", pg.port);
	set_any_url(url);
	for (size_t i = 0; i < ELEMENTS(steps); i++) {
		pg_do(&pg, "moving", steps[i].grant);
		if (steps[i].sql) {
			remove_migration(LAST);
			add_migration(LAST, steps[i].sql);
		}
		look_for("AnalyticsEvent", &a);
		ck_cause(&a, CAUSE_PENDING_MIGRATION);
		ck_assert_int_eq(a.planned, steps[i].says == NULL);
		if (steps[i].says)
			ck_says(finding_text(&a, "plan"), steps[i].says);
		answer_of_hands_free(&a);
	}
	pg_do(&pg, "moving", "DROP OWNED BY helper; DROP ROLE helper");
}
END_TEST

START_TEST(a_dropped_table_is_recorded_but_absent)
{
	apply_four();
	pg_do(&pg, "moving", "DROP TABLE \"AiMetric\"");
	look_for("AiMetric", &a);
	ck_cause(&a, CAUSE_UNKNOWN);
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

START_TEST(a_missing_column_is_found_in_its_folder_and_asks)
{
	apply_four();
	add_migration("20251101000000_phone",
		"ALTER TABLE \"User\" ADD COLUMN \"phone\" TEXT;");
	own(job) struct job j =
		job_of(JOB_LOOK, CLASS_MISSING_COLUMN, "User.phone");
	do_job(&j, &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert(a.planned);
	ck_assert_int_eq(a.plan.verdict, VERDICT_ASK);
}
END_TEST

START_TEST(a_script_that_drops_is_never_planned_to_run)
{
	apply_four();
	add_migration("20251101000000_drop", "DROP TABLE \"Asset\";");
	look_for("AnalyticsEvent", &a);
	ck_assert(a.planned);
	ck_assert_int_eq(a.plan.verdict, VERDICT_NEVER);
	ck_says(a.plan.reason, "DROP");
}
END_TEST

START_TEST(names_of_any_kind_are_only_ever_values)
{
	static const char *const names[] = { "a b", "Ünï", "it's",
		"x\"; DROP TABLE \"User\"; --", "%s%n", "$1" };
	apply_four();
	for (size_t i = 0; i < ELEMENTS(names); i++) {
		own(job) struct job j =
			job_of(JOB_LOOK, CLASS_MISSING_TABLE, NULL);
		object_set(&j.object, OBJECT_TABLE, span_of(names[i]));
		do_job(&j, &a);
		ck_cause(&a, CAUSE_UNKNOWN);
		ck_says(a.result.text, names[i]);
		answer_of_hands_free(&a);
	}
	ck_value("SELECT count(*) FROM \"User\"", "0");
}
END_TEST

START_TEST(a_schema_of_the_url_is_the_one_that_counts)
{
	pg_do(&pg, "moving", "CREATE SCHEMA tenant_a AUTHORIZATION app");
	pg_do(&pg, "moving", "CREATE TABLE public.\"AnalyticsEvent\"()");
	set_url("?schema=tenant_a");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert_str_eq(a.result.schema, "tenant_a");
}
END_TEST

START_TEST(a_pooler_has_no_plan)
{
	apply_four();
	set_url("?pgbouncer=true");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert(!a.planned);
	ck_says(finding_text(&a, "plan"), "pooler");
	answer_of_hands_free(&a);
	own(str) char *direct = at("direct");
	own(str) char *url = pg_url(&pg, "moving", "");
	own(str) char *line = xprintf("migrate-url-file = %s", direct);
	write_file(direct, url);
	set_config(line, "");
	look_for("AnalyticsEvent", &a);
	ck_assert(a.planned);
}
END_TEST

START_TEST(what_cannot_be_reached_is_unreachable)
{
	static const char *const urls[] = {
		"postgresql://app:sswsecret@127.0.0.1:1/moving",
		"postgresql://app:sswsecret@no-such-host.invalid/moving",
		"postgresql://app:sswsecret@127.0.0.1:%d/moving",
		"postgresql://nobody:sswsecret@127.0.0.1:%d/moving",
	};
	for (size_t i = 0; i < ELEMENTS(urls); i++) {
		own(str) char *port = xprintf("%d", pg.port);
		own(buf) struct buf url = { 0 };
		const char *mark = strstr(urls[i], "%d");
		buf_add(&url, urls[i],
			mark ? (size_t)(mark - urls[i]) : strlen(urls[i]));
		if (mark) {
			buf_add_str(&url, port);
			buf_add_str(&url, mark + 2);
		}
		set_any_url(buf_str(&url));
		look_for("AnalyticsEvent", &a);
		ck_cause(&a, CAUSE_UNREACHABLE);
		ck_assert_int_eq(a.result.fault, ANSWER_UNKNOWN);
		ck_assert(has_finding(&a, "reachable", ANSWER_NO));
		ck_assert_ptr_null(strstr(a.result.text, "\\x0"));
		answer_of_hands_free(&a);
	}
	set_any_url("postgresql://app:sswsecret@srv-captain--db/moving");
	look_for("AnalyticsEvent", &a);
	ck_says(a.result.text, "one of Docker's network");
	answer_of_hands_free(&a);
	own(str) char *url = pg_url(&pg, "nowhere", "");
	set_any_url(url);
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_UNREACHABLE);
	answer_of_hands_free(&a);
	own(job) struct job j =
		job_of(JOB_LOOK, CLASS_DB_UNREACHABLE, "127.0.0.1:1");
	do_job(&j, &a);
	ck_assert_int_eq(a.result.fault, ANSWER_YES);
}
END_TEST

/* Each server's answer is a sentence, and what it means for waiting. */
START_TEST(who_is_not_let_in_is_told_why)
{
	static const struct {
		const char *sql, *user, *database, *said;
		bool lasting;
	} all[] = {
		{ "SELECT 1", "app", "moving", "user or its password", true },
		{ "SELECT 1", "nobody", "moving", "user or its password",
			true },
		{ "CREATE ROLE locked PASSWORD 'wrong'", "locked", "moving",
			"does not let this user log in", true },
		{ "CREATE ROLE guest LOGIN PASSWORD 'wrong'; "
		  "REVOKE CONNECT ON DATABASE moving FROM PUBLIC",
			"guest", "moving", "may not connect", true },
		{ "SELECT 1", "guest", "nowhere", "no such database", true },
		{ "CREATE ROLE \"full\" LOGIN PASSWORD 'wrong' CONNECTION "
		  "LIMIT 0; "
		  "GRANT CONNECT ON DATABASE moving TO \"full\"",
			"full", "moving", "no connection left", false },
	};
	for (size_t i = 0; i < ELEMENTS(all); i++) {
		pg_do(&pg, "moving", all[i].sql);
		own(str) char *url =
			xprintf("postgresql://%s:wrong@127.0.0.1:%d/%s",
				all[i].user, pg.port, all[i].database);
		set_any_url(url);
		look_for("AnalyticsEvent", &a);
		ck_cause(&a, CAUSE_UNREACHABLE);
		ck_says(a.result.text, all[i].said);
		ck_assert_msg(a.result.lasting == all[i].lasting, "%s",
			a.result.text);
		ck_assert_ptr_null(strstr(a.result.text, "LOCATION"));
		ck_assert_ptr_null(strstr(a.result.text, "\\x0a"));
		ck_assert_ptr_null(strstr(a.result.text, "wrong"));
		answer_of_hands_free(&a);
	}
	pg_do(&pg, "postgres", "GRANT CONNECT ON DATABASE moving TO PUBLIC");
	pg_do(&pg, "moving", "REVOKE ALL ON DATABASE moving FROM \"full\"");
	pg_do(&pg, "postgres", "DROP ROLE locked, guest, \"full\"");
}
END_TEST

START_TEST(a_database_that_answers_is_not_unreachable)
{
	own(job) struct job j =
		job_of(JOB_LOOK, CLASS_DB_UNREACHABLE, "127.0.0.1:1");
	do_job(&j, &a);
	ck_cause(&a, CAUSE_NOT_CONFIRMED);
	ck_assert_int_eq(a.result.fault, ANSWER_NO);
	ck_says(finding_text(&a, "same-host"), "127.0.0.1:1");
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

/* A listener that takes connections and never says a word. */
START_TEST(a_server_that_keeps_silent_is_given_up)
{
	own(fd) int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, len), 0);
	ck_assert_int_eq(listen(fd, 8), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	own(str) char *url = xprintf(
		"postgresql://app:sswsecret@127.0.0.1:%d/moving?connect_timeout"
		"=1",
		ntohs(at.sin_port));
	set_any_url(url);
	usec before = clock_mono();
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_UNREACHABLE);
	ck_assert_uint_lt(clock_mono() - before, 8 * USEC_SECOND);
}
END_TEST

START_TEST(a_look_ends_by_its_own_deadline)
{
	apply_four();
	PGconn *c = pg_connect(&pg, "moving", "app");
	PQclear(PQexec(c, "BEGIN; LOCK TABLE _prisma_migrations"));
	own(job) struct job j =
		job_of(JOB_LOOK, CLASS_MISSING_TABLE, "AnalyticsEvent");
	j.time = USEC_SECOND;
	usec before = clock_mono();
	do_job(&j, &a);
	ck_assert_uint_lt(clock_mono() - before, 5 * USEC_SECOND);
	ck_cause(&a, CAUSE_UNREACHABLE);
	answer_of_hands_free(&a);
	/* With more time the lock alone is given up, and the rest is told. */
	j.time = 20 * USEC_SECOND;
	do_job(&j, &a);
	PQfinish(c);
	ck_cause(&a, CAUSE_UNKNOWN);
	ck_assert(has_finding(&a, "history-readable", ANSWER_UNKNOWN));
	ck_assert(has_finding(&a, "table-exists", ANSWER_NO));
}
END_TEST

START_TEST(an_object_of_another_schema_is_looked_for_there)
{
	apply_four();
	pg_do(&pg, "moving", "CREATE SCHEMA tenant_b");
	look_for("tenant_b.AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_UNKNOWN);
	ck_assert(has_finding(&a, "same-schema", ANSWER_NO));
}
END_TEST

START_TEST(a_search_path_that_leads_elsewhere_has_no_plan)
{
	apply_four();
	set_url("");
	pg_do(&pg, "moving",
		"CREATE SCHEMA app AUTHORIZATION app; ALTER ROLE app SET "
		"search_path = app, public");
	look_for("AnalyticsEvent", &a);
	pg_do(&pg, "moving", "ALTER ROLE app RESET search_path");
	ck_assert(!a.planned);
	ck_says(finding_text(&a, "plan"), "schema \"app\"");
}
END_TEST

/* There '\'' is a whole string, and what follows it a statement. */
START_TEST(strings_that_the_server_reads_otherwise_have_no_plan)
{
	apply_four();
	pg_do(&pg, "moving",
		"ALTER DATABASE moving SET standard_conforming_strings = off");
	add_migration("20251101000000_hidden",
		"CREATE TABLE t (a text DEFAULT '\\''); "
		"DROP TABLE \"Job\"; --');");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert(!a.planned);
	ck_says(finding_text(&a, "plan"), "standard_conforming_strings");
}
END_TEST

START_TEST(a_conflict_that_an_earlier_drop_clears_is_none)
{
	apply_four();
	add_migration("20251101000000_again",
		"DROP TABLE \"Asset\"; CREATE TABLE \"Asset\" (id int);");
	look_for("AnalyticsEvent", &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert_int_eq(a.plan.verdict, VERDICT_NEVER);
}
END_TEST

START_TEST(mistakes_in_files_are_told_in_a_sentence)
{
	own(job) struct job j =
		job_of(JOB_LOOK, CLASS_MISSING_TABLE, "AnalyticsEvent");
	set_any_url("mysql://app:sswsecret@127.0.0.1/moving");
	do_job(&j, &a);
	ck_outcome(&a, OUTCOME_ERROR);
	ck_says(a.result.text, "mysql://");
	answer_of_hands_free(&a);
	own(str) char *file = at("url");
	ck_assert_int_eq(unlink(file), 0);
	do_job(&j, &a);
	ck_outcome(&a, OUTCOME_ERROR);
	ck_says(a.result.text, "/url");
	answer_of_hands_free(&a);
	j.app = (free(j.app), xstrdup("other"));
	do_job(&j, &a);
	ck_outcome(&a, OUTCOME_ERROR);
	ck_says(a.result.text, "[app other]");
}
END_TEST

WORLD_MAIN("look", 54320, a_target_is_told_without_a_connection,
	a_pending_folder_is_the_cause_and_has_a_plan, a_look_changes_nothing,
	two_looks_make_the_same_plan, another_byte_of_a_script_is_another_plan,
	an_object_that_exists_is_not_confirmed,
	a_stray_file_is_found_and_gets_a_folder_of_its_own,
	a_stray_file_beside_the_schema_is_found_too,
	two_stray_files_that_differ_have_no_plan,
	an_all_tables_baseline_is_seen_coming,
	a_baseline_without_types_names_the_relation,
	a_conflict_in_another_pending_script_blocks_too,
	tables_without_a_history_need_a_baseline,
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
	another_provider_stops_the_plan, what_nothing_creates_is_unknown,
	what_cannot_be_read_is_not_said_to_lack_it,
	code_that_no_parser_sees_is_not_said_to_lack_it,
	a_new_name_for_a_table_creates_it, a_link_to_a_folder_is_told,
	a_history_in_another_schema_is_told,
	a_role_that_may_not_create_has_no_plan,
	a_right_that_a_copy_does_not_show_is_missed_before,
	a_dropped_table_is_recorded_but_absent,
	a_folder_without_migrations_is_told,
	a_missing_column_is_found_in_its_folder_and_asks,
	a_script_that_drops_is_never_planned_to_run,
	names_of_any_kind_are_only_ever_values,
	a_schema_of_the_url_is_the_one_that_counts, a_pooler_has_no_plan,
	what_cannot_be_reached_is_unreachable, who_is_not_let_in_is_told_why,
	a_database_that_answers_is_not_unreachable,
	a_history_that_may_not_be_read_leaves_it_unknown,
	a_server_that_keeps_silent_is_given_up, a_look_ends_by_its_own_deadline,
	an_object_of_another_schema_is_looked_for_there,
	a_search_path_that_leads_elsewhere_has_no_plan,
	strings_that_the_server_reads_otherwise_have_no_plan,
	a_conflict_that_an_earlier_drop_clears_is_none,
	mistakes_in_files_are_told_in_a_sentence)
