/* What a look says of a missing table from the scripts around it. */
#include "config.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "support/world.h"

static struct answer_of_hands a;

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

START_TEST(a_missing_column_is_found_in_its_folder)
{
	apply_four();
	add_migration("20251101000000_phone",
		"ALTER TABLE \"User\" ADD COLUMN \"phone\" TEXT;");
	own(job) struct job j =
		job_of(JOB_LOOK, CLASS_MISSING_COLUMN, "User.phone");
	do_job(&j, &a);
	ck_cause(&a, CAUSE_PENDING_MIGRATION);
	ck_assert(a.planned);
	ck_assert_int_eq(a.plan.verdict, VERDICT_AUTO);
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

WORLD_MAIN("look", 54320, a_pending_folder_is_the_cause_and_has_a_plan,
	a_look_changes_nothing, two_looks_make_the_same_plan,
	another_byte_of_a_script_is_another_plan,
	an_object_that_exists_is_not_confirmed,
	a_stray_file_is_found_and_gets_a_folder_of_its_own,
	a_stray_file_beside_the_schema_is_found_too,
	two_stray_files_that_differ_have_no_plan,
	an_all_tables_baseline_is_seen_coming,
	a_baseline_without_types_names_the_relation,
	a_conflict_in_another_pending_script_blocks_too,
	what_nothing_creates_is_unknown,
	what_cannot_be_read_is_not_said_to_lack_it,
	code_that_no_parser_sees_is_not_said_to_lack_it,
	a_new_name_for_a_table_creates_it,
	a_missing_column_is_found_in_its_folder,
	a_script_that_drops_is_never_planned_to_run,
	names_of_any_kind_are_only_ever_values,
	a_conflict_that_an_earlier_drop_clears_is_none)
