#include "config.h"
#include "head/policy/overdue.h"

#include "support/check_main.h"

#define START (7 * USEC_HOUR)
#define LENGTH (100 * USEC_SECOND)

START_TEST(the_stages_follow_one_another_and_each_begins_once)
{
	struct overdue o = { 0 };
	ck_assert(!overdue_step(&o, START, LENGTH));
	ck_assert_uint_eq(o.next, START + LENGTH);
	ck_assert(!overdue_step(&o, START + LENGTH - 1, LENGTH));
	usec now = START + LENGTH;
	ck_assert(overdue_step(&o, now, LENGTH));
	ck_assert_int_eq(o.stage, OVERDUE_ASKED);
	ck_assert(!overdue_step(&o, now, LENGTH));
	now += OVERDUE_TERM;
	ck_assert(overdue_step(&o, now, LENGTH));
	ck_assert_int_eq(o.stage, OVERDUE_KILLED);
	ck_assert(!overdue_step(&o, now + OVERDUE_KILL - 1, LENGTH));
	now += OVERDUE_KILL;
	ck_assert(overdue_step(&o, now, LENGTH));
	ck_assert_int_eq(o.stage, OVERDUE_GIVEN_UP);
	ck_assert_uint_eq(o.next, USEC_NEVER);
	ck_assert(!overdue_step(&o, now + USEC_DAY, LENGTH));
}
END_TEST

/* Whoever was away for hours does not skip the time to end. */
START_TEST(a_late_look_skips_no_stage)
{
	struct overdue o = { 0 };
	(void)overdue_step(&o, START, LENGTH);
	usec late = START + USEC_DAY;
	ck_assert(overdue_step(&o, late, LENGTH));
	ck_assert_int_eq(o.stage, OVERDUE_ASKED);
	ck_assert(!overdue_step(&o, late, LENGTH));
	ck_assert_uint_eq(o.next, late + OVERDUE_TERM);
}
END_TEST

CHECK_MAIN("overdue", the_stages_follow_one_another_and_each_begins_once,
	a_late_look_skips_no_stage)
