/* PostgreSQL's catalog, asked for each kind of object. */
#include "config.h"

#include <stdlib.h>

#include "hands/diagnose/catalog.h"
#include "hands/sql/statement.h"
#include "support/units.h"
#include "support/world.h"

/* The census of a script on the real catalog. */
static struct census *
count(const struct units *u)
{
	own(session) struct session *s = world_session(SESSION_LOOK);
	const struct census_catalog catalog = catalog_of(s);
	struct census *c = NULL;
	struct why why;
	ck_assert_msg(
		census_take(&catalog, "public", u->list, u->n, &c, &why) == 0,
		"%s", why.text);
	return c;
}

START_TEST(every_kind_of_object_is_found_where_it_exists)
{
	static const char *const scripts[] = {
		"CREATE TABLE a (x int CONSTRAINT c CHECK (x > 0))",
		"CREATE INDEX i ON a(x)",
		"CREATE VIEW v AS SELECT 1",
		"CREATE SEQUENCE q",
		"CREATE TYPE e AS ENUM ()",
		"ALTER TABLE a ADD COLUMN y int",
		"ALTER TABLE a ADD CONSTRAINT d CHECK (x < 9)",
		("CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION "
		 "suppress_redundant_updates_trigger()"),
		"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
		"CREATE SCHEMA s",
		"CREATE EXTENSION citext",
		"CREATE TABLE s.a (x int)",
	};
	for (size_t i = 0; i < ELEMENTS(scripts); i++) {
		own(units) struct units u = { 0 };
		units_add(&u, "m", scripts[i]);
		own(census) struct census *before = count(&u);
		ck_assert_msg(
			!census_exists(before, 0, 0, 0), "%s", scripts[i]);
		pg_do(&pg, "moving", scripts[i]);
		own(census) struct census *after = count(&u);
		ck_assert_msg(census_exists(after, 0, 0, 0), "%s", scripts[i]);
	}
}
END_TEST

START_TEST(the_same_name_elsewhere_is_another_object)
{
	own(units) struct units u = { 0 };
	pg_do(&pg, "moving",
		"CREATE SCHEMA s; CREATE TABLE s.a (x int); "
		"CREATE TABLE b (y int CONSTRAINT c CHECK (y > 0))");
	units_add(&u, "m",
		"CREATE TABLE a (x int); ALTER TABLE a ADD COLUMN y int; "
		"ALTER TABLE a ADD CONSTRAINT c CHECK (x > 0)");
	own(census) struct census *c = count(&u);
	ck_assert_uint_eq(census_count(c, 0)->made, 3);
	ck_assert_uint_eq(census_count(c, 0)->conflicts, 0);
}
END_TEST

START_TEST(a_dropped_column_does_not_exist)
{
	own(units) struct units u = { 0 };
	pg_do(&pg, "moving",
		"CREATE TABLE a (x int, y int); ALTER TABLE a DROP COLUMN y");
	units_add(&u, "m", "ALTER TABLE a ADD COLUMN y int");
	own(census) struct census *c = count(&u);
	ck_assert_uint_eq(census_count(c, 0)->conflicts, 0);
}
END_TEST

START_TEST(a_name_is_only_ever_a_value)
{
	own(units) struct units u = { 0 };
	units_add(
		&u, "m", "CREATE TABLE \"x'; DROP TABLE a; --\" (\"$1\" int)");
	own(census) struct census *c = count(&u);
	ck_assert_uint_eq(census_count(c, 0)->made, 1);
	ck_assert_uint_eq(census_count(c, 0)->conflicts, 0);
}
END_TEST

WORLD_MAIN("catalog", 54326, every_kind_of_object_is_found_where_it_exists,
	the_same_name_elsewhere_is_another_object,
	a_dropped_column_does_not_exist, a_name_is_only_ever_a_value)
