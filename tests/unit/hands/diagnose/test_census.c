/* Counting the objects that scripts create and that exist. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#include "hands/diagnose/census.h"
#include "hands/sql/statement.h"
#include "support/check_main.h"
#include "support/units.h"

START_TEST(what_exists_is_a_conflict)
{
	static const char *const existing[] = { "table \"a\"", "type \"e\"",
		NULL };
	own(units) struct units u = { 0 };
	units_add(&u, "1", "CREATE TABLE b (id int); CREATE TYPE e AS ENUM ()");
	units_add(&u, "2", "CREATE TABLE a (id int)");
	own(census) struct census *c = units_census(&u, existing);
	ck_assert_uint_eq(census_size(c), 2);
	ck_assert_uint_eq(census_count(c, 0)->made, 2);
	ck_assert_uint_eq(census_count(c, 0)->conflicts, 1);
	own(str) char *first = made_text(census_count(c, 0)->conflict);
	ck_assert_str_eq(first, "type \"e\"");
	ck_assert_uint_eq(census_count(c, 1)->conflicts, 1);
	ck_assert(!census_exists(c, 0, 0, 0));
	ck_assert(census_exists(c, 0, 1, 0));
	ck_assert(census_exists(c, 1, 0, 0));
}
END_TEST

START_TEST(if_not_exists_makes_no_conflict_and_is_known)
{
	static const char *const existing[] = { "table \"a\"", NULL };
	own(units) struct units u = { 0 };
	units_add(&u, "1", "CREATE TABLE IF NOT EXISTS a (id int)");
	own(census) struct census *c = units_census(&u, existing);
	ck_assert_uint_eq(census_count(c, 0)->made, 0);
	ck_assert_uint_eq(census_count(c, 0)->conflicts, 0);
	ck_assert(census_exists(c, 0, 0, 0));
}
END_TEST

START_TEST(what_an_earlier_statement_drops_may_be_created)
{
	static const char *const existing[] = { "table \"a\"", NULL };
	own(units) struct units before = { 0 };
	own(units) struct units after = { 0 };
	units_add(&before, "1", "DROP TABLE a");
	units_add(&before, "2", "CREATE TABLE a (id int)");
	units_add(&after, "1", "CREATE TABLE a (id int)");
	units_add(&after, "2", "DROP TABLE a");
	own(census) struct census *fine = units_census(&before, existing);
	own(census) struct census *clash = units_census(&after, existing);
	ck_assert_uint_eq(census_count(fine, 1)->conflicts, 0);
	ck_assert_uint_eq(census_count(clash, 0)->conflicts, 1);
}
END_TEST

START_TEST(a_column_of_a_new_table_is_no_object_by_itself)
{
	static const char *const existing[] = { "column \"id\" of \"a\"",
		NULL };
	own(units) struct units u = { 0 };
	units_add(&u, "1", "CREATE TABLE a (id int)");
	own(census) struct census *c = units_census(&u, existing);
	ck_assert_uint_eq(census_count(c, 0)->made, 1);
	ck_assert_uint_eq(census_count(c, 0)->conflicts, 0);
}
END_TEST

START_TEST(a_script_that_is_unknown_makes_nothing)
{
	own(units) struct units u = { 0 };
	units_add(&u, "1", "not sql");
	own(census) struct census *c = units_census(&u, NULL);
	ck_assert_uint_eq(census_size(c), 1);
	ck_assert_uint_eq(census_count(c, 0)->made, 0);
	ck_assert_ptr_eq(census_units(c)[0].unit, &u.units[0]);
	ck_assert_str_eq(census_schema(c), "public");
}
END_TEST

/* Of functions and the like what exists is in the way; an enumeration has to
 * exist, or to be made before. */
