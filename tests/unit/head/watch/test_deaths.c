#include "config.h"
#include "head/watch/deaths.h"

#include "head/incidents/scheduler.h"
#include "unit/head/incidents/stage.h"

static struct scheduler *scheduler;
static struct deaths *deaths;
static usec now, steady;

static usec
on_wall(void *arg)
{
	(void)arg;
	return now;
}

static usec
on_steady(void *arg)
{
	(void)arg;
	return steady;
}

static const struct clock played = { on_wall, on_steady, NULL };

static void
on_wake(void *arg, usec wait)
{
	(void)arg;
	(void)wait;
}

static void
begin_deaths(void)
{
	const struct own_faults own = { &settings, scheduler, d.store };
	deaths = deaths_new(&own, steady);
	ok(deaths_begin(deaths, now, &why));
}

static void
start(void)
{
	set_up();
	d.clock = &played;
	d.wake = on_wake;
	now = NOW;
	steady = USEC_DAY;
	ok(scheduler_new(NULL, &d, &scheduler, &why));
	begin_deaths();
}

static void
stop(void)
{
	deaths_free(deaths);
	scheduler_free(scheduler);
	tear_down();
}

static void
pass(usec time)
{
	now += time;
	steady += time;
	scheduler_run(scheduler);
}

static struct container_news
death(const char *name, int code)
{
	return (struct container_news){ .id = (char *)name,
		.name = (char *)name,
		.service = (char *)"shop",
		.exit_code = code,
		.started = now - USEC_SECOND,
		.finished = now };
}

static void
die(const char *name, int code)
{
	struct container_news n = death(name, code);
	pass(USEC_SECOND);
	ok(deaths_take(deaths, &app, &n, now, steady, &why));
	scheduler_run(scheduler);
}

static void
tick(size_t running, size_t unhealthy)
{
	const struct deaths_alive alive = {
		.running = running, .unhealthy = unhealthy, .well = running
	};
	ok(deaths_tick(deaths, &app, &alive, steady, &why));
}

static size_t open_of(enum fault_class class)
{
	struct incident *list;
	size_t n;
	struct incident_filter f = {
		.app = "shop", .class = (int)class, .live = true
	};
	ok(store_incidents(d.store, &f, &list, &n, &why));
	incident_list_free(list, n);
	return n;
}

START_TEST(a_death_is_one_incident_until_a_container_lives_on)
{
	start();
	die("shop.1.a", 1);
	die("shop.1.b", 137);
	ck_assert_uint_eq(open_of(CLASS_CONTAINER_DIED), 1);
	struct incident i = get(1);
	ck_assert_uint_eq(i.count, 2);
	ck_assert_str_eq(i.rule, "docker");
	ck_assert_str_eq(state_name(i.state), "reported");
	ck_assert_str_eq(i.sample,
		"container shop.1.a ended, and nobody asked for it, with exit "
		"code 1, 1s after its start");
	incident_free(&i);
	pass(DEATHS_LIVES);
	tick(0, 0);
	ck_assert_uint_eq(open_of(CLASS_CONTAINER_DIED), 1);
	tick(1, 0);
	expect_state(1, STATE_RESOLVED);
	stop();
}
END_TEST

START_TEST(three_deaths_of_one_replica_are_a_loop)
{
	start();
	die("shop.1.a", 1);
	die("shop.2.b", 1);
	die("shop.3.c", 1);
	ck_assert_uint_eq(open_of(CLASS_CRASH_LOOP), 0);
	die("shop.1.d", 1);
	/* An end without an error is one of a loop, too. */
	die("shop.1.e", 0);
	ck_assert_uint_eq(open_of(CLASS_CRASH_LOOP), 1);
	ck_assert_uint_eq(open_of(CLASS_CONTAINER_DIED), 0);
	expect_state(1, STATE_CLOSED);
	die("shop.1.f", 1);
	ck_assert_uint_eq(open_of(CLASS_CONTAINER_DIED), 0);
	pass(DEATHS_LOOP_TIME - USEC_SECOND);
	tick(1, 0);
	ck_assert_uint_eq(open_of(CLASS_CRASH_LOOP), 1);
	pass(USEC_SECOND);
	tick(1, 0);
	ck_assert_uint_eq(open_of(CLASS_CRASH_LOOP), 0);
	stop();
}
END_TEST

