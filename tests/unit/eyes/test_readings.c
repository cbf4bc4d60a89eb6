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

CHECK_MAIN("readings", sources_are_read_in_turn,
	a_source_waits_for_what_is_not_acknowledged,
	an_event_wakes_its_source_but_not_at_every_line,
	an_open_record_makes_its_source_due_again)
