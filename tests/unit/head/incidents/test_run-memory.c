#include "config.h"
#include "head/incidents/run-memory.h"

#include "support/check_main.h"

#define NOW (20000 * USEC_DAY)

START_TEST(a_hold_ends_at_its_time_and_holds_nobody_else)
{
	struct run_memory m = { 0 };
	run_memory_hold(&m, 1, NOW + 30);
	run_memory_hold(&m, 1, NOW + 10);
	ck_assert_uint_eq(run_memory_held(&m, 2, NOW), 0);
	ck_assert_uint_eq(run_memory_held(&m, 1, NOW), NOW + 30);
	ck_assert_uint_eq(run_memory_held(&m, 1, NOW + 20), NOW + 30);
	ck_assert_uint_eq(run_memory_held(&m, 1, NOW + 30), 0);
	run_memory_release(&m);
}
END_TEST

START_TEST(a_clock_that_was_set_back_does_not_make_a_hold_longer)
{
	struct run_memory m = { 0 };
	run_memory_hold(&m, 1, NOW + 30);
	ck_assert_uint_eq(run_memory_held(&m, 1, NOW - USEC_DAY), 0);
	run_memory_release(&m);
}
END_TEST

START_TEST(losses_are_counted_for_each_incident)
{
	struct run_memory m = { 0 };
	ck_assert_uint_eq(run_memory_lost(&m, 1), 1);
	ck_assert_uint_eq(run_memory_lost(&m, 2), 1);
	ck_assert_uint_eq(run_memory_lost(&m, 1), 2);
	run_memory_release(&m);
	ck_assert_uint_eq(run_memory_lost(&m, 1), 1);
	run_memory_release(&m);
}
END_TEST

START_TEST(an_attempt_of_this_run_is_known_by_its_key)
{
	struct run_memory m = { 0 };
	ck_assert(!run_memory_began(&m, "one"));
	run_memory_begin(&m, "one");
	run_memory_begin(&m, "two");
	ck_assert(run_memory_began(&m, "one"));
	ck_assert(run_memory_began(&m, "two"));
	ck_assert(!run_memory_began(&m, "three"));
	run_memory_release(&m);
	ck_assert(!run_memory_began(&m, "one"));
}
END_TEST

START_TEST(a_file_is_unread_since_the_first_time_until_it_is_read)
{
	struct run_memory m = { 0 };
	ck_assert_uint_eq(run_memory_unread(&m, 1, NOW), NOW);
	ck_assert_uint_eq(run_memory_unread(&m, 1, NOW + 5), NOW);
	ck_assert_uint_eq(run_memory_unread(&m, 2, NOW + 6), NOW + 6);
	ck_assert_uint_eq(run_memory_unread(&m, 1, NOW - 9), NOW - 9);
	run_memory_read(&m, 1);
	ck_assert_uint_eq(run_memory_unread(&m, 1, NOW + 7), NOW + 7);
	ck_assert_uint_eq(run_memory_unread(&m, 2, NOW + 8), NOW + 6);
	run_memory_release(&m);
}
END_TEST

START_TEST(what_is_waited_for_takes_as_long_though_the_clock_is_set)
{
	struct run_memory m = { 0 };
	run_memory_hold(&m, 1, NOW + 30);
	(void)run_memory_unread(&m, 1, NOW);
	run_memory_shift(&m, (int64_t)USEC_DAY);
	ck_assert_uint_eq(
		run_memory_held(&m, 1, NOW + USEC_DAY), NOW + USEC_DAY + 30);
	ck_assert_uint_eq(
		run_memory_unread(&m, 1, NOW + USEC_DAY + 9), NOW + USEC_DAY);
	run_memory_release(&m);
}
END_TEST

CHECK_MAIN("run-memory", a_hold_ends_at_its_time_and_holds_nobody_else,
	a_clock_that_was_set_back_does_not_make_a_hold_longer,
	losses_are_counted_for_each_incident,
	an_attempt_of_this_run_is_known_by_its_key,
	a_file_is_unread_since_the_first_time_until_it_is_read,
	what_is_waited_for_takes_as_long_though_the_clock_is_set)
