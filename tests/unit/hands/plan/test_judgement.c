/* What is said of a run whose parts were judged. */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hands/plan/judgement.h"
#include "hands/sql/script.h"
#include "support/check_main.h"
#include "support/units.h"

#define SQL                                                          \
	"CREATE TABLE a (id int); CREATE INDEX i ON old (id); DROP " \
	"TABLE old;"

static const char *const there[] = { "table \"old\"", NULL };

/* One judgement for each statement of SQL. */
static void
judge(const struct census *c, enum verdict second, enum verdict third,
	struct judgements *to)
{
	const struct statement *s = census_units(c)[0].script->statements;
	judgements_add(
		to, &(struct judgement){ 0, 0, &s[0].parts[0], .fresh = true });
	judgements_add(to,
		&(struct judgement){ 0, 1, &s[1].parts[0], .verdict = second });
	judgements_add(to,
		&(struct judgement){ 0, 2, &s[2].parts[0], .verdict = third });
	to->list[1].reason = xstrdup("builds an index");
	to->list[1].figures = xstrdup("about 3 ms");
	to->list[2].reason = xstrdup("drops a table");
}

START_TEST(the_strictest_counts_for_all)
{
	own(units) struct units u = { 0 };
	units_add(&u, "1_a", SQL);
	own(census) struct census *c = units_census(&u, there);
	static const struct {
		enum verdict second, third, all;
	} rows[] = {
		{ VERDICT_AUTO, VERDICT_AUTO, VERDICT_AUTO },
		{ VERDICT_GATED, VERDICT_AUTO, VERDICT_GATED },
		{ VERDICT_GATED, VERDICT_ASK, VERDICT_ASK },
		{ VERDICT_ASK, VERDICT_NEVER, VERDICT_NEVER },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(judgements) struct judgements j = { 0 };
		judge(c, rows[i].second, rows[i].third, &j);
		ck_assert_int_eq(judgements_verdict(&j), rows[i].all);
	}
	own(judgements) struct judgements none = { 0 };
	ck_assert_int_eq(judgements_verdict(&none), VERDICT_AUTO);
	ck_assert_ptr_null(judgements_of(&none, 0, 0));
}
END_TEST

START_TEST(doubts_begin_with_the_strictest)
{
	own(units) struct units u = { 0 };
	units_add(&u, "1_a", SQL);
	own(census) struct census *c = units_census(&u, there);
	own(judgements) struct judgements j = { 0 };
	judge(c, VERDICT_ASK, VERDICT_NEVER, &j);
	own(strings) char **doubts = judgements_doubts(&j, c, true);
	ck_assert_str_eq(
		doubts[0], "statement 3 of 1_a (DROP TABLE) drops a table");
	ck_assert_ptr_nonnull(strstr(doubts[1],
		"statement 2 of 1_a (CREATE "
		"INDEX) builds an index"));
	ck_assert_ptr_nonnull(strstr(doubts[1], "about 3 ms"));
	ck_assert_ptr_null(doubts[2]);
	own(strings) char **bare = judgements_doubts(&j, c, false);
	ck_assert_ptr_null(strstr(bare[1], "about 3 ms"));
}
END_TEST

START_TEST(a_note_tells_the_lock_of_a_table_that_was_there)
{
	own(units) struct units u = { 0 };
	units_add(&u, "1_a", SQL);
	own(census) struct census *c = units_census(&u, there);
	own(judgements) struct judgements j = { 0 };
	judge(c, VERDICT_GATED, VERDICT_NEVER, &j);
	ck_assert_int_eq(judgements_lock(&j, 0, 0), LOCK_NONE);
	ck_assert_int_eq(judgements_lock(&j, 0, 1), LOCK_SHARE);
	ck_assert_int_eq(judgements_effect(&j, 0, 1), EFFECT_BUILD);
	ck_assert_int_eq(judgements_lock(&j, 0, 2), LOCK_ACCESS_EXCLUSIVE);
	own(str) char *fresh = judgements_note(&j, 0, 0);
	own(str) char *index = judgements_note(&j, 0, 1);
	ck_assert_ptr_null(fresh);
	ck_assert_ptr_nonnull(strstr(index, "lock SHARE, effect build"));
}
END_TEST

CHECK_MAIN("judgement", the_strictest_counts_for_all,
	doubts_begin_with_the_strictest,
	a_note_tells_the_lock_of_a_table_that_was_there)
