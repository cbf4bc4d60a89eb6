/* A person must be able to read what they approve. */
#include "config.h"
#include "head/notices/question.h"

#include "head/model/incident.h"
#include "support/check_main.h"
#include "wire/plan.h"

static struct incident
asked(unsigned statements)
{
	struct incident i = { .id = 7 };
	i.plan.remedy = xstrdup("prisma");
	i.plan.statements = statements;
	return i;
}

static void
ck_doubts(const struct incident *i, const char *expected, bool whole)
{
	own(buf) struct buf text = { 0 };
	ck_assert_int_eq(question_doubts(&text, i), whole);
	ck_assert_str_eq(buf_str(&text), expected);
}

START_TEST(what_the_guard_did_not_pass_is_named_with_its_reason)
{
	own(incident) struct incident i = asked(42);
	plan_doubt(&i.plan,
		"statement 42 of 2_b (DO) runs code that no "
		"parser sees");
	plan_doubt(&i.plan, "statement 7 of 1_a works on\x1b a table");
	ck_doubts(&i,
		"\nThe guard did not pass 2 of 42 statements:"
		"\n! statement 42 of 2_b (DO) runs code that no parser sees"
		"\n! statement 7 of 1_a works on\\x1b a table",
		true);
}
END_TEST

START_TEST(what_the_guard_passed_is_said_too)
{
	own(incident) struct incident one = asked(1);
	own(incident) struct incident two = asked(2);
	ck_doubts(&one, "\nThe guard passed the only statement.", true);
	ck_doubts(&two, "\nThe guard passed every statement.", true);
}
END_TEST

START_TEST(doubts_without_room_are_counted)
{
	own(incident) struct incident i = asked(99);
	for (unsigned k = 0; k < 40; k++)
		plan_doubt(&i.plan, "x");
	own(buf) struct buf text = { 0 };
	ck_assert(!question_doubts(&text, &i));
	ck_assert(span_ends(buf_span(&text), SPAN("\n! and 28 more")));
	ck_assert(!question_is_whole(&i));
}
END_TEST

START_TEST(a_plan_with_room_is_shown_to_its_last_byte)
{
	own(incident) struct incident i = asked(2);
	plan_step(&i.plan, "apply 1_a:");
	plan_step(&i.plan, "CREATE TABLE a (\n\tid int\n)");
	own(buf) struct buf text = { 0 };
	ck_assert(question_steps(&text, &i));
	ck_assert_str_eq(buf_str(&text),
		"1. apply 1_a:\n"
		"2. CREATE TABLE a (\n"
		"    id int\n"
		"   )");
	ck_assert(question_is_whole(&i));
}
END_TEST

START_TEST(what_a_chat_alters_is_not_shown_whole)
{
	static const char *const altered[] = { "SELECT '`'",
		"SELECT 'https://x'", "SELECT '@here'" };
	for (size_t k = 0; k < ELEMENTS(altered); k++) {
		own(incident) struct incident i = asked(1);
		plan_step(&i.plan, "%s", altered[k]);
		ck_assert(!question_is_whole(&i));
	}
}
END_TEST

START_TEST(a_plan_without_room_ends_with_a_whole_step)
{
	own(incident) struct incident i = asked(5);
	own(buf) struct buf long_step = { 0 };
	while (long_step.len < PLAN_TEXT_MAX - 24)
		buf_add_char(&long_step, 'x');
	for (unsigned k = 0; k < 5; k++)
		plan_step(&i.plan, "%s", buf_str(&long_step));
	own(buf) struct buf text = { 0 };
	ck_assert(!question_steps(&text, &i));
	ck_assert_uint_eq(text.len, 2 * (long_step.len + 3) + 1);
	ck_assert(!i.plan.cut);
	ck_assert(!question_is_whole(&i));
}
END_TEST

START_TEST(a_plan_that_was_cut_before_is_never_whole)
{
	own(incident) struct incident i = asked(1);
	plan_step(&i.plan, "short");
	i.plan.cut = true;
	ck_assert(!question_is_whole(&i));
}
END_TEST

CHECK_MAIN("question", what_the_guard_did_not_pass_is_named_with_its_reason,
	what_the_guard_passed_is_said_too, doubts_without_room_are_counted,
	a_plan_with_room_is_shown_to_its_last_byte,
	what_a_chat_alters_is_not_shown_whole,
	a_plan_without_room_ends_with_a_whole_step,
	a_plan_that_was_cut_before_is_never_whole)
