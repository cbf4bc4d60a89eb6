#include "config.h"
#include "head/policy/limits.h"

#include <fcntl.h>
#include <unistd.h>

#include "support/check_main.h"

#define NOW (1000 * USEC_DAY)
#define MINUTES(n) ((usec)(n)*USEC_MINUTE)

static const struct policy careful = {
	.attempts = { 3, 10 },
	.cooldown = MINUTES(10),
};

/* Attempts that ended a minute after they started, minutes ago, newest first.
 */
static size_t
past(struct past_attempt *list, size_t n, const unsigned *minutes)
{
	for (size_t i = 0; i < n; i++) {
		usec started = NOW - MINUTES(minutes[i]);
		list[i] = (struct past_attempt){
			.started = started,
			.ended = started + MINUTES(1),
		};
	}
	return n;
}

static struct limits
limits_of(const struct past_attempt *list, size_t n)
{
	return (struct limits){
		.now = NOW, .policy = &careful, .past = list, .n_past = n
	};
}

START_TEST(the_first_attempt_is_allowed_and_says_which_limits_it_passed)
{
	struct limits l = limits_of(NULL, 0);
	struct limits_answer a = limits_check(&l);
	ck_assert(a.allowed);
	ck_assert_ptr_nonnull(strstr(a.text, "0 of 3 within the hour"));
	ck_assert_ptr_nonnull(strstr(a.text, "0 of 10 within the day"));
}
END_TEST

START_TEST(a_pause_and_a_freeze_forbid_everything)
{
	struct limits l = limits_of(NULL, 0);
	l.paused = true;
	struct limits_answer a = limits_check(&l);
	ck_assert(!a.allowed);
	ck_assert_uint_eq(a.until, NOW + LIMITS_STOP_RETRY);
	ck_assert_ptr_nonnull(strstr(a.text, "logmend resume"));
	l.paused = false;
	l.frozen = "/etc/logmend/freeze";
	a = limits_check(&l);
	ck_assert(!a.allowed);
	ck_assert_ptr_nonnull(strstr(a.text, "/etc/logmend/freeze"));
	l.frozen = NULL;
	l.awaited = true;
	a = limits_check(&l);
	ck_assert(!a.allowed);
	ck_assert_uint_eq(a.until, NOW + LIMITS_STOP_RETRY);
	ck_assert_str_eq(a.text, LIMITS_LABELS_AWAITED);
}
END_TEST

START_TEST(nothing_starts_beside_an_attempt_under_way)
{
	struct past_attempt list[1] = { { .started = NOW - 5 * USEC_DAY } };
	struct limits l = limits_of(list, 1);
	ck_assert(!limits_check(&l).allowed);
}
END_TEST

START_TEST(the_hour_has_room_again_when_its_oldest_leaves)
{
	struct past_attempt list[3];
	size_t n = past(list, 3, (const unsigned[]){ 15, 30, 45 });
	struct limits l = limits_of(list, n);
	struct limits_answer a = limits_check(&l);
	ck_assert(!a.allowed);
	ck_assert_uint_eq(a.until, NOW + MINUTES(15));
	l.now = a.until;
	ck_assert(limits_check(&l).allowed);
	l.now--;
	ck_assert(!limits_check(&l).allowed);
}
END_TEST

START_TEST(a_lowered_limit_looks_at_the_newest_only)
{
	/* Five within the hour, from when the limit was higher. */
	struct past_attempt list[5];
	size_t n = past(list, 5, (const unsigned[]){ 12, 20, 30, 40, 50 });
	struct limits l = limits_of(list, n);
	ck_assert_uint_eq(limits_check(&l).until, NOW + MINUTES(30));
}
END_TEST

START_TEST(the_day_counts_too)
{
	struct past_attempt list[10];
	unsigned minutes[10];
	for (unsigned i = 0; i < 10; i++)
		minutes[i] = 70 * (i + 1);
	size_t n = past(list, 10, minutes);
	struct limits l = limits_of(list, n);
	struct limits_answer a = limits_check(&l);
	ck_assert(!a.allowed);
	ck_assert_uint_eq(a.until, NOW + USEC_DAY - MINUTES(700));
}
END_TEST

START_TEST(no_attempts_means_none)
{
	struct policy none = careful;
	none.attempts.hour = 0;
	struct limits l = limits_of(NULL, 0);
	l.policy = &none;
	ck_assert(!limits_check(&l).allowed);
}
END_TEST

START_TEST(the_cooldown_runs_from_the_end_and_doubles_after_failures)
{
	static const struct {
		unsigned failed, minutes;
	} rows[] = { { 0, 10 }, { 1, 20 }, { 2, 40 } };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct past_attempt list[2];
		size_t n = past(list, 2, (const unsigned[]){ 5, 8 });
		for (unsigned k = 0; k < rows[i].failed; k++)
			list[k].failed = true;
		struct limits l = limits_of(list, n);
		struct limits_answer a = limits_check(&l);
		ck_assert(!a.allowed);
		ck_assert_uint_eq(
			a.until, list[0].ended + MINUTES(rows[i].minutes));
	}
}
END_TEST

