/* What hands list that a database lacks. */
#include "config.h"

#include <string.h>

#include "support/world.h"
#include "wire/fault.h"

static struct answer_of_hands a;

static void
ask(void)
{
	answer_of_hands_free(&a);
	a = (struct answer_of_hands){ 0 };
	own(job) struct job j = { .kind = JOB_MISSING,
		.app = xstrdup("moving") };
	do_job(&j, &a);
}

/* `awaited`, `known` or `-`. */
static const char *
rank_of(enum fault_class class, const char *object)
{
	const char *rank = "-";
	for (size_t i = 0; i < a.missing.n; i++) {
		const struct missing *m = &a.missing.list[i];
		own(str) char *text = object_text(m->class, &m->object);
		if (m->class != class || strcmp(text, object) != 0)
			continue;
		ck_assert_str_eq(rank, "-");
		rank = m->awaited ? "awaited" : "known";
	}
	return rank;
}

#define ck_table(name, rank) \
	ck_assert_str_eq(rank_of(CLASS_MISSING_TABLE, name), rank)
#define ck_column(name, rank) \
	ck_assert_str_eq(rank_of(CLASS_MISSING_COLUMN, name), rank)

START_TEST(what_a_pending_migration_creates_is_awaited)
{
	apply_four();
	ask();
	ck_outcome(&a, OUTCOME_DONE);
	ck_table("public.AnalyticsEvent", "awaited");
	/* It exists, and a name that nobody knows is not listed either. */
	ck_table("public.Job", "-");
	ck_table("public.Forged", "-");
	ck_assert_uint_lt(a.missing.n, 10);
}
END_TEST

START_TEST(a_column_is_missing_only_where_its_table_is_there)
{
	apply_four();
	add_migration("20260101000000_more",
		"ALTER TABLE \"Job\" ADD COLUMN \"price\" int;\n"
		"CREATE TABLE \"Offer\" (id int, \"total\" int);");
	ask();
	ck_column("public.Job.price", "awaited");
	ck_column("public.Job.reference", "-");
	ck_column("public.Offer.total", "-");
	ck_table("public.Offer", "awaited");
}
END_TEST

START_TEST(what_was_applied_and_is_gone_is_known)
{
	apply_four();
	pg_do(&pg, "moving", "DROP TABLE \"AiMetric\" CASCADE");
	pg_do(&pg, "moving", "ALTER TABLE \"Job\" DROP COLUMN \"reference\"");
	ask();
	ck_table("public.AiMetric", "known");
	ck_column("public.Job.reference", "known");
}
END_TEST

START_TEST(what_a_script_drops_is_not_missed)
{
	apply_four();
	add_migration("20260101000000_drops",
		"CREATE TABLE \"Short\" (id int);\nDROP TABLE \"Short\";\n"
		"ALTER TABLE \"Job\" ADD COLUMN \"x\" int;\n"
		"ALTER TABLE \"Job\" DROP COLUMN \"x\";");
	ask();
	ck_table("public.Short", "-");
	ck_column("public.Job.x", "-");
}
END_TEST

START_TEST(stray_files_and_models_count_too)
{
	apply_four();
	own(str) char *stray = at("prisma/migrations/stray.sql");
	own(str) char *schema = at("prisma/schema.prisma");
	write_file(stray, "CREATE TABLE other.\"Stray\" (id int);");
	write_file(schema,
		"model Alone {\n id Int @id\n}\nmodel Named {\n"
		" id Int @id\n @@map(\"mapped\")\n}\n");
	ask();
	ck_table("other.Stray", "awaited");
	ck_table("public.Alone", "known");
	ck_table("public.mapped", "known");
	ck_table("public.Named", "-");
}
END_TEST

START_TEST(a_migration_that_failed_is_awaited)
{
	apply_four();
	pg_record(&pg, "moving", LAST, "0", "NULL", "NULL");
	ask();
	ck_assert_str_eq(rank_of(CLASS_FAILED_MIGRATION, LAST), "awaited");
	ck_table("public.AnalyticsEvent", "awaited");
}
END_TEST

START_TEST(a_script_that_does_not_parse_hides_no_other)
{
	apply_four();
	add_migration("20260101000000_broken", "CREATE TABBLE x (;");
	add_migration(
		"20260102000000_right", "CREATE TABLE \"Right\" (i int);");
	ask();
	ck_outcome(&a, OUTCOME_DONE);
	ck_table("public.Right", "awaited");
}
END_TEST

START_TEST(without_a_database_nothing_is_listed)
{
	set_any_url("postgresql://app:sswsecret@127.0.0.1:9/moving");
	ask();
	ck_outcome(&a, OUTCOME_ERROR);
	ck_assert_uint_eq(a.missing.n, 0);
}
END_TEST

START_TEST(a_long_list_comes_whole)
{
	own(buf) struct buf sql = { 0 };
	apply_four();
	for (unsigned k = 0; k < 300; k++)
		buf_printf(&sql, "CREATE TABLE \"Long%u\" (id int);\n", k);
	add_migration("20260101000000_long", buf_str(&sql));
	ask();
	ck_table("public.Long0", "awaited");
	ck_table("public.Long299", "awaited");
}
END_TEST

WORLD_MAIN("missing-objects", 54348,
	what_a_pending_migration_creates_is_awaited,
	a_column_is_missing_only_where_its_table_is_there,
	what_was_applied_and_is_gone_is_known,
	what_a_script_drops_is_not_missed, stray_files_and_models_count_too,
	a_migration_that_failed_is_awaited,
	a_script_that_does_not_parse_hides_no_other,
	without_a_database_nothing_is_listed, a_long_list_comes_whole)
