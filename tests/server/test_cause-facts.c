/* What the scripts of a folder say about a missing table, in a real database
 * and its history. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "hands/diagnose/cause-facts.h"
#include "hands/migrators.h"
#include "support/world.h"

static struct app app;
static struct object object;
static struct diagnosis d;

/* The diagnosis of a look before causes are searched. */
static int
find(enum fault_class class, const char *name)
{
	own(session) struct session *s = world_session(SESSION_LOOK);
	free(app.migrations);
	object_free(&object);
	app = (struct app){ .name = (char *)"moving",
		.migrations = at("prisma/migrations") };
	ck_assert_int_eq(object_parse(class, span_of(name), &object, NULL), 0);
	d = (struct diagnosis){
		.app = &app,
		.migrator = migrators_pick(&app),
		.class = class,
		.object = &object,
		.schema = xstrdup("public"),
		.url = world_url(),
		.connected = true,
		.lock_holder = d.lock_holder,
		.probe = { .state = PROBE_ASKED },
		.modelled = ANSWER_UNKNOWN,
	};
	ck_assert_int_eq(
		d.migrator->read_folder(app.migrations, &d.folder, NULL), 0);
	ck_assert_int_eq(
		d.migrator->read_history(s, "public", &d.history, NULL), 0);
	d.records =
		history_match(d.history, d.folder, d.migrator->is_same_text);
	return cause_facts_find(&d, s, USEC_NEVER, NULL);
}

static enum cause
cause(void)
{
	const struct facts f = cause_facts_of(&d);
	return cause_of(&f);
}

START_TEST(a_pending_unit_that_creates_it_is_the_creator)
{
	apply_four();
	ck_assert_int_eq(find(CLASS_MISSING_TABLE, "AnalyticsEvent"), 0);
	ck_assert_str_eq(d.creator->name, LAST);
	ck_assert_uint_eq(census_size(d.pending), 1);
	ck_assert_uint_eq(census_count(d.pending, 0)->conflicts, 0);
	ck_assert_int_eq(cause(), CAUSE_PENDING_MIGRATION);
	/* What explains it is enough. */
	ck_assert_uint_eq(d.strays.n, 0);
	ck_assert_ptr_null(d.recorded);
}
END_TEST

START_TEST(a_pending_unit_that_clashes_is_counted)
{
	apply_four();
	add_migration(
		"20250101000000_a", "CREATE TYPE \"JobStatus\" AS ENUM ()");
	ck_assert_int_eq(find(CLASS_MISSING_TABLE, "AnalyticsEvent"), 0);
	ck_assert_uint_eq(census_size(d.pending), 2);
	ck_assert_uint_eq(census_count(d.pending, 0)->conflicts, 1);
	ck_assert(cause_facts_of(&d).conflicts);
	ck_assert_int_eq(cause(), CAUSE_BASELINE_CONFLICT);
}
END_TEST

START_TEST(tables_without_a_history_are_a_fact)
{
	apply_four();
	pg_do(&pg, "moving", "DROP TABLE _prisma_migrations");
	ck_assert_int_eq(find(CLASS_MISSING_TABLE, "AnalyticsEvent"), 0);
	ck_assert(cause_facts_of(&d).unbased);
}
END_TEST

START_TEST(an_applied_unit_that_creates_it_is_recorded)
{
	apply_four();
	pg_do(&pg, "moving", "DROP TABLE \"AiMetric\"");
	ck_assert_int_eq(find(CLASS_MISSING_TABLE, "AiMetric"), 0);
	ck_assert_ptr_null(d.creator);
	ck_assert_str_eq(d.recorded->name, "20250212101000_add_ai_metrics");
	ck_assert_int_eq(cause(), CAUSE_RECORDED_BUT_ABSENT);
}
END_TEST