START_TEST(an_older_failure_no_longer_doubles)
{
	struct past_attempt list[2];
	size_t n = past(list, 2, (const unsigned[]){ 5, 8 });
	list[1].failed = true;
	struct limits l = limits_of(list, n);
	ck_assert_uint_eq(limits_check(&l).until, list[0].ended + MINUTES(10));
}
END_TEST

START_TEST(the_cooldown_ends_after_six_hours_unless_it_was_longer)
{
	struct past_attempt list[9];
	struct policy p = { .attempts = { 100, 100 } };
	size_t n =
		past(list, 9, (const unsigned[]){ 1, 2, 3, 4, 5, 6, 7, 8, 9 });
	for (size_t i = 0; i < n; i++)
		list[i].failed = true;
	p.cooldown = MINUTES(10);
	struct limits l = limits_of(list, n);
	l.policy = &p;
	ck_assert_uint_eq(limits_check(&l).until, NOW + 6 * USEC_HOUR);
	p.cooldown = 8 * USEC_HOUR;
	ck_assert_uint_eq(limits_check(&l).until, NOW + 8 * USEC_HOUR);
}
END_TEST

START_TEST(a_clock_that_was_set_back_allows_nothing_more)
{
	struct past_attempt list[1] = { {
		.started = NOW + USEC_DAY,
		.ended = NOW + USEC_DAY + 1,
	} };
	struct limits l = limits_of(list, 1);
	struct limits_answer a = limits_check(&l);
	ck_assert(!a.allowed);
	ck_assert_uint_le(a.until, NOW + 6 * USEC_HOUR);
}
END_TEST

START_TEST(a_backoff_doubles_up_to_its_most)
{
	static const usec expected[] = { 5, 10, 20, 40, 80, 160, 320, 360 };
	for (unsigned i = 0; i < ELEMENTS(expected); i++)
		ck_assert_uint_eq(limits_recheck(i), MINUTES(expected[i]));
	ck_assert_uint_eq(limits_recheck(4000000000u), 6 * USEC_HOUR);
	ck_assert_uint_eq(limits_backoff(9, 4, 0), 4);
}
END_TEST

START_TEST(an_app_is_diagnosed_twelve_times_an_hour)
{
	usec starts[LIMITS_LOOKS_HOUR + 1];
	for (unsigned i = 0; i < ELEMENTS(starts); i++)
		starts[i] = NOW - MINUTES(59) + i;
	ck_assert(limits_look(starts, LIMITS_LOOKS_HOUR - 1, NOW).allowed);
	struct limits_answer a = limits_look(starts, LIMITS_LOOKS_HOUR, NOW);
	ck_assert(!a.allowed);
	ck_assert_uint_eq(a.until, starts[0] + USEC_HOUR);
	ck_assert(limits_look(starts, LIMITS_LOOKS_HOUR, a.until).allowed);
}
END_TEST

START_TEST(twenty_fingerprints_of_a_class_may_be_open)
{
	ck_assert(limits_open(0));
	ck_assert(limits_open(19));
	ck_assert(!limits_open(20));
}
END_TEST

START_TEST(unknown_causes_are_told_once_an_hour)
{
	ck_assert(limits_hourly_notice(0, NOW));
	ck_assert(!limits_hourly_notice(NOW - MINUTES(59), NOW));
	ck_assert(limits_hourly_notice(NOW - MINUTES(60), NOW));
	ck_assert(limits_hourly_notice(NOW + MINUTES(1), NOW));
}
END_TEST

START_TEST(a_freeze_file_counts_in_whatever_shape)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = xprintf("%s/freeze", folder);
	ck_assert(!limits_frozen(path));
	own(fd) int fd = open(path, O_CREAT | O_WRONLY, 0);
	ck_assert(limits_frozen(path));
	own(str) char *below = xprintf("%s/below", path);
	ck_assert(!limits_frozen(below));
	unlink(path);
	/* A link to nowhere was put there by somebody, too. */
	ck_assert_int_eq(symlink("/nonexistent", path), 0);
	ck_assert(limits_frozen(path));
	unlink(path);
	rmdir(folder);
}
END_TEST

CHECK_MAIN("limits",
	the_first_attempt_is_allowed_and_says_which_limits_it_passed,
	a_pause_and_a_freeze_forbid_everything,
	nothing_starts_beside_an_attempt_under_way,
	the_hour_has_room_again_when_its_oldest_leaves,
	a_lowered_limit_looks_at_the_newest_only, the_day_counts_too,
	no_attempts_means_none,
	the_cooldown_runs_from_the_end_and_doubles_after_failures,
	an_older_failure_no_longer_doubles,
	the_cooldown_ends_after_six_hours_unless_it_was_longer,
	a_clock_that_was_set_back_allows_nothing_more,
	a_backoff_doubles_up_to_its_most,
	an_app_is_diagnosed_twelve_times_an_hour,
	twenty_fingerprints_of_a_class_may_be_open,
	unknown_causes_are_told_once_an_hour,
	a_freeze_file_counts_in_whatever_shape)
