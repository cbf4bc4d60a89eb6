#include "config.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/io/file.h"
#include "eyes/readings.h"
#include "support/check_main.h"
#include "support/roads.h"
#include "wire/role.h"

static struct reading *
add(struct readings *all, uint32_t id, int watch)
{
	struct source source = { .id = id, .watch = watch, .follow = true };
	return readings_add(all, &source, 100);
}

static uint32_t
next(struct readings *all, usec now)
{
	const struct reading *r = readings_next(all, now);
	return r ? r->id : 0;
}

START_TEST(sources_are_read_in_turn)
{
	struct readings all = { 0 };
	for (uint32_t id = 1; id <= 3; id++)
		(void)add(&all, id, -1);
	ck_assert_uint_eq(next(&all, 99), 0);
	for (int round = 0; round < 2; round++)
		for (uint32_t id = 1; id <= 3; id++)
			ck_assert_uint_eq(next(&all, 100), id);
	readings_find(&all, 2)->due = USEC_NEVER;
	ck_assert_uint_eq(next(&all, 100), 1);
	ck_assert_uint_eq(next(&all, 100), 3);
	readings_drop(&all, readings_find(&all, 3));
	ck_assert_ptr_null(readings_find(&all, 3));
	ck_assert_uint_eq(next(&all, 100), 1);
	readings_free(&all);
}
END_TEST

/* Head stores what it gets before more comes. */
START_TEST(a_source_waits_for_what_is_not_acknowledged)
{
	struct readings all = { 0 };
	struct reading *r = add(&all, 1, -1);
	ck_assert_uint_eq(readings_due(&all), 100);
	r->under_way = EYES_WINDOW;
	ck_assert_uint_eq(next(&all, 200), 0);
	ck_assert_uint_eq(readings_due(&all), USEC_NEVER);
	r->under_way--;
	ck_assert_uint_eq(next(&all, 200), 1);
	r->over = true;
	ck_assert_uint_eq(next(&all, 200), 0);
	readings_free(&all);
}
END_TEST

START_TEST(an_event_wakes_its_source_but_not_at_every_line)
{
	struct readings all = { 0 };
	(void)add(&all, 1, 7);
	(void)add(&all, 2, 8);
	/* Adding one may move the others. */
	struct reading *r = readings_find(&all, 1);
	r->due = readings_find(&all, 2)->due = USEC_NEVER;
	r->read_at = 1000;
	readings_wake(&all, 7, 1001);
	ck_assert_uint_gt(r->due, 1001);
	ck_assert_uint_eq(readings_due(&all), r->due);
	ck_assert_uint_eq(readings_find(&all, 2)->due, USEC_NEVER);
	/* A later event does not put it off. */
	usec due = r->due;
	readings_wake(&all, 7, 1002);
	ck_assert_uint_eq(r->due, due);
	readings_wake_all(&all, 10 * USEC_SECOND);
	ck_assert_uint_eq(readings_find(&all, 2)->due, 10 * USEC_SECOND);
	readings_free(&all);
}
END_TEST

/* A record that is open at the end is closed after a second without news. */
START_TEST(an_open_record_makes_its_source_due_again)
{
	struct stock stock;
	struct readings all = { 0 };
	struct why why;
	own(batch) struct batch batch = { 0 };
	stock_open(&stock);
	int fd = memfd_create("log", MFD_CLOEXEC);
	ck_assert_int_eq(write_all(fd, SPAN("text\n")), 0);
	struct reading *r = add(&all, 1, -1);
	ck_assert_int_eq(
		reader_open(&r->source, fd, &stock.tools, &r->reader, &why), 0);
	ck_assert_int_eq(reader_step(r->reader, false, 100, &batch, &why), 0);
	reading_rests(r, 100);
	ck_assert_uint_eq(r->due, 100 + USEC_SECOND);
	ck_assert_int_ge(
		reader_step(r->reader, false, r->due, &batch, &why), 0);
	reading_rests(r, 100 + USEC_SECOND);
	ck_assert_uint_eq(r->due, USEC_NEVER);
	readings_free(&all);
	stock_close(&stock);
}
END_TEST

/* CPU time that goes by while lines are read: a millisecond at each look. */
static usec
slow_clock(void *arg)
{
	return *(usec *)arg += 1000;
}

static void
add_log(struct readings *all, struct stock *stock, uint32_t id,
	const char *line, unsigned lines)
{
	struct why why = { "" };
	struct source source = { .id = id, .watch = -1, .follow = true };
	int fd = memfd_create("log", MFD_CLOEXEC);
	while (lines--)
		ck_assert_int_eq(write_all(fd, span_of(line)), 0);
	ck_assert_int_eq(
		rules_select(stock->rules, NULL, NULL, &source, &why), 0);
	struct reading *r = readings_add(all, &source, 1);
	ck_assert_int_eq(
		reader_open(&source, fd, &stock->tools, &r->reader, &why), 0);
}

/* What eyes do in a turn. */
static uint32_t
have_turn(struct readings *all, uint64_t *ret_fault)
{
	struct why why = { "" };
	own(batch) struct batch batch = { 0 };
	struct reading *r = readings_next(all, 1);
	ck_assert_ptr_nonnull(r);
	int n = reader_step(r->reader, false, 1, &batch, &why);
	ck_assert_msg(n >= 0, "%s", why.text);
	if (n == READER_ALL)
		r->due = USEC_NEVER;
	*ret_fault = n == READER_BATCH ? batch.n_faults : 0;
	return r->id;
}

/* Two apps whose visitors keep eyes busy, and one with a fault. */
START_TEST(a_log_that_is_dear_to_read_delays_no_other)
{
	struct stock stock;
	struct readings all = { 0 };
	usec cpu = 0;
	uint64_t faults = 0;
	unsigned turns[4] = { 0 };
	stock_open(&stock);
	stock.tools.turn = (struct turn){ .cpu = slow_clock, .arg = &cpu };
	add_log(&all, &stock, 1, "P2021 { The table `x` does not exist\n",
		90000);
	add_log(&all, &stock, 2, "Migration name: P3018 relation\n", 90000);
	add_log(&all, &stock, 3,
		"{\"level\":50,\"msg\":\"The table `public.X` does not exist "
		"in the current database.\"}\n",
		1);
	for (unsigned i = 0; i < 3; i++) {
		uint64_t found;
		turns[have_turn(&all, &found)]++;
		faults += found;
	}
	ck_assert_uint_eq(turns[1], 1);
	ck_assert_uint_eq(turns[2], 1);
	ck_assert_uint_eq(turns[3], 1);
	ck_assert_uint_eq(faults, 1);
	/* Neither of the two was read to its end, and both come on. */
	readings_drop(&all, readings_find(&all, 3));
	unsigned n = 0;
	while (readings_due(&all) != USEC_NEVER) {
		uint64_t found;
		turns[have_turn(&all, &found)]++;
		ck_assert_uint_lt(++n, 2000);
	}
	ck_assert_uint_gt(turns[1], 10);
	ck_assert_uint_gt(turns[2], 10);
	readings_free(&all);
	stock_close(&stock);
}
END_TEST

CHECK_MAIN("readings", a_log_that_is_dear_to_read_delays_no_other,
	sources_are_read_in_turn, a_source_waits_for_what_is_not_acknowledged,
	an_event_wakes_its_source_but_not_at_every_line,
	an_open_record_makes_its_source_due_again)
