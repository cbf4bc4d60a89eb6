/* A plan from a diagnosis, on a real database. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hands/jobs/look.h"
#include "config/load-settings.h"
#include "hands/jobs/context.h"
#include "hands/migrators.h"
#include "hands/plan/plan.h"
#include "support/world.h"

static struct settings *settings;
static struct job job;

/* A whole look, whose last step is the plan. */
static void
look_at(const char *object, struct diagnosis *d)
{
	own(str) char *config = at("logmend.conf");
	struct why why;
	ck_assert_msg(
		load_settings(config, &settings, &why) == 0, "%s", why.text);
	job = job_of(JOB_LOOK, CLASS_MISSING_TABLE, object);
	const struct app *app = settings_app(settings, "moving");
	struct job_context task = {
		.settings = settings,
		.app = app,
		.migrator = migrators_pick(app),
		.job = &job,
		.deadline = clock_mono() + 30 * USEC_SECOND,
	};
	ck_assert_msg(look_at_job(&task, 0, task.deadline, d, &why) == 0, "%s",
		why.text);
}

START_TEST(what_is_pending_is_the_run)
{
	own(diagnosis) struct diagnosis d = { 0 };
	apply_four();
	look_at("AnalyticsEvent", &d);
	ck_assert(d.planned && d.atomic && !d.makes_history);
	ck_assert_ptr_eq(d.run, d.pending);
	ck_assert_uint_eq(census_size(d.run), 1);
	ck_assert_str_eq(d.plan.remedy, "prisma");
	ck_assert_int_eq(d.plan.verdict, VERDICT_AUTO);
	ck_assert_str_eq(d.plan.reason, "every statement may run by itself");
	ck_assert_uint_eq(strlen(d.plan.hash), 64);
}
END_TEST

/* The rehearsal would show nothing of it: the copy has a sequence of its own.
 */
START_TEST(what_calls_somebodys_function_is_asked_for)
{
	own(diagnosis) struct diagnosis d = { 0 };
	apply_four();
	pg_do(&pg, "moving",
		"CREATE SEQUENCE s; CREATE FUNCTION reset_it(int) RETURNS "
		"boolean LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM "
		"setval('s', 1); RETURN true; END$$");
	add_migration("20250902000000_index",
		"CREATE TABLE \"Lot\" (id int); CREATE INDEX \"Lot_id_idx\" "
		"ON \"Lot\" (id) WHERE reset_it(1);");
	look_at("AnalyticsEvent", &d);
	ck_assert(d.planned);
	ck_assert_int_eq(d.plan.verdict, VERDICT_ASK);
	ck_says(d.plan.reason,
		"statement 2 of 20250902000000_index (CREATE INDEX) calls "
		"function \"reset_it\"");
}
END_TEST

START_TEST(what_makes_the_migrators_own_table_is_asked_for)
{
	own(diagnosis) struct diagnosis d = { 0 };
	apply_four();
	add_migration("20250902000000_history",
		"CREATE SCHEMA IF NOT EXISTS public; "
		"CREATE TABLE moving2.\"_prisma_migrations\" (id int);");
	look_at("AnalyticsEvent", &d);
	ck_assert(d.planned);
	ck_assert_int_eq(d.plan.verdict, VERDICT_ASK);
	ck_says(d.plan.reason, "the migrator's own");
}
END_TEST

START_TEST(a_stray_file_runs_as_a_new_unit_behind_what_is_pending)
{
	own(diagnosis) struct diagnosis d = { 0 };
	own(str) char *stray = at("prisma/migrations/lot.sql");
	apply_four();
	write_file(stray,
		"CREATE TABLE \"Lot\" (id text REFERENCES "
		"\"AnalyticsEvent\"(id));");
	look_at("Lot", &d);
	ck_assert_int_eq(d.cause, CAUSE_STRAY_SQL);
	ck_assert(d.planned && !d.plan.writable);
	ck_assert_uint_eq(census_size(d.pending), 1);
	ck_assert_uint_eq(census_size(d.run), 2);
	ck_assert_ptr_eq(census_units(d.run)[1].unit, &d.new_unit);
	ck_assert_str_eq(d.new_unit.name, "20250212101001_lot");
	ck_assert_str_eq(d.new_unit.checksum, d.stray->checksum);
}
END_TEST

