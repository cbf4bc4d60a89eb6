#include "config.h"
#include "head/notices/told-receivers.h"

#include <string.h>

#include "support/check_main.h"

#define WALL (20000 * USEC_DAY)

static struct told_receivers
fresh(void)
{
	return (struct told_receivers){ .again = USEC_DAY, .anew = USEC_HOUR };
}

/* As another process reads it, `later`, whose steady clock is `now` then. */
static struct told_receivers
over_a_restart(const struct told_receivers *l, usec then, usec later, usec now)
{
	own(buf) struct buf text = { 0 };
	struct told_receivers next = fresh();
	buf_add_str(&text, "first");
	told_receivers_write(l, &text, 4096, then, WALL);
	struct span rest = buf_span(&text), line;
	while (span_cut(&rest, '\n', &line))
		told_receivers_read(&next, line, now, WALL + later);
	return next;
}

START_TEST(what_was_told_outlives_a_restart)
{
	struct told_receivers l = fresh();
	const usec then = 100 * USEC_HOUR;
	told_receiver_took(&l, told_receivers_of(&l, "my ops"), then);
	told_receiver_took(&l, told_receivers_of(&l, "boss"), then);
	told_receivers_rest(&l);
	told_receiver_took(&l, told_receivers_of(&l, "boss"), then);
	(void)told_receivers_of(&l, "never");
	/* The machine may have been started anew meanwhile. */
	const usec nows[] = { then + USEC_MINUTE, USEC_SECOND };
	for (size_t i = 0; i < ELEMENTS(nows); i++) {
		const usec now = nows[i];
		struct told_receivers next =
			over_a_restart(&l, then, USEC_MINUTE, now);
		const struct told_receiver *ops =
			told_receivers_of(&next, "my ops");
		const struct told_receiver *boss =
			told_receivers_of(&next, "boss");
		ck_assert(!ops->told && boss->told);
		ck_assert_uint_eq(ops->due, now + USEC_HOUR - USEC_MINUTE);
		ck_assert_uint_eq(boss->due, now + USEC_DAY - USEC_MINUTE);
		ck_assert(ops->taken && boss->taken);
		ck_assert_ptr_null(boss->next ? boss->next->next : NULL);
		told_receivers_free(&next);
	}
	told_receivers_free(&l);
}
END_TEST

START_TEST(a_clock_that_was_set_back_holds_nobody_for_longer)
{
	struct told_receivers l = fresh();
	told_receivers_read(&l, SPAN("1 1800000000000000 ops"), USEC_DAY, 1);
	ck_assert_uint_eq(told_receivers_of(&l, "ops")->due, 2 * USEC_DAY);
	told_receivers_free(&l);
}
END_TEST

START_TEST(what_is_no_line_of_it_is_left_out)
{
	static const char *const lines[] = { "", "1", "1 2", "1 2 ", "x 2 ops",
		"1 x ops", "1 99999999999999999999 ops", "-1 2 ops" };
	struct told_receivers l = fresh();
	for (size_t i = 0; i < ELEMENTS(lines); i++)
		told_receivers_read(&l, span_of(lines[i]), USEC_DAY, WALL);
	ck_assert_ptr_null(l.first);
}
END_TEST

START_TEST(what_does_not_fit_is_left_out_as_a_whole)
{
	struct told_receivers l = fresh();
	own(buf) struct buf text = { 0 };
	told_receiver_took(&l, told_receivers_of(&l, "ops"), 1);
	told_receiver_took(&l,
		told_receivers_of(&l, "one-whose-name-is-longer-than-there-is"),
		1);
	told_receivers_write(&l, &text, 30, 1, WALL);
	ck_assert_str_eq(buf_str(&text), "\n1 1728000000000000 ops");
	told_receivers_free(&l);
}
END_TEST

CHECK_MAIN("told-receivers", what_was_told_outlives_a_restart,
	a_clock_that_was_set_back_holds_nobody_for_longer,
	what_is_no_line_of_it_is_left_out,
	what_does_not_fit_is_left_out_as_a_whole)
