/* What scripts leave behind, and what they took away. */
#include "config.h"

#include <check.h>
#include <string.h>

#include "hands/diagnose/objects/known-objects.h"
#include "support/check_main.h"

static void
run(struct known_objects *k, size_t by, const char *sql)
{
	own(script) struct script s = { 0 };
	script_parse(span_of(sql), USEC_NEVER, &s);
	ck_assert_msg(s.known, "%s", s.unknown);
	known_objects_run(k, &s, false, by);
}

#define KNOWN(k) \
	own(known_objects) struct known_objects k = { .schema = "public" }

static const struct known_object *
known(const struct known_objects *k, const char *table, const char *column)
{
	return known_objects_find(k, NULL, table, column);
}

START_TEST(what_is_made_is_known_with_its_last_script)
{
	KNOWN(k);
	run(&k, 0, "CREATE TABLE a (x int); CREATE VIEW v AS SELECT 1");
	run(&k, 1, "ALTER TABLE public.a ADD COLUMN y int");
	run(&k, 2, "CREATE TABLE IF NOT EXISTS a (x int)");
	ck_assert_uint_eq(known(&k, "a", NULL)->by, 2);
	ck_assert_uint_eq(known(&k, "a", "x")->by, 2);
	ck_assert_uint_eq(known(&k, "a", "y")->by, 1);
	ck_assert_ptr_nonnull(known(&k, "v", NULL));
	ck_assert_ptr_null(known(&k, "b", NULL));
	ck_assert_ptr_null(known_objects_find(&k, "other", "a", NULL));
}
END_TEST

START_TEST(what_is_dropped_is_gone_with_its_columns)
{
	KNOWN(k);
	run(&k, 0, "CREATE TABLE a (x int, y int)");
	run(&k, 1, "ALTER TABLE a DROP COLUMN y, ADD COLUMN z int");
	ck_assert_ptr_null(known(&k, "a", "y"));
	ck_assert_ptr_nonnull(known(&k, "a", "z"));
	ck_assert_uint_eq(known_objects_gone(&k, NULL, "a", "y")->by, 1);
	ck_assert_ptr_null(known_objects_gone(&k, NULL, "a", "y")->renamed);
	run(&k, 2, "DROP TABLE a");
	ck_assert_ptr_null(known(&k, "a", "x"));
	ck_assert_uint_eq(known_objects_gone(&k, NULL, "a", "x")->by, 2);
	ck_assert_uint_eq(known_objects_gone(&k, NULL, "a", NULL)->by, 2);
	ck_assert_uint_eq(k.n, 0);
}
END_TEST

START_TEST(a_new_name_keeps_the_columns)
{
	KNOWN(k);
	run(&k, 0, "CREATE TABLE a (x int)");
	run(&k, 1, "ALTER TABLE a RENAME TO b");
	run(&k, 2, "ALTER TABLE b RENAME COLUMN x TO y");
	ck_assert_ptr_nonnull(known(&k, "b", "y"));
	ck_assert_ptr_null(known(&k, "b", "x"));
	ck_assert_str_eq(known_objects_gone(&k, NULL, "a", NULL)->renamed, "b");
	ck_assert_str_eq(known_objects_gone(&k, NULL, "b", "x")->renamed, "y");
}
END_TEST

START_TEST(a_schema_that_is_dropped_takes_all_along)
{
	KNOWN(k);
	run(&k, 0, "CREATE TABLE s.a (x int); CREATE TABLE a (x int)");
	run(&k, 1, "DROP SCHEMA s CASCADE");
	ck_assert_ptr_null(known_objects_find(&k, "s", "a", NULL));
	ck_assert_ptr_nonnull(known(&k, "a", "x"));
}
END_TEST

START_TEST(an_index_is_no_table)
{
	KNOWN(k);
	run(&k, 0, "CREATE TABLE a (x int); CREATE INDEX i ON a (x)");
	run(&k, 1, "ALTER INDEX i RENAME TO j; DROP INDEX j");
	ck_assert_ptr_null(known(&k, "i", NULL));
	ck_assert_ptr_null(known(&k, "j", NULL));
	ck_assert_ptr_nonnull(known(&k, "a", "x"));
}
END_TEST

CHECK_MAIN("known-objects", what_is_made_is_known_with_its_last_script,
	what_is_dropped_is_gone_with_its_columns, a_new_name_keeps_the_columns,
	a_schema_that_is_dropped_takes_all_along, an_index_is_no_table)