START_TEST(what_is_not_the_servers_own_is_a_stranger)
{
	static const char *const existing[] = { "function \"lower\"",
		"enumeration \"Role\"", "enumeration \"Twice\"",
		"type \"Twice\"", "operator \"=\"", NULL };
	static const struct {
		const char *sql;
		const char *stranger; /* NULL: none */
	} rows[] = {
		{ "CREATE TABLE a (t text DEFAULT upper('x'))", NULL },
		{ "CREATE TABLE a (t text DEFAULT lower('x'))",
			"function \"lower\"" },
		{ "CREATE TABLE a (i int CHECK (i = 1))", "operator \"=\"" },
		{ "CREATE TABLE a (i int CHECK (i > 1))", NULL },
		{ "CREATE TABLE a (e utype)", "enumeration \"utype\"" },
		{ "CREATE TYPE e AS ENUM (); CREATE TABLE a (e e)", NULL },
		{ "CREATE TYPE e AS ENUM (); CREATE TABLE a (e public.e)",
			NULL },
		{ "CREATE TYPE s.e AS ENUM (); CREATE TABLE a (e e)",
			"enumeration \"e\"" },
		{ "CREATE TABLE a (e e); CREATE TYPE e AS ENUM ()",
			"enumeration \"e\"" },
		{ "CREATE TABLE a (r \"Role\")", NULL },
		{ "CREATE TABLE a (r s.\"Role\"[])", NULL },
		/* in another schema it is something else */
		{ "CREATE TABLE a (r \"Twice\")", "type \"Twice\"" },
		{ "CREATE TABLE a (r s.\"Twice\")", NULL },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(units) struct units u = { 0 };
		units_add(&u, "1", rows[i].sql);
		own(census) struct census *c = units_census(&u, existing);
		const struct made *found = NULL;
		for (size_t k = 0; k < u.scripts[0].n && !found; k++)
			found = census_stranger(c, 0, k);
		own(str) char *text = found ? made_text(found) : NULL;
		ck_assert_pstr_eq(text, rows[i].stranger);
	}
}
END_TEST

/* Counts what it is asked. */
static int
count(void *arg, const char *schema, const struct made *m, bool *ret,
	struct why *why)
{
	(void)schema;
	(void)why;
	*ret = false;
	*(unsigned *)arg += m->kind == USED_CALL;
	return 0;
}

START_TEST(what_many_statements_use_is_asked_once)
{
	unsigned asked = 0;
	const struct census_catalog catalog = { count, &asked };
	own(units) struct units u = { 0 };
	own(census) struct census *c = NULL;
	units_add(&u, "1",
		"CREATE TABLE a (t date DEFAULT now()); "
		"CREATE TABLE b (t date DEFAULT now())");
	units_add(&u, "2", "CREATE TABLE c (t date DEFAULT now())");
	ck_assert_int_eq(
		census_take(&catalog, "public", u.list, u.n, &c, NULL), 0);
	ck_assert_uint_eq(asked, 1);
}
END_TEST

START_TEST(no_census_has_no_units)
{
	ck_assert_uint_eq(census_size(NULL), 0);
	ck_assert_ptr_null(census_units(NULL));
}
END_TEST

static int
refuse(void *arg, const char *schema, const struct made *m, bool *ret,
	struct why *why)
{
	(void)arg;
	(void)schema;
	(void)m;
	(void)ret;
	return because(why, -EPIPE, "the connection is lost");
}

START_TEST(a_catalog_that_does_not_answer_ends_it)
{
	const struct census_catalog catalog = { refuse, NULL };
	own(units) struct units u = { 0 };
	own(census) struct census *c = NULL;
	struct why why;
	units_add(&u, "1", "CREATE TABLE a (id int)");
	ck_assert_int_eq(
		census_take(&catalog, "public", u.list, u.n, &c, &why), -EPIPE);
	ck_assert_ptr_null(c);
	ck_assert_str_eq(why.text, "the connection is lost");
}
END_TEST

START_TEST(more_objects_than_are_counted_end_it)
{
	own(buf) struct buf sql = { 0 };
	own(units) struct units u = { 0 };
	own(census) struct census *c = NULL;
	const struct census_catalog catalog = units_catalog(NULL);
	struct why why;
	for (unsigned i = 0; i < 1000; i++)
		buf_printf(&sql, "CREATE TABLE t%u (id int);", i);
	for (unsigned i = 0; i < 5; i++)
		units_add(&u, "many", buf_str(&sql));
	ck_assert_int_eq(
		census_take(&catalog, "public", u.list, 5, &c, &why), 0);
	units_add(&u, "one", "CREATE TABLE more (id int)");
	census_free(take(c));
	ck_assert_int_eq(
		census_take(&catalog, "public", u.list, 6, &c, &why), -E2BIG);
	ck_assert_ptr_nonnull(strstr(why.text, "5000"));
}
END_TEST

CHECK_MAIN("census", what_exists_is_a_conflict,
	if_not_exists_makes_no_conflict_and_is_known,
	what_an_earlier_statement_drops_may_be_created,
	a_column_of_a_new_table_is_no_object_by_itself,
	a_script_that_is_unknown_makes_nothing,
	what_is_not_the_servers_own_is_a_stranger,
	what_many_statements_use_is_asked_once, no_census_has_no_units,
	a_catalog_that_does_not_answer_ends_it,
	more_objects_than_are_counted_end_it)