START_TEST(a_stray_file_that_creates_it_is_found)
{
	apply_four();
	own(str) char *one = at("prisma/migrations/a.sql");
	own(str) char *two = at("prisma/migrations/b.sql");
	own(str) char *other = at("prisma/migrations/c.sql");
	write_file(one, "CREATE TABLE \"Lot\" (id int);");
	write_file(two, "CREATE TABLE \"Lot\" (id int);");
	write_file(other, "INSERT INTO \"Lot\" VALUES (1);");
	ck_assert_int_eq(find(CLASS_MISSING_TABLE, "Lot"), 0);
	ck_says(d.stray->path, "/a.sql");
	ck_assert(!d.strays_differ);
	ck_assert_int_eq(cause(), CAUSE_STRAY_SQL);
	diagnosis_free(&d);
	write_file(two, "CREATE TABLE \"Lot\" (id text);");
	ck_assert_int_eq(find(CLASS_MISSING_TABLE, "Lot"), 0);
	ck_assert(d.strays_differ);
}
END_TEST

START_TEST(the_applications_schema_is_asked_for_the_table)
{
	apply_four();
	ck_assert_int_eq(find(CLASS_MISSING_TABLE, "Nowhere"), 0);
	ck_assert_int_eq(d.modelled, ANSWER_NO);
	ck_says(d.schema_file, "schema.prisma");
	ck_assert_int_eq(cause(), CAUSE_UNKNOWN);
}
END_TEST

START_TEST(a_missing_column_is_not_its_table)
{
	apply_four();
	add_migration("20251101000000_a",
		"ALTER TABLE \"User\" ADD COLUMN \"phone\" TEXT;");
	ck_assert_int_eq(find(CLASS_MISSING_COLUMN, "User.phone"), 0);
	ck_assert_str_eq(d.creator->name, "20251101000000_a");
	diagnosis_free(&d);
	ck_assert_int_eq(find(CLASS_MISSING_COLUMN, "Job.phone"), 0);
	ck_assert_ptr_null(d.creator);
}
END_TEST

START_TEST(a_failed_row_is_read_instead_of_what_is_pending)
{
	apply_four();
	pg_record(&pg, "moving", LAST, "0", "NULL", "NULL");
	ck_assert_int_eq(find(CLASS_MISSING_TABLE, "AnalyticsEvent"), 0);
	ck_assert(d.failed_asked);
	ck_assert_ptr_nonnull(d.failed);
	ck_assert_int_eq(diagnosis_failed_objects(&d), ANSWER_NO);
	ck_assert_ptr_null(d.pending);
	ck_assert_int_eq(cause(), CAUSE_FAILED_MIGRATION);
}
END_TEST

START_TEST(a_deploy_under_way_leaves_its_row_alone)
{
	apply_four();
	pg_record(&pg, "moving", LAST, "0", "NULL", "NULL");
	d.lock_holder = xstrdup("process 7");
	ck_assert_int_eq(find(CLASS_MISSING_TABLE, "AnalyticsEvent"), 0);
	ck_assert(!d.failed_asked);
	ck_assert_int_eq(cause(), CAUSE_DEPLOY_UNDER_WAY);
}
END_TEST

START_TEST(the_summary_looks_for_tables_in_stray_files)
{
	own(str) char *one = at("prisma/migrations/new.sql");
	own(str) char *two = at("prisma/seed.sql");
	write_file(one, "CREATE TABLE a (id int);");
	write_file(two, "INSERT INTO a VALUES (1);");
	ck_assert_int_eq(find(CLASS_FAILED_MIGRATION, LAST), 0);
	cause_facts_find_stray_sql(&d, USEC_NEVER);
	ck_assert_uint_eq(d.strays.n, 2);
	ck_assert(cause_facts_makes_table(&d.strays.list[0].script));
	ck_assert(!cause_facts_makes_table(&d.strays.list[1].script));
}
END_TEST

WORLD_MAIN("causes", 54332, a_pending_unit_that_creates_it_is_the_creator,
	a_pending_unit_that_clashes_is_counted,
	tables_without_a_history_are_a_fact,
	an_applied_unit_that_creates_it_is_recorded,
	a_stray_file_that_creates_it_is_found,
	the_applications_schema_is_asked_for_the_table,
	a_missing_column_is_not_its_table,
	a_failed_row_is_read_instead_of_what_is_pending,
	a_deploy_under_way_leaves_its_row_alone,
	the_summary_looks_for_tables_in_stray_files)
