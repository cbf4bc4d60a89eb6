/* What of a run decides about a statement in it. */
#include "config.h"

#include <check.h>

#include "hands/plan/in-script.h"
#include "hands/sql/script.h"
#include "support/check_main.h"
#include "support/units.h"

static const char *const there[] = { "table \"old\"", NULL };

/* The last statement of the last unit. */
static struct in_script
last_of(const struct census *c)
{
	size_t unit = census_size(c) - 1;
	const struct script *s = census_units(c)[unit].script;
	return (struct in_script){ unit, s->n - 1, s->n,
		&s->statements[s->n - 1] };
}

START_TEST(a_table_that_the_run_makes_is_new_until_it_is_filled)
{
	static const struct {
		const char *first, *second;
		bool fresh, filled;
	} rows[] = {
		{ "CREATE TABLE a (id int)", "CREATE INDEX ON a (id)", true,
			false },
		{ "CREATE TABLE public.a (id int)", "CREATE INDEX ON a (id)",
			true, false },
		{ "CREATE TABLE a (id int); INSERT INTO a VALUES (1)",
			"CREATE INDEX ON a (id)", true, false },
		{ "CREATE TABLE a (id int); INSERT INTO a SELECT id FROM old",
			"CREATE INDEX ON a (id)", false, true },
		{ "CREATE TABLE s.a (id int)", "CREATE INDEX ON a (id)", false,
			false },
		{ "CREATE TABLE IF NOT EXISTS old (id int)",
			"CREATE INDEX ON a (id)", false, false },
		{ "SELECT 1", "CREATE INDEX ON a (id); CREATE TABLE a (id int)",
			false, false },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(units) struct units u = { 0 };
		units_add(&u, "1", rows[i].first);
		units_add(&u, "2", rows[i].second);
		own(census) struct census *c = units_census(&u, there);
		struct in_script at = last_of(c);
		ck_assert_msg(
			in_script_is_new(c, &at, NULL, "a") == rows[i].fresh,
			"row %zu", i);
		ck_assert_msg(in_script_is_filled(c, &at, NULL, "a") ==
				rows[i].filled,
			"row %zu", i);
	}
}
END_TEST

START_TEST(a_lock_of_an_earlier_statement_is_held)
{
	own(units) struct units locked = { 0 };
	own(units) struct units open = { 0 };
	units_add(&locked, "1",
		"CREATE INDEX ON old (id); CREATE INDEX ON old (id)");
	units_add(&open, "1",
		"CREATE TABLE a (id int); CREATE INDEX ON a (id); CREATE INDEX "
		"ON old (id)");
	own(census) struct census *one = units_census(&locked, there);
	own(census) struct census *two = units_census(&open, there);
	struct in_script behind = last_of(one), first = last_of(two);
	ck_assert(in_script_is_locked(one, &behind));
	ck_assert(!in_script_is_locked(two, &first));
}
END_TEST

START_TEST(a_constraint_that_the_run_adds_is_not_checked_yet)
{
	own(units) struct units u = { 0 };
	units_add(&u, "1",
		"ALTER TABLE old ADD CONSTRAINT c CHECK (id > 0) NOT VALID");
	units_add(&u, "2", "ALTER TABLE old VALIDATE CONSTRAINT c");
	units_add(&u, "3", "ALTER TABLE old VALIDATE CONSTRAINT d");
	own(census) struct census *c = units_census(&u, there);
	for (size_t unit = 1; unit < 3; unit++) {
		const struct statement *s =
			&census_units(c)[unit].script->statements[0];
		struct in_script at = { unit, 0, 1, s };
		ck_assert_int_eq(in_script_adds_unchecked(c, &at, &s->parts[0]),
			unit == 1);
	}
}
END_TEST

START_TEST(a_new_value_is_not_used_in_the_transaction_that_adds_it)
{
	static const struct {
		const char *rest;
		enum verdict verdict;
	} rows[] = {
		{ "SELECT 1", VERDICT_AUTO },
		{ "UPDATE old SET e = 'NEW'", VERDICT_FAILS },
		{ "CREATE TYPE f AS ENUM ('NEW')", VERDICT_AUTO },
		{ "CREATE TABLE a (e \"Kind\" DEFAULT 'NEW')", VERDICT_FAILS },
		{ "CREATE TABLE a (e text DEFAULT 'NEW')", VERDICT_AUTO },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(units) struct units u = { 0 };
		own(str) char *sql =
			xprintf("ALTER TYPE \"Kind\" ADD VALUE 'NEW'; %s",
				rows[i].rest);
		units_add(&u, "1", sql);
		own(census) struct census *c = units_census(&u, there);
		const struct statement *s =
			&census_units(c)[0].script->statements[0];
		struct in_script at = { 0, 0, 2, s };
		ck_assert_msg(in_script_uses_label(c, &at, &s->parts[0]) ==
				rows[i].verdict,
			"row %zu", i);
	}
	own(units) struct units later = { 0 };
	units_add(&later, "1", "ALTER TYPE \"Kind\" ADD VALUE 'NEW'");
	units_add(&later, "2", "UPDATE old SET e = 'NEW'");
	own(census) struct census *c = units_census(&later, there);
	ck_assert(in_script_labels_are_used_later(c));
}
END_TEST

START_TEST(only_an_index_alone_runs_apart)
{
	static const struct {
		const char *sql;
		bool apart;
	} rows[] = {
		{ "CREATE INDEX CONCURRENTLY i ON old (id)", true },
		{ "CREATE INDEX CONCURRENTLY i ON old (id); SELECT 1", false },
		{ "VACUUM old", false },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(units) struct units u = { 0 };
		units_add(&u, "1", "CREATE TABLE a (id int)");
		units_add(&u, "2", rows[i].sql);
		own(census) struct census *c = units_census(&u, there);
		ck_assert_msg(
			in_script_runs_apart(c) == rows[i].apart, "row %zu", i);
	}
}
END_TEST

START_TEST(a_time_out_is_short_if_it_is_no_longer_than_ours)
{
	static const struct {
		const char *sql;
		bool brief;
	} rows[] = {
		{ "SET lock_timeout = '400ms'", true },
		{ "SET lock_timeout = 500", true },
		{ "SET lock_timeout = '2s'", false },
		{ "SET lock_timeout = 0", false },
		{ "SET statement_timeout = '2s'", true },
		{ "SET statement_timeout = '1 day'", false },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(units) struct units u = { 0 };
		units_add(&u, "1", rows[i].sql);
		own(census) struct census *c = units_census(&u, there);
		const struct statement *s =
			&census_units(c)[0].script->statements[0];
		ck_assert_msg(in_script_is_short(&s->parts[0],
				      500 * USEC_SECOND / 1000,
				      60 * USEC_SECOND) == rows[i].brief,
			"%s", rows[i].sql);
	}
}
END_TEST

CHECK_MAIN("in-script", a_table_that_the_run_makes_is_new_until_it_is_filled,
	a_lock_of_an_earlier_statement_is_held,
	a_constraint_that_the_run_adds_is_not_checked_yet,
	a_new_value_is_not_used_in_the_transaction_that_adds_it,
	only_an_index_alone_runs_apart,
	a_time_out_is_short_if_it_is_no_longer_than_ours)