START_TEST(deaths_that_lie_far_apart_are_no_loop)
{
	start();
	for (int i = 0; i < 10; i++) {
		die("shop.1.a", 1);
		pass(DEATHS_LOOP_TIME / 2);
	}
	ck_assert_uint_eq(open_of(CLASS_CRASH_LOOP), 0);
	stop();
}
END_TEST

START_TEST(an_end_without_an_error_alone_is_no_fault)
{
	start();
	die("shop.1.a", 0);
	die("shop.1.b", 0);
	ck_assert_uint_eq(open_of(CLASS_CONTAINER_DIED), 0);
	stop();
}
END_TEST

START_TEST(want_of_memory_and_bad_health_have_classes_of_their_own)
{
	start();
	struct container_news n = death("shop.1.a", 137);
	n.out_of_memory = true;
	ok(deaths_take(deaths, &app, &n, now, steady, &why));
	n = death("shop.2.b", 137);
	n.health = HEALTH_BAD;
	n.running = true;
	ok(deaths_unhealthy(deaths, &app, &n, now, steady, &why));
	n.running = false;
	ok(deaths_take(deaths, &app, &n, now, steady, &why));
	scheduler_run(scheduler);
	ck_assert_uint_eq(open_of(CLASS_OUT_OF_MEMORY), 1);
	ck_assert_uint_eq(open_of(CLASS_UNHEALTHY), 1);
	ck_assert_uint_eq(open_of(CLASS_CONTAINER_DIED), 0);
	pass(DEATHS_LIVES);
	tick(2, 1);
	ck_assert_uint_eq(open_of(CLASS_UNHEALTHY), 1);
	ck_assert_uint_eq(open_of(CLASS_OUT_OF_MEMORY), 0);
	tick(2, 0);
	ck_assert_uint_eq(open_of(CLASS_UNHEALTHY), 0);
	stop();
}
END_TEST

START_TEST(a_new_head_tells_what_nobody_told_and_ends_what_is_over)
{
	start();
	die("shop.1.a", 1);
	struct container_news old = death("shop.1.a", 1);
	old.finished = NOW;
	deaths_free(deaths);
	begin_deaths();
	struct container_news n = death("shop.2.b", 2);
	n.listed = old.listed = true;
	ok(deaths_take(deaths, &app, &old, now, steady, &why));
	ok(deaths_take(deaths, &app, &n, now, steady, &why));
	struct incident i = get(1);
	ck_assert_uint_eq(i.count, 2);
	incident_free(&i);
	deaths_free(deaths);
	begin_deaths();
	pass(DEATHS_LIVES);
	tick(1, 0);
	expect_state(1, STATE_RESOLVED);
	stop();
}
END_TEST

static void
take_listed(const char *name, usec finished)
{
	struct container_news n = death(name, 1);
	n.listed = true;
	n.finished = finished;
	n.started = finished - USEC_SECOND;
	ok(deaths_take(deaths, &app, &n, now, steady, &why));
}

static void
expect_count(uint64_t id, uint64_t count)
{
	own(incident) struct incident i = get(id);
	ck_assert_uint_eq(i.count, count);
}

START_TEST(a_list_tells_each_death_once_the_newest_first)
{
	start();
	pass(USEC_HOUR);
	for (int times = 0; times < 3; times++) {
		take_listed("shop.2.a", NOW + 40 * USEC_MINUTE);
		take_listed("shop.1.b", NOW + 30 * USEC_MINUTE);
		/* An event and a description differ by a moment. */
		take_listed("shop.1.b", NOW + 30 * USEC_MINUTE - 1);
		take_listed("shop.1.c", NOW + 10 * USEC_MINUTE);
		/* Of before logmend was there. */
		take_listed("shop.1.d", NOW - 1);
	}
	expect_count(1, 3);
	/* The mark does not go back: a new head tells none of them. */
	deaths_free(deaths);
	begin_deaths();
	take_listed("shop.2.a", NOW + 40 * USEC_MINUTE);
	take_listed("shop.1.b", NOW + 30 * USEC_MINUTE);
	expect_count(1, 3);
	stop();
}
END_TEST

