/* Measuring a missing table or column. */
#include "config.h"

#include <stdlib.h>

#include "hands/diagnose/probe.h"
#include "support/world.h"

static void
ask(enum fault_class class, const char *object, const char *schema,
	struct probe *ret)
{
	own(session) struct session *s = world_session(SESSION_LOOK);
	struct object o = { 0 };
	struct why why;
	if (object)
		ck_assert_int_eq(
			object_parse(class, span_of(object), &o, NULL), 0);
	int r = probe_object(s, class, &o, schema, ret, &why);
	ck_assert_msg(r == 0, "%s", why.text);
	object_free(&o);
}

START_TEST(a_table_is_there_or_not)
{
	own(probe) struct probe there = { 0 };
	own(probe) struct probe absent = { 0 };
	pg_do(&pg, "moving", "SET ROLE app; CREATE TABLE \"Order\" ()");
	ask(CLASS_MISSING_TABLE, "Order", "public", &there);
	ck_assert_int_eq(probe_answer(&there), ANSWER_YES);
	ck_assert_int_eq(there.relkind, 'r');
	ck_assert(there.usable);
	ask(CLASS_MISSING_TABLE, "Invoice", "public", &absent);
	ck_assert_int_eq(probe_answer(&absent), ANSWER_NO);
	ck_assert(!absent.schema_missing && !absent.elsewhere);
}
END_TEST

START_TEST(a_column_is_there_or_not)
{
	own(probe) struct probe there = { 0 };
	own(probe) struct probe absent = { 0 };
	pg_do(&pg, "moving", "CREATE TABLE \"Order\" (id int)");
	ask(CLASS_MISSING_COLUMN, "Order.id", "public", &there);
	ck_assert_int_eq(probe_answer(&there), ANSWER_YES);
	ask(CLASS_MISSING_COLUMN, "Order.phone", "public", &absent);
	ck_assert_int_eq(probe_answer(&absent), ANSWER_NO);
	ck_assert(absent.table_exists && !absent.column_exists);
}
END_TEST

START_TEST(a_table_that_may_not_be_read_is_there)
{
	own(probe) struct probe p = { 0 };
	pg_do(&pg, "moving",
		"CREATE TABLE \"Order\" (); REVOKE ALL ON \"Order\" FROM app");
	ask(CLASS_MISSING_TABLE, "Order", "public", &p);
	ck_assert_int_eq(probe_answer(&p), ANSWER_YES);
	ck_assert(!p.usable);
}
END_TEST

START_TEST(tables_of_other_schemas_and_spellings_are_named)
{
	own(probe) struct probe p = { 0 };
	pg_do(&pg, "moving",
		"CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE b.\"MyOrder\" "
		"(); CREATE VIEW a.\"MyOrder\" AS SELECT 1; CREATE TABLE "
		"my_order ()");
	ask(CLASS_MISSING_TABLE, "MyOrder", "public", &p);
	ck_assert_int_eq(probe_answer(&p), ANSWER_NO);
	ck_assert_str_eq(p.elsewhere, "a, b");
	ck_assert_str_eq(p.alike, "my_order");
}
END_TEST

START_TEST(a_schema_that_is_missing_is_told)
{
	own(probe) struct probe p = { 0 };
	ask(CLASS_MISSING_TABLE, "Order", "nowhere", &p);
	ck_assert_int_eq(probe_answer(&p), ANSWER_NO);
	ck_assert(p.schema_missing);
}
END_TEST

START_TEST(an_object_that_the_fault_does_not_name_is_unknown)
{
	own(probe) struct probe table = { 0 };
	own(probe) struct probe column = { 0 };
	ask(CLASS_MISSING_TABLE, NULL, "public", &table);
	ck_assert_int_eq(table.state, PROBE_OBJECT_UNKNOWN);
	ck_assert_int_eq(probe_answer(&table), ANSWER_UNKNOWN);
	ask(CLASS_MISSING_COLUMN, NULL, "public", &column);
	ck_assert_int_eq(column.state, PROBE_OBJECT_UNKNOWN);
	ck_assert(column.wants_column);
}
END_TEST

START_TEST(an_index_of_the_name_is_no_table)
{
	own(probe) struct probe p = { 0 };
	pg_do(&pg, "moving",
		"CREATE TABLE t (id int); CREATE INDEX \"Order\" ON t(id)");
	ask(CLASS_MISSING_TABLE, "Order", "public", &p);
	ck_assert_int_eq(probe_answer(&p), ANSWER_NO);
}
END_TEST

WORLD_MAIN("probe", 54328, a_table_is_there_or_not, a_column_is_there_or_not,
	a_table_that_may_not_be_read_is_there,
	tables_of_other_schemas_and_spellings_are_named,
	a_schema_that_is_missing_is_told,
	an_object_that_the_fault_does_not_name_is_unknown,
	an_index_of_the_name_is_no_table)
