#include "config.h"
#include "head/watch/told-deaths.h"

#include <string.h>

#include "support/check_main.h"

#define NOW (20000 * USEC_DAY)

static struct container_news
listed(const char *id, usec finished)
{
	return (struct container_news){ .id = (char *)id,
		.name = (char *)id,
		.started = finished - USEC_SECOND,
		.finished = finished,
		.listed = true };
}

/* A list has the newest first, mostly. */
START_TEST(a_long_list_hides_none_of_its_own)
{
	static const size_t n = 2000;
	struct told_deaths t = { 0 };
	for (int times = 0; times < 2; times++)
		for (size_t i = 0; i < n; i++) {
			own(str) char *id = xprintf("shop.1.%zu", i);
			struct container_news one =
				listed(id, NOW - i * USEC_MINUTE);
			ck_assert_int_eq(told_deaths_have(&t, &one), times);
			if (!times)
				(void)told_deaths_keep(&t, &one, NOW);
		}
	ck_assert_uint_eq(t.mark, 0);
	told_deaths_free(&t);
}
END_TEST

START_TEST(of_too_many_the_oldest_is_forgotten_and_told_no_more)
{
	struct told_deaths t = { 0 };
	struct container_news oldest = listed("shop.1.x", NOW - 7);
	(void)told_deaths_keep(&t, &oldest, NOW);
	for (size_t i = 0; i < TOLD_DEATHS_KEPT; i++) {
		own(str) char *id = xprintf("shop.1.%zu", i);
		struct container_news one = listed(id, NOW + i);
		(void)told_deaths_keep(&t, &one, NOW + USEC_DAY);
	}
	ck_assert_uint_eq(t.n, TOLD_DEATHS_KEPT);
	ck_assert_uint_eq(t.mark, NOW - 7);
	ck_assert(told_deaths_have(&t, &oldest));
	struct container_news kept = listed("shop.1.0", NOW);
	ck_assert(told_deaths_have(&t, &kept));
	struct container_news other = listed("shop.1.y", NOW - 6);
	ck_assert(!told_deaths_have(&t, &other));
	told_deaths_free(&t);
}
END_TEST

static struct deaths_counted
count_of(const usec *minutes, size_t n, usec of)
{
	struct told_deaths t = { 0 };
	struct told_death found = { 0 };
	for (size_t i = 0; i < n; i++) {
		own(str) char *id = xprintf("shop.1.%zu", i);
		struct container_news one =
			listed(id, NOW + minutes[i] * USEC_MINUTE);
		struct told_death *kept =
			told_deaths_keep(&t, &one, NOW + USEC_DAY);
		if (minutes[i] == of)
			found = *kept;
	}
	struct deaths_counted c = told_deaths_count(&t, &found);
	told_deaths_free(&t);
	return c;
}

START_TEST(the_time_with_the_most_deaths_counts)
{
	static const usec minutes[] = { 40, 9, 0, 19, 18, 11, 30 };
	struct deaths_counted c = count_of(minutes, ELEMENTS(minutes), 11);
	ck_assert_uint_eq(c.times, 4);
	ck_assert_uint_eq(c.time, 10 * USEC_MINUTE);
	ck_assert(!c.newest);
	c = count_of(minutes, ELEMENTS(minutes), 40);
	ck_assert_uint_eq(c.times, 2);
	ck_assert(c.newest);
	c = count_of(minutes, ELEMENTS(minutes), 0);
	ck_assert_uint_eq(c.times, 2);
	ck_assert(!c.newest);
}
END_TEST

START_TEST(what_was_passed_and_other_replicas_count_for_nothing)
{
	struct told_deaths t = { 0 };
	struct container_news n = listed("shop.1.a", NOW);
	(void)told_deaths_keep(&t, &n, NOW);
	n = listed("shop.2.b", NOW);
	(void)told_deaths_keep(&t, &n, NOW);
	n = listed("shop.1.c", NOW);
	told_deaths_keep(&t, &n, NOW)->slot[0] = '\0';
	struct told_death of = { .at = NOW, .slot = "shop.1" };
	ck_assert_uint_eq(told_deaths_count(&t, &of).times, 1);
	told_deaths_free(&t);
}
END_TEST

/* Swarm notices an end a moment later. */
START_TEST(one_that_is_gone_by_now_is_told_once)
{
	struct told_deaths t = { .mark = NOW };
	struct container_news n = listed("shop.1.a", NOW + 30 * USEC_SECOND);
	(void)told_deaths_keep(&t, &n, NOW + USEC_DAY);
	struct container_news gone = listed("shop.1.a", NOW + USEC_MINUTE);
	gone.gone = true;
	gone.started = 0;
	ck_assert(told_deaths_have(&t, &gone));
	/* An earlier head told it. */
	gone.id = (char *)"shop.1.b";
	gone.finished = NOW + 9 * USEC_SECOND;
	ck_assert(told_deaths_have(&t, &gone));
	gone.finished = NOW + 11 * USEC_SECOND;
	ck_assert(!told_deaths_have(&t, &gone));
	told_deaths_free(&t);
}
END_TEST

START_TEST(a_copy_is_one_of_its_own)
{
	struct told_deaths t = { 0 }, copy;
	told_deaths_copy(&copy, &t);
	struct container_news n = listed("shop.1.a", NOW);
	(void)told_deaths_keep(&copy, &n, NOW);
	ck_assert(told_deaths_have(&copy, &n));
	ck_assert(!told_deaths_have(&t, &n));
	told_deaths_free(&copy);
	told_deaths_free(&t);
}
END_TEST

CHECK_MAIN("told-deaths", a_long_list_hides_none_of_its_own,
	of_too_many_the_oldest_is_forgotten_and_told_no_more,
	the_time_with_the_most_deaths_counts,
	what_was_passed_and_other_replicas_count_for_nothing,
	one_that_is_gone_by_now_is_told_once, a_copy_is_one_of_its_own)