START_TEST(a_list_without_order_shows_a_loop_as_well)
{
	start();
	pass(USEC_HOUR);
	take_listed("shop.1.a", NOW + 40 * USEC_MINUTE);
	take_listed("shop.1.b", NOW + 20 * USEC_MINUTE);
	take_listed("shop.1.c", NOW + 18 * USEC_MINUTE);
	ck_assert_uint_eq(open_of(CLASS_CRASH_LOOP), 0);
	take_listed("shop.1.d", NOW + 12 * USEC_MINUTE);
	ck_assert_uint_eq(open_of(CLASS_CRASH_LOOP), 1);
	stop();
}
END_TEST

START_TEST(bad_health_hides_no_death)
{
	start();
	pass(USEC_HOUR);
	struct container_news n = death("shop.2.b", 0);
	n.running = true;
	ok(deaths_unhealthy(deaths, &app, &n, now, steady, &why));
	deaths_free(deaths);
	begin_deaths();
	take_listed("shop.1.a", now - USEC_MINUTE);
	ck_assert_uint_eq(open_of(CLASS_CONTAINER_DIED), 1);
	stop();
}
END_TEST

START_TEST(a_reload_forgets_no_death)
{
	start();
	const struct own_faults own = { &settings, scheduler, d.store };
	die("shop.1.a", 1);
	die("shop.1.b", 1);
	struct deaths *kept = deaths;
	deaths = deaths_new(&own, steady);
	deaths_remember(deaths, kept);
	deaths_free(kept);
	ok(deaths_begin(deaths, now, &why));
	take_listed("shop.1.b", now - USEC_SECOND);
	ck_assert_uint_eq(open_of(CLASS_CRASH_LOOP), 0);
	die("shop.1.c", 1);
	ck_assert_uint_eq(open_of(CLASS_CRASH_LOOP), 1);
	stop();
}
END_TEST

/* Docker is ended twice, and the list tells all anew each time. */
START_TEST(what_was_passed_is_never_told)
{
	start();
	pass(USEC_HOUR);
	const struct own_faults own = { &settings, scheduler, d.store };
	struct container_news n[3];
	for (size_t i = 0; i < ELEMENTS(n); i++) {
		n[i] = death("shop.1.x", 137);
		n[i].id = (char *)(const char *[]){ "a", "b", "c" }[i];
		n[i].listed = true;
		n[i].finished = now - i * USEC_SECOND;
		n[i].started = n[i].finished - USEC_MINUTE;
		/* The clock was set back while the last one ran. */
		if (i == 2)
			n[i].started += USEC_HOUR;
		ck_assert(deaths_is_news(deaths, &app, &n[i]));
		ok(deaths_pass(deaths, &app, &n[i], now, &why));
		ck_assert(!deaths_is_news(deaths, &app, &n[i]));
	}
	struct deaths *kept = deaths;
	deaths = deaths_new(&own, steady);
	deaths_remember(deaths, kept);
	deaths_free(kept);
	ok(deaths_begin(deaths, now, &why));
	for (size_t i = 0; i < ELEMENTS(n); i++) {
		ck_assert(!deaths_is_news(deaths, &app, &n[i]));
		ok(deaths_take(deaths, &app, &n[i], now, steady, &why));
	}
	ck_assert_uint_eq(open_of(CLASS_CONTAINER_DIED), 0);
	/* They hide no other of the list, and make no loop. */
	take_listed("shop.1.d", now - USEC_MINUTE);
	take_listed("shop.1.e", now - USEC_MINUTE);
	ck_assert_uint_eq(open_of(CLASS_CONTAINER_DIED), 1);
	ck_assert_uint_eq(open_of(CLASS_CRASH_LOOP), 0);
	/* One that is started again may die. */
	pass(USEC_MINUTE);
	n[0].started = now - 2 * USEC_SECOND;
	n[0].finished = now;
	ck_assert(deaths_is_news(deaths, &app, &n[0]));
	stop();
}
END_TEST

CHECK_MAIN("deaths", a_death_is_one_incident_until_a_container_lives_on,
	three_deaths_of_one_replica_are_a_loop,
	deaths_that_lie_far_apart_are_no_loop,
	an_end_without_an_error_alone_is_no_fault,
	want_of_memory_and_bad_health_have_classes_of_their_own,
	a_new_head_tells_what_nobody_told_and_ends_what_is_over,
	a_list_tells_each_death_once_the_newest_first,
	a_list_without_order_shows_a_loop_as_well, bad_health_hides_no_death,
	a_reload_forgets_no_death, what_was_passed_is_never_told)
