/* The list of findings, and where it is full. */
#include "config.h"

#include <check.h>
#include <string.h>

#include "hands/diagnose/findings.h"
#include "support/check_main.h"
#include "wire/report.h"

static void
add_many(struct findings *f, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		findings_add(f, "number", ANSWER_YES, "%u", i);
}

START_TEST(findings_keep_the_order_in_which_they_were_made)
{
	own(findings) struct findings f = { 0 };
	findings_add(&f, "one", ANSWER_NO, "a %s", "b");
	findings_add(&f, "two", ANSWER_UNKNOWN, "c\n");
	ck_assert_uint_eq(f.n, 2);
	ck_assert_str_eq(f.list[0].name, "one");
	ck_assert_str_eq(f.list[0].text, "a b");
	ck_assert_int_eq(f.list[1].answer, ANSWER_UNKNOWN);
	ck_assert_ptr_null(strchr(f.list[1].text, '\n'));
}
END_TEST

START_TEST(a_full_list_has_every_finding)
{
	own(findings) struct findings f = { 0 };
	add_many(&f, FINDINGS_MAX);
	ck_assert_uint_eq(f.n, FINDINGS_MAX);
	ck_assert_str_eq(f.list[FINDINGS_MAX - 1].text, "63");
}
END_TEST

START_TEST(what_does_not_fit_is_counted_by_the_last_one)
{
	own(findings) struct findings f = { 0 };
	add_many(&f, FINDINGS_MAX + 1);
	ck_assert_uint_eq(f.n, FINDINGS_MAX);
	const struct finding *last = &f.list[FINDINGS_MAX - 1];
	ck_assert_str_eq(last->name, "more-findings");
	ck_assert_ptr_nonnull(strstr(last->text, "are 2 more findings"));
	ck_assert_str_eq(f.list[FINDINGS_MAX - 2].text, "62");
	add_many(&f, 10);
	ck_assert_uint_eq(f.n, FINDINGS_MAX);
	ck_assert_ptr_nonnull(strstr(last->text, "are 12 more findings"));
}
END_TEST

START_TEST(head_takes_a_full_list)
{
	ck_assert_uint_le(FINDINGS_MAX, REPORT_FINDINGS);
}
END_TEST

CHECK_MAIN("findings", findings_keep_the_order_in_which_they_were_made,
	a_full_list_has_every_finding,
	what_does_not_fit_is_counted_by_the_last_one, head_takes_a_full_list)
