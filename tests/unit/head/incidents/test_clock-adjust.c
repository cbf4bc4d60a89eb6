#include "config.h"
#include "head/incidents/clock-adjust.h"

#include <stdlib.h>

#include "support/check_main.h"

#define NOW ((usec)1795350344 * USEC_SECOND)
#define BOOTED (3 * USEC_DAY) /* ago */
#define DATABASE "db:5432/moving"

static struct store *store;
static struct why why;

static void
ok(int r)
{
	ck_assert_msg(r >= 0, "%s", why.text);
}

static void
begin(void)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = xprintf("%s/logmend.db", folder);
	ok(store_open(path, &store, &why));
}

/* The wall says `now` when the steady clock is `at` after NOW. */
static int64_t
follow(struct clock_adjust *t, usec now, usec at)
{
	int64_t by = 0;
	int r = clock_adjust_follow(t, store, now, BOOTED + at, &by, &why);
	ok(r);
	ck_assert_int_eq(r, by != 0);
	return by;
}

static uint64_t
add(enum incident_state state, const struct incident *with)
{
	struct incident i = *with;
	i.app = (char *)"shop";
	i.rule = (char *)"r";
	i.class = CLASS_MISSING_TABLE;
	i.state = state;
	ok(store_incident_add(store, &i, &why));
	return i.id;
}

static struct incident
get(uint64_t id)
{
	struct incident i = { 0 };
	ok(store_incident_get(store, id, &i, &why));
	return i;
}

static void
add_attempt(uint64_t incident, usec started, usec ended)
{
	struct attempt a = { .incident = incident,
		.number = 1,
		.key = "7b3e8a52-0d3c-4b7e-9a50-3c2f1d0e9b11",
		.database = (char *)DATABASE,
		.started = started,
		.ended = ended };
	ok(store_attempt_add(store, &a, &why));
}

static struct past_attempt
past(void)
{
	struct past_attempt *list = NULL;
	size_t n = 0;
	ok(store_past_attempts(store, DATABASE, &list, &n, &why));
	ck_assert_uint_eq(n, 1);
	struct past_attempt p = list[0];
	free(list);
	return p;
}

START_TEST(a_clock_that_runs_moves_nothing)
{
	begin();
	struct clock_adjust t = { 0 };
	ck_assert_int_eq(follow(&t, NOW, 0), 0);
	ck_assert_int_eq(follow(&t, NOW + USEC_DAY, USEC_DAY), 0);
	ck_assert_int_eq(
		follow(&t, NOW + USEC_HOUR + 59 * USEC_SECOND, USEC_HOUR), 0);
	store_close(store);
}
END_TEST

START_TEST(small_steps_add_up)
{
	begin();
	struct clock_adjust t = { 0 };
	(void)follow(&t, NOW, 0);
	ck_assert_int_eq(follow(&t, NOW + 40 * USEC_SECOND, 0), 0);
	ck_assert_int_eq(follow(&t, NOW + 80 * USEC_SECOND, 0),
		(int64_t)(80 * USEC_SECOND));
	store_close(store);
}
END_TEST

START_TEST(forward_keeps_what_is_due_ahead)
{
	begin();
	struct clock_adjust t = { 0 };
	(void)follow(&t, NOW, 0);
	uint64_t id = add(STATE_VERIFYING,
		&(struct incident){ .quiet_until = NOW + USEC_MINUTE,
			.wait_until = NOW + 2 * USEC_MINUTE,
			.recheck_due = NOW + 3 * USEC_MINUTE,
			.committed = NOW - USEC_MINUTE,
			.expires = NOW + USEC_MINUTE,
			.since = NOW - USEC_MINUTE });
	add_attempt(id, NOW - 2 * USEC_MINUTE, NOW - USEC_MINUTE);
	ok(store_look_add(store, "shop", NOW - USEC_MINUTE, &why));
	ck_assert_int_eq(follow(&t, NOW + USEC_DAY, 0), (int64_t)USEC_DAY);
	own(incident) struct incident i = get(id);
	ck_assert_uint_eq(i.quiet_until, NOW + USEC_DAY + USEC_MINUTE);
	ck_assert_uint_eq(i.wait_until, NOW + USEC_DAY + 2 * USEC_MINUTE);
	ck_assert_uint_eq(i.recheck_due, NOW + USEC_DAY + 3 * USEC_MINUTE);
	ck_assert_uint_eq(i.committed, NOW + USEC_DAY - USEC_MINUTE);
	ck_assert_uint_eq(i.waiting_since, 0);
	/* The code's own time has come. */
	ck_assert_uint_eq(i.expires, NOW + USEC_MINUTE);
	struct past_attempt p = past();
	ck_assert_uint_eq(p.started, NOW + USEC_DAY - 2 * USEC_MINUTE);
	ck_assert_uint_eq(p.ended, NOW + USEC_DAY - USEC_MINUTE);
	usec *looks;
	size_t n;
	ok(store_looks(
		store, "shop", NOW + USEC_DAY - USEC_HOUR, &looks, &n, &why));
	ck_assert_uint_eq(n, 1);
	free(looks);
	store_close(store);
}
END_TEST

