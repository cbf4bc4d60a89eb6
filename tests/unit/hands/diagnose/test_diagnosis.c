/* What a diagnosis says of itself. */
#include "config.h"

#include <check.h>
#include <stdlib.h>

#include "hands/diagnose/diagnosis.h"
#include "support/check_main.h"
#include "support/diagnosed.h"
#include "support/units.h"

START_TEST(an_object_is_named_with_its_schema)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	own(str) char *table = diagnosis_object(&x.d);
	ck_assert_str_eq(table, "table public.Order");
	x.d.class = CLASS_MISSING_COLUMN;
	own(str) char *unknown = diagnosis_object(&x.d);
	ck_assert_str_eq(unknown, "column public.Order.?");
	object_set(&x.object, OBJECT_COLUMN, SPAN("phone"));
	own(str) char *column = diagnosis_object(&x.d);
	ck_assert_str_eq(column, "column public.Order.phone");
	x.d.class = CLASS_FAILED_MIGRATION;
	own(str) char *other = diagnosis_object(&x.d);
	ck_assert_str_eq(other, "failed-migration");
}
END_TEST

START_TEST(the_remedy_is_that_of_the_class)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	ck_assert_ptr_eq(diagnosis_remedy(&x.d), &x.remedy);
	x.d.class = CLASS_DB_UNREACHABLE;
	ck_assert_ptr_null(diagnosis_remedy(&x.d));
}
END_TEST

START_TEST(two_causes_have_a_plan)
{
	struct diagnosis d = { 0 };
	for (int c = 0; c < CAUSES; c++) {
		d.cause = (enum cause)c;
		ck_assert_int_eq(diagnosis_has_remedy(&d),
			c == CAUSE_PENDING_MIGRATION || c == CAUSE_STRAY_SQL);
	}
}
END_TEST

START_TEST(a_unit_is_pending_by_its_record)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_pending(&x, "1", "");
	diagnosed_add(&x, "2", "", (struct unit_record){ UNIT_APPLIED, 0, 0 });
	ck_assert(diagnosis_is_pending(&x.d, 0));
	ck_assert(!diagnosis_is_pending(&x.d, 1));
}
END_TEST

START_TEST(a_place_is_compared_with_the_urls)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	ck_assert(!diagnosis_other_schema(&x.d));
	ck_assert(!diagnosis_other_place(&x.d));
	ck_assert(!diagnosis_other_search_path(&x.d));
	object_set(&x.object, OBJECT_HOST, SPAN("db"));
	object_set(&x.object, OBJECT_PORT, SPAN("5432"));
	ck_assert(!diagnosis_other_place(&x.d));
	object_set(&x.object, OBJECT_PORT, SPAN("5433"));
	ck_assert(diagnosis_other_place(&x.d));
	free(x.d.schema);
	x.d.schema = xstrdup("other");
	ck_assert(diagnosis_other_schema(&x.d));
	free(x.d.target.schema);
	x.d.target.schema = xstrdup("app");
	ck_assert(diagnosis_other_search_path(&x.d));
}
END_TEST

/* What the failed row's script made, for each answer. */
static enum answer
failed_objects(const char *sql, const char *const *existing)
{
	own(units) struct units u = { 0 };
	struct diagnosis d = { 0 };
	units_add(&u, "1", sql);
	own(census) struct census *c = units_census(&u, existing);
	d.failed = c;
	return diagnosis_failed_objects(&d);
}

START_TEST(objects_of_a_failed_script_are_told_from_its_census)
{
	static const char *const existing[] = { "table \"a\"", NULL };
	struct diagnosis none = { 0 };
	ck_assert_int_eq(diagnosis_failed_objects(&none), ANSWER_UNKNOWN);
	ck_assert_int_eq(failed_objects("not sql", NULL), ANSWER_UNKNOWN);
	ck_assert_int_eq(failed_objects("CREATE TABLE a ()", NULL), ANSWER_NO);
	ck_assert_int_eq(
		failed_objects("CREATE TABLE a ()", existing), ANSWER_YES);
}
END_TEST

CHECK_MAIN("diagnosis", an_object_is_named_with_its_schema,
	the_remedy_is_that_of_the_class, two_causes_have_a_plan,
	a_unit_is_pending_by_its_record, a_place_is_compared_with_the_urls,
	objects_of_a_failed_script_are_told_from_its_census)
