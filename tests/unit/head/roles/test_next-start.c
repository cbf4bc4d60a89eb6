#include "config.h"
#include "head/roles/next-start.h"

#include "support/check_main.h"

#define LEAST (USEC_SECOND / 1000)
#define MOST (5 * LEAST)

struct starter {
	sd_event *loop;
	struct next_start *next;
	unsigned starts, until;
	usec pauses[8]; /* the one before each start */
	bool lives;     /* each is up before it ends */
	bool frees;     /* the first one frees what called it */
};

static void
start(void *arg)
{
	struct starter *s = arg;
	ck_assert(!next_start_is_planned(s->next));
	s->pauses[s->starts++] = next_start_pause(s->next);
	if (s->frees)
		next_start_free(take(s->next));
	if (s->starts == s->until) {
		sd_event_exit(s->loop, 0);
		return;
	}
	if (s->lives)
		next_start_up(s->next, clock_mono());
	next_start_plan(s->next, MOST);
	ck_assert(next_start_is_planned(s->next));
	ck_assert(!next_start_is_up(s->next));
}

static void
starter_open(struct starter *s)
{
	ck_assert_int_ge(sd_event_new(&s->loop), 0);
	s->next = next_start_new(s->loop, LEAST, start, s);
	ck_assert(!next_start_is_planned(s->next));
	ck_assert(!next_start_is_up(s->next));
	ck_assert_uint_eq(next_start_pause(s->next), 0);
}

static void
starter_close(struct starter *s)
{
	next_start_free(s->next);
	sd_event_unref(s->loop);
}

START_TEST(the_pause_doubles_up_to_the_most)
{
	/* That it was up for less than a minute changes nothing. */
	for (int lives = 0; lives <= 1; lives++) {
		struct starter s = { .until = 5, .lives = lives };
		starter_open(&s);
		next_start_plan(s.next, MOST);
		ck_assert_int_ge(sd_event_loop(s.loop), 0);
		ck_assert_uint_eq(s.starts, 5);
		ck_assert_uint_eq(s.pauses[0], LEAST);
		ck_assert_uint_eq(s.pauses[1], 2 * LEAST);
		ck_assert_uint_eq(s.pauses[2], 4 * LEAST);
		ck_assert_uint_eq(s.pauses[3], MOST);
		ck_assert_uint_eq(s.pauses[4], MOST);
		starter_close(&s);
	}
}
END_TEST

/* So a pause that grew long is cut where the reason may pass. */
START_TEST(each_plan_has_its_own_most)
{
	struct starter s = { .until = 1 };
	starter_open(&s);
	next_start_plan(s.next, 8 * LEAST);
	next_start_plan(s.next, 8 * LEAST);
	next_start_plan(s.next, 8 * LEAST);
	ck_assert_uint_eq(next_start_pause(s.next), 4 * LEAST);
	next_start_plan(s.next, 3 * LEAST);
	ck_assert_uint_eq(next_start_pause(s.next), 3 * LEAST);
	starter_close(&s);
}
END_TEST

START_TEST(one_that_lasted_a_minute_is_followed_after_the_least)
{
	struct starter s = { .until = 1 };
	starter_open(&s);
	next_start_plan(s.next, MOST);
	next_start_plan(s.next, MOST);
	next_start_up(s.next, clock_mono() - USEC_MINUTE - 1);
	next_start_plan(s.next, MOST);
	ck_assert_uint_eq(next_start_pause(s.next), LEAST);
	/* Of one that was not up again it says nothing. */
	next_start_plan(s.next, MOST);
	ck_assert_uint_eq(next_start_pause(s.next), 2 * LEAST);
	starter_close(&s);
}
END_TEST

START_TEST(of_two_plans_the_last_counts)
{
	struct starter s = { .until = 2 };
	starter_open(&s);
	next_start_plan(s.next, MOST);
	next_start_plan(s.next, MOST);
	while (s.starts == 0)
		ck_assert_int_ge(sd_event_run(s.loop, UINT64_MAX), 0);
	ck_assert_uint_eq(s.pauses[0], 2 * LEAST);
	ck_assert_int_ge(sd_event_loop(s.loop), 0);
	ck_assert_uint_eq(s.pauses[1], 4 * LEAST);
	starter_close(&s);
}
END_TEST

START_TEST(it_is_up_until_another_is_planned)
{
	struct starter s = { .until = 1 };
	starter_open(&s);
	next_start_up(s.next, clock_mono());
	ck_assert(next_start_is_up(s.next));
	ck_assert(!next_start_is_planned(s.next));
	next_start_plan(s.next, MOST);
	ck_assert(!next_start_is_up(s.next));
	starter_close(&s);
}
END_TEST

START_TEST(freeing_cancels_what_is_planned)
{
	struct starter s = { .until = 1 };
	starter_open(&s);
	next_start_plan(s.next, MOST);
	next_start_free(take(s.next));
	ck_assert_int_eq(sd_event_run(s.loop, 2 * MOST), 0);
	ck_assert_uint_eq(s.starts, 0);
	starter_close(&s);
}
END_TEST

START_TEST(who_is_called_may_free_it)
{
	struct starter s = { .until = 1, .frees = true };
	starter_open(&s);
	next_start_plan(s.next, MOST);
	ck_assert_int_ge(sd_event_loop(s.loop), 0);
	ck_assert_uint_eq(s.starts, 1);
	starter_close(&s);
}
END_TEST

CHECK_MAIN("next-start", the_pause_doubles_up_to_the_most,
	each_plan_has_its_own_most,
	one_that_lasted_a_minute_is_followed_after_the_least,
	of_two_plans_the_last_counts, it_is_up_until_another_is_planned,
	freeing_cancels_what_is_planned, who_is_called_may_free_it)