START_TEST(back_keeps_what_was_behind)
{
	begin();
	struct clock_adjust t = { 0 };
	(void)follow(&t, NOW, 0);
	uint64_t id = add(STATE_RESOLVED,
		&(struct incident){ .opened = NOW - 9 * USEC_DAY,
			.since = NOW - USEC_MINUTE,
			.committed = NOW - 2 * USEC_MINUTE,
			.expires = NOW + USEC_MINUTE,
			.recheck_due = NOW + USEC_MINUTE });
	add_attempt(id, NOW - 2 * USEC_MINUTE, 0);
	usec now = NOW - USEC_DAY;
	ck_assert_int_eq(follow(&t, now, 0), -(int64_t)USEC_DAY);
	own(incident) struct incident i = get(id);
	ck_assert_uint_eq(i.opened, NOW - 9 * USEC_DAY);
	ck_assert_uint_eq(i.since, now - USEC_MINUTE);
	ck_assert_uint_eq(i.committed, now - 2 * USEC_MINUTE);
	ck_assert_uint_eq(i.expires, now + USEC_MINUTE);
	ck_assert_uint_eq(i.recheck_due, now + USEC_MINUTE);
	struct past_attempt p = past();
	ck_assert_uint_eq(p.started, now - 2 * USEC_MINUTE);
	ck_assert_uint_eq(p.ended, 0);
	store_close(store);
}
END_TEST

START_TEST(it_is_noticed_over_a_restart)
{
	begin();
	struct clock_adjust first = { 0 }, second = { 0 };
	(void)follow(&first, NOW, 0);
	uint64_t id = add(STATE_WAITING,
		&(struct incident){ .wait_until = NOW + USEC_HOUR });
	ck_assert_int_eq(
		follow(&second, NOW + USEC_DAY + USEC_MINUTE, USEC_MINUTE),
		(int64_t)USEC_DAY);
	own(incident) struct incident i = get(id);
	ck_assert_uint_eq(i.wait_until, NOW + USEC_DAY + USEC_HOUR);
	ck_assert_int_eq(follow(&second, NOW + USEC_DAY, 0), 0);
	store_close(store);
}
END_TEST

START_TEST(there_and_back_is_where_it_was)
{
	begin();
	struct clock_adjust t = { 0 };
	(void)follow(&t, NOW, 0);
	uint64_t id = add(STATE_WAITING,
		&(struct incident){ .wait_until = NOW + USEC_HOUR,
			.committed = NOW - USEC_MINUTE });
	add_attempt(id, NOW - 2 * USEC_MINUTE, NOW - USEC_MINUTE);
	(void)follow(&t, NOW + USEC_DAY, 0);
	(void)follow(&t, NOW, 0);
	own(incident) struct incident i = get(id);
	ck_assert_uint_eq(i.wait_until, NOW + USEC_HOUR);
	ck_assert_uint_eq(i.committed, NOW - USEC_MINUTE);
	ck_assert_uint_eq(past().started, NOW - 2 * USEC_MINUTE);
	store_close(store);
}
END_TEST

START_TEST(a_clock_that_began_wrong_moves_nothing_that_was_right)
{
	begin();
	struct clock_adjust t = { 0 };
	struct incident waiting = { .wait_until = NOW + USEC_HOUR };
	uint64_t id = add(STATE_WAITING, &waiting);
	add_attempt(id, NOW - USEC_HOUR, NOW - USEC_HOUR + 1);
	/* Without a battery it was 1970 until somebody was asked. */
	(void)follow(&t, USEC_DAY, 0);
	ck_assert_int_ne(follow(&t, NOW, USEC_SECOND), 0);
	struct past_attempt p = past();
	ck_assert_uint_eq(p.started, NOW - USEC_HOUR);
	own(incident) struct incident i = get(id);
	ck_assert_uint_eq(i.wait_until, NOW + USEC_HOUR);
	store_close(store);
}
END_TEST

CHECK_MAIN("timeshift", a_clock_that_began_wrong_moves_nothing_that_was_right,
	a_clock_that_runs_moves_nothing, small_steps_add_up,
	forward_keeps_what_is_due_ahead, back_keeps_what_was_behind,
	it_is_noticed_over_a_restart, there_and_back_is_where_it_was)
