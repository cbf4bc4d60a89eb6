/* Every byte of a plan. */
#include "config.h"
#include "hands/plan/plan-listing.h"

#include <check.h>
#include <stdlib.h>

#include "hands/diagnose/census.h"
#include "support/check_main.h"
#include "support/diagnosed.h"
#include "wire/plan.h"

static const struct judgements unjudged;

START_TEST(every_line_stands_with_the_statement_that_begins_on_it)
{
	static char *doubts[] = { (char *)"statement 3 of 1_a (SELECT) asks",
		NULL };
	own(diagnosed) struct diagnosed x;
	own(buf) struct buf text = { 0 };
	diagnosed_begin(&x);
	diagnosed_pending(&x, "1_a",
		"-- first\nCREATE TABLE a (\n\tid int\n);\n\n"
		"CREATE INDEX ON a(id); SELECT 1;\n-- \x1b[2J last");
	diagnosed_pending(&x, "2_b", "SELECT 2");
	diagnosed_end(&x, NULL);
	x.d.makes_history = true;
	x.d.plan.statements = 4;
	ck_assert(plan_listing(&x.d, &unjudged, doubts, &text));
	own(str) char *expected =
		xprintf("4 statements; the guard did not pass:\n"
			"! statement 3 of 1_a (SELECT) asks\n"
			"\nthe table _prisma_migrations is created first\n"
			"\nmigration 1_a, 83 bytes, SHA-256 %s, all in one "
			"transaction:\n"
			"     1        | -- first\n"
			"     2     #1 | CREATE TABLE a (\n"
			"     3        | \\tid int\n"
			"     4        | );\n"
			"     5        | \n"
			"     6   #2-3 | CREATE INDEX ON a(id); SELECT 1;\n"
			"     7        | -- \\x1b[2J last\n"
			"\nmigration 2_b, 8 bytes, SHA-256 %s, all in one "
			"transaction:\n"
			"     1     #1 | SELECT 2\n",
			census_units(x.d.run)[0].unit->checksum,
			census_units(x.d.run)[1].unit->checksum);
	ck_assert_str_eq(buf_str(&text), expected);
}
END_TEST

START_TEST(what_does_not_parse_is_listed_as_well)
{
	own(diagnosed) struct diagnosed x;
	own(buf) struct buf text = { 0 };
	diagnosed_begin(&x);
	diagnosed_pending(&x, "1_a", "not sql");
	diagnosed_end(&x, NULL);
	ck_assert(plan_listing(&x.d, &unjudged, NULL, &text));
	ck_assert_ptr_nonnull(strstr(
		buf_str(&text), "\n(it cannot be told into statements: "));
	ck_assert_ptr_nonnull(strstr(buf_str(&text), " | not sql\n"));
}
END_TEST

/* A pending script of so many bytes in one line, `times` times. */
static bool
list_long(unsigned times, struct buf *ret)
{
	own(buf) struct buf sql = { 0 };
	own(diagnosed) struct diagnosed x;
	buf_add_str(&sql, "SELECT '");
	while (sql.len < 900000)
		buf_add_char(&sql, 'y');
	buf_add_str(&sql, "' -- the end");
	diagnosed_begin(&x);
	for (unsigned i = 0; i < times; i++)
		diagnosed_pending(&x, "1_a", buf_str(&sql));
	diagnosed_end(&x, NULL);
	return plan_listing(&x.d, &unjudged, NULL, ret);
}

/* A long line is not cut, and what is beyond the limit gives no listing at all
 * rather than a part of one. */
START_TEST(a_listing_is_whole_or_is_none)
{
	own(buf) struct buf whole = { 0 };
	own(buf) struct buf none = { 0 };
	ck_assert(list_long(1, &whole));
	ck_assert(span_ends(buf_span(&whole), SPAN("y' -- the end\n")));
	ck_assert(!list_long(5, &none));
	ck_assert_uint_eq(none.len, 0);
}
END_TEST

CHECK_MAIN("plan-listing",
	every_line_stands_with_the_statement_that_begins_on_it,
	what_does_not_parse_is_listed_as_well, a_listing_is_whole_or_is_none)
