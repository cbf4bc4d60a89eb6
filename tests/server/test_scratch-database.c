/* The copy of a database: what is in it, and that it goes again. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hands/migrators.h"
#include "hands/plan/copy/scratch-database.h"
#include "support/world.h"

#define COPIES "SELECT count(*) FROM pg_database WHERE datname LIKE 'logmend%'"

static struct progress progress = { .sock = -1 };

static int
make(struct scratch *ret, struct why *why)
{
	own(url) struct url u = world_url();
	struct scratch_how how = {
		.from = &u,
		.server = &u,
		.migrator = migrators_pick(NULL),
		.deadline = clock_mono() + 60 * USEC_SECOND,
	};
	return scratch_make(&how, &progress, ret, why);
}

static void
must_make(struct scratch *ret)
{
	struct why why;
	ck_assert_msg(make(ret, &why) == 0, "%s", why.text);
}

static void
ck_copy(const struct scratch *c, const char *sql, const char *expected)
{
	own(str) char *value = pg_get(&pg, c->url.database, sql);
	ck_assert_str_eq(value, expected);
}

START_TEST(a_copy_has_the_schema_and_the_history_and_no_rows)
{
	own(scratch) struct scratch c = { 0 };
	apply_four();
	pg_do(&pg, "moving",
		"INSERT INTO \"Batch\" (id, name) VALUES ('1', 'x')");
	must_make(&c);
	ck_copy(&c, "SELECT count(*) FROM \"Batch\"", "0");
	own(str) char *rows = pg_get(&pg, "moving",
		"SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM "
		"_prisma_migrations t");
	ck_copy(&c,
		"SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM "
		"_prisma_migrations t",
		rows);
	ck_assert_int_eq(scratch_drop(&c, NULL), 0);
}
END_TEST

START_TEST(a_copy_of_a_database_without_a_history_has_none)
{
	own(scratch) struct scratch c = { 0 };
	must_make(&c);
	ck_copy(&c, "SELECT to_regclass('_prisma_migrations')", "");
	ck_assert_int_eq(scratch_drop(&c, NULL), 0);
}
END_TEST

START_TEST(a_copy_that_is_dropped_is_gone)
{
	own(scratch) struct scratch c = { 0 };
	must_make(&c);
	ck_value(COPIES, "1");
	ck_assert_int_eq(scratch_drop(&c, NULL), 0);
	ck_value(COPIES, "0");
}
END_TEST

START_TEST(a_copy_has_the_encoding_and_the_collation_of_the_original)
{
	own(scratch) struct scratch c = { 0 };
	static const char sql[] =
		"SELECT encoding || datcollate || datctype FROM pg_database "
		"WHERE datname = current_database()";
	own(str) char *expected = pg_get(&pg, "moving", sql);
	must_make(&c);
	ck_copy(&c, sql, expected);
	ck_assert_int_eq(scratch_drop(&c, NULL), 0);
}
END_TEST

START_TEST(a_role_that_may_not_make_one_is_told_the_grant)
{
	own(scratch) struct scratch c = { 0 };
	struct why why;
	pg_do(&pg, "moving", "ALTER ROLE app NOCREATEDB");
	int r = make(&c, &why);
	pg_do(&pg, "moving", "ALTER ROLE app CREATEDB");
	ck_assert_int_eq(r, -EPERM);
	ck_says(why.text, "ALTER ROLE \"app\" CREATEDB");
	ck_value(COPIES, "0");
}
END_TEST

START_TEST(a_copy_that_cannot_be_filled_is_dropped_at_once)
{
	own(scratch) struct scratch c = { 0 };
	struct why why;
	/* pg_dump locks every table, for which it needs a right on each. */
	pg_do(&pg, "moving",
		"CREATE TABLE secret (); REVOKE ALL ON secret FROM app");
	int r = make(&c, &why);
	ck_assert_int_lt(r, 0);
	ck_says(why.text, "secret");
	ck_value(COPIES, "0");
}
END_TEST

/* Hands that are killed leave a copy behind: with its comment, or without where
 * that had not been written yet. What is not certainly one stays. */
START_TEST(copies_that_were_left_behind_are_dropped_by_the_next)
{
	own(scratch) struct scratch c = { 0 };
	pg_do(&pg, "moving",
		"CREATE DATABASE logmend_rehearsal_00000000000000aa OWNER app "
		"CONNECTION LIMIT 29");
	pg_do(&pg, "moving",
		"CREATE DATABASE logmend_rehearsal_00000000000000bb OWNER app");
	pg_do(&pg, "moving",
		"COMMENT ON DATABASE logmend_rehearsal_00000000000000bb IS "
		"'logmend rehearsal, made 1795350344'");
	pg_do(&pg, "moving",
		"CREATE DATABASE logmend_rehearsal_00000000000000cc OWNER app");
	pg_do(&pg, "moving",
		"COMMENT ON DATABASE logmend_rehearsal_00000000000000cc IS "
		"'mine'");
	pg_do(&pg, "moving",
		"CREATE DATABASE logmend_rehearsal_00000000000000dd "
		"CONNECTION LIMIT 29");
	pg_do(&pg, "moving",
		"CREATE DATABASE logmend_rehearsal_00000000000000ee OWNER app");
	must_make(&c);
	ck_assert_int_eq(scratch_drop(&c, NULL), 0);
	ck_value("SELECT string_agg(right(datname, 2), ' ' ORDER BY datname)"
		 " FROM pg_database WHERE datname LIKE 'logmend_rehearsal%'",
		"cc dd ee");
	pg_do(&pg, "moving",
		"DROP DATABASE logmend_rehearsal_00000000000000cc");
	pg_do(&pg, "moving",
		"DROP DATABASE logmend_rehearsal_00000000000000dd");
	pg_do(&pg, "moving",
		"DROP DATABASE logmend_rehearsal_00000000000000ee");
}
END_TEST

WORLD_MAIN("scratch-database", 54338,
	copies_that_were_left_behind_are_dropped_by_the_next,
	a_copy_has_the_schema_and_the_history_and_no_rows,
	a_copy_of_a_database_without_a_history_has_none,
	a_copy_that_is_dropped_is_gone,
	a_copy_has_the_encoding_and_the_collation_of_the_original,
	a_role_that_may_not_make_one_is_told_the_grant,
	a_copy_that_cannot_be_filled_is_dropped_at_once)