START_TEST(a_new_unit_that_clashes_with_what_is_there_has_no_plan)
{
	own(diagnosis) struct diagnosis d = { 0 };
	own(str) char *stray = at("prisma/migrations/lot.sql");
	apply_four();
	write_file(stray,
		"CREATE TABLE \"Lot\" (id text); CREATE TABLE \"User\" ();");
	look_at("Lot", &d);
	ck_assert_int_eq(d.cause, CAUSE_STRAY_SQL);
	ck_assert(!d.planned);
	ck_says(d.no_plan, "lot.sql creates table \"User\", which exists");
}
END_TEST

START_TEST(a_doubt_turns_an_automatic_plan_into_a_question)
{
	own(diagnosis) struct diagnosis d = { 0 };
	apply_four();
	pg_record(&pg, "moving", LAST, "0", "NULL", "now()");
	look_at("AnalyticsEvent", &d);
	ck_assert(d.planned);
	ck_assert_int_eq(d.plan.verdict, VERDICT_ASK);
	ck_says(d.plan.reason, "tried before and rolled back");
}
END_TEST

START_TEST(an_empty_database_gets_a_history)
{
	own(diagnosis) struct diagnosis d = { 0 };
	look_at("AnalyticsEvent", &d);
	ck_assert(d.planned && d.makes_history);
	ck_assert_int_eq(d.plan.verdict, VERDICT_ASK);
}
END_TEST

START_TEST(what_the_guard_refuses_no_doubt_makes_milder)
{
	own(diagnosis) struct diagnosis d = { 0 };
	add_migration("20251101000000_drop", "DROP TABLE \"Asset\";");
	look_at("AnalyticsEvent", &d);
	ck_assert_int_eq(d.plan.verdict, VERDICT_NEVER);
	ck_says(d.plan.reason, "can lose data");
}
END_TEST

START_TEST(a_script_that_runs_alone_takes_the_plan_out_of_one_transaction)
{
	own(diagnosis) struct diagnosis d = { 0 };
	apply_four();
	add_migration("20251101000000_index",
		"CREATE INDEX CONCURRENTLY i ON \"Batch\"(name);");
	look_at("AnalyticsEvent", &d);
	ck_assert(d.planned && !d.atomic);
	ck_assert_int_eq(d.plan.verdict, VERDICT_AUTO);
}
END_TEST

START_TEST(one_with_other_statements_beside_it_is_asked_for)
{
	own(diagnosis) struct diagnosis d = { 0 };
	apply_four();
	add_migration("20251101000000_index",
		"CREATE INDEX CONCURRENTLY i ON \"Batch\"(name); SELECT 1;");
	look_at("AnalyticsEvent", &d);
	ck_assert(d.planned && !d.atomic);
	ck_assert_int_eq(d.plan.verdict, VERDICT_ASK);
}
END_TEST

START_TEST(other_causes_have_no_plan)
{
	own(diagnosis) struct diagnosis d = { 0 };
	apply_four();
	look_at("User", &d);
	ck_assert(!d.planned);
	ck_assert_ptr_null(d.no_plan);
	ck_assert_ptr_null(d.run);
}
END_TEST

WORLD_MAIN("plan", 54336, what_is_pending_is_the_run,
	what_calls_somebodys_function_is_asked_for,
	what_makes_the_migrators_own_table_is_asked_for,
	a_stray_file_runs_as_a_new_unit_behind_what_is_pending,
	a_new_unit_that_clashes_with_what_is_there_has_no_plan,
	a_doubt_turns_an_automatic_plan_into_a_question,
	an_empty_database_gets_a_history,
	what_the_guard_refuses_no_doubt_makes_milder,
	a_script_that_runs_alone_takes_the_plan_out_of_one_transaction,
	one_with_other_statements_beside_it_is_asked_for,
	other_causes_have_no_plan)
