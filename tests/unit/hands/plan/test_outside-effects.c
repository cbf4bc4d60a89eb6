/* Which scripts are not tried on a copy, and the sentence for it. The table of
 * statements is in tests/unit/hands/sql/test_script.c. */
#include "config.h"

#include <check.h>
#include <stdlib.h>

#include "hands/plan/outside-effects.h"
#include "support/check_main.h"
#include "support/units.h"

static void
ck_outside(const char *sql, const char *expected)
{
	own(units) struct units u = { 0 };
	units_add(&u, "1_fine", "CREATE TABLE a (id int)");
	units_add(&u, "2_odd", sql);
	own(str) char *why = outside_effects_of(u.list, u.n);
	if (expected)
		ck_assert_str_eq(why, expected);
	else
		ck_assert_ptr_null(why);
}

START_TEST(a_script_that_stays_inside_is_tried)
{
	ck_outside("CREATE INDEX ON a(id)", NULL);
}
END_TEST

START_TEST(a_statement_of_an_outside_kind_is_named)
{
	ck_outside("SELECT 1; CREATE ROLE x",
		"statement 2 of 2_odd may reach beyond its database (CREATE "
		"ROLE), so it is not tried on a copy");
}
END_TEST

START_TEST(a_function_that_acts_outside_is_named)
{
	ck_outside("SELECT dblink_exec('x', 'y')",
		"statement 1 of 2_odd may reach beyond its database (dblink), "
		"so it is not tried on a copy");
}
END_TEST

START_TEST(a_word_counts_only_in_code_that_no_parser_sees)
{
	ck_outside("CREATE TABLE role (server text)", NULL);
	ck_outside("DO $$ BEGIN ALTER ROLE x; END $$",
		"statement 1 of 2_odd may reach beyond its database (role), so "
		"it is not tried on a copy");
	ck_outside("DO $$ BEGIN PERFORM 1 FROM \"role\"; END $$", NULL);
}
END_TEST

START_TEST(what_does_not_parse_is_not_tried)
{
	ck_outside("not sql",
		"what 2_odd does cannot be told, so it is not tried on a copy");
}
END_TEST

CHECK_MAIN("outside-effects", a_script_that_stays_inside_is_tried,
	a_statement_of_an_outside_kind_is_named,
	a_function_that_acts_outside_is_named,
	a_word_counts_only_in_code_that_no_parser_sees,
	what_does_not_parse_is_not_tried)
