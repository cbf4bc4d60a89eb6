#include "config.h"
#include "eyes/pause.h"

#include "support/check_main.h"

#define SECOND USEC_SECOND

START_TEST(a_record_is_complete_after_a_second_without_more)
{
	struct pause p = { 0 };
	ck_assert_uint_eq(pause_due(&p), USEC_NEVER);
	ck_assert(!pause_look(&p, 10, 20, false, 500));
	ck_assert_uint_eq(pause_due(&p), 500 + SECOND);
	ck_assert(!pause_look(&p, 10, 20, false, 499 + SECOND));
	ck_assert(pause_look(&p, 10, 20, false, 500 + SECOND));
	pause_forget(&p);
	ck_assert_uint_eq(pause_due(&p), USEC_NEVER);
}
END_TEST

START_TEST(what_grew_since_the_last_look_has_not_paused)
{
	struct pause p = { 0 };
	(void)pause_look(&p, 10, 20, false, 1);
	/* A line more, and one that has no end yet. */
	ck_assert(!pause_look(&p, 10, 30, false, 1 + SECOND));
	ck_assert(!pause_look(&p, 10, 30, true, 1 + 2 * SECOND));
	ck_assert_uint_eq(pause_due(&p), 1 + 3 * SECOND);
	ck_assert(pause_look(&p, 10, 30, false, 1 + 3 * SECOND));
}
END_TEST

START_TEST(another_record_waits_anew)
{
	struct pause p = { 0 };
	(void)pause_look(&p, 10, 20, false, 1);
	ck_assert(!pause_look(&p, 20, 20, false, 1 + SECOND));
	ck_assert(pause_look(&p, 20, 20, false, 1 + 2 * SECOND));
}
END_TEST

START_TEST(another_file_waits_anew)
{
	struct pause p = { 0 };
	(void)pause_look(&p, 10, 20, false, 1);
	pause_renew(&p, SECOND);
	ck_assert(!pause_look(&p, 10, 20, false, 1 + SECOND));
	ck_assert(pause_look(&p, 10, 20, false, 2 * SECOND));
}
END_TEST

START_TEST(a_clock_that_jumps_ends_no_pause)
{
	struct pause p = { 0 };
	(void)pause_look(&p, 10, 20, false, USEC_HOUR);
	ck_assert(!pause_look(&p, 10, 20, false, 2 * USEC_HOUR));
	ck_assert_uint_eq(pause_due(&p), 2 * USEC_HOUR + SECOND);
	ck_assert(!pause_look(&p, 10, 30, false, 3 * USEC_HOUR));
	ck_assert(!pause_look(&p, 10, 30, false, USEC_HOUR));
	ck_assert_uint_eq(pause_due(&p), USEC_HOUR + SECOND);
	ck_assert(pause_look(&p, 10, 30, false, USEC_HOUR + SECOND));
}
END_TEST

/* A machine that is too busy to look in time puts it off once. */
START_TEST(looks_that_are_always_late_end_it_too)
{
	struct pause p = { 0 };
	(void)pause_look(&p, 10, 20, false, 1);
	ck_assert(!pause_look(&p, 10, 20, false, 1 + 5 * SECOND));
	ck_assert(pause_look(&p, 10, 20, false, 1 + 10 * SECOND));
}
END_TEST

START_TEST(a_record_that_grows_for_ever_is_closed_at_last)
{
	struct pause p = { 0 };
	uint64_t end = 20;
	usec now = 1;
	while (!pause_look(&p, 10, end, false, now)) {
		end++;
		now += SECOND / 2;
		ck_assert_uint_lt(now, 2 * USEC_MINUTE);
	}
	ck_assert_uint_gt(now, 30 * SECOND);
}
END_TEST

CHECK_MAIN("pause", a_record_is_complete_after_a_second_without_more,
	what_grew_since_the_last_look_has_not_paused, another_record_waits_anew,
	another_file_waits_anew, a_clock_that_jumps_ends_no_pause,
	looks_that_are_always_late_end_it_too,
	a_record_that_grows_for_ever_is_closed_at_last)
