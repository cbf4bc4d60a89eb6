#include "config.h"
#include "head/incidents/scheduler.h"

#include "unit/head/incidents/stage.h"

static struct scheduler *scheduler;
static usec now, steady, woken;

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
	woken = wait;
}

static void
start(void)
{
	d.clock = &played;
	d.wake = on_wake;
	now = NOW;
	steady = USEC_DAY;
	ok(scheduler_new(NULL, &d, &scheduler, &why));
}

static void
stop(void)
{
	scheduler_free(scheduler);
	tear_down();
}

/* Later, for both clocks. */
static void
run_at(usec when)
{
	steady += when - now;
	now = when;
	scheduler_run(scheduler);
}

/* What every start begins with is answered. */
static void
answer_target(void)
{
	struct report r = looked(CAUSE_NONE, ANSWER_UNKNOWN);
	fake_hands_end(expect_sent(FOR_TARGET), &r);
	report_free(&r);
}

static size_t
looks(void)
{
	usec *list = NULL;
	size_t n = 0;
	ok(store_looks(d.store, "shop", 0, &list, &n, &why));
	free(list);
	return n;
}

START_TEST(an_open_incident_is_looked_at_and_the_look_is_counted)
{
	set_up();
	own(incident) struct incident i = add(STATE_OPEN);
	start();
	run_at(NOW);
	answer_target();
	run_at(NOW + 1);
	expect_state(i.id, STATE_DIAGNOSING);
	expect_sent(FOR_DIAGNOSIS);
	ck_assert_uint_eq(looks(), 1);
	stop();
}
END_TEST

START_TEST(a_rehearsal_ends_with_the_head_that_began_it)
{
	set_up();
	own(incident) struct incident i = add(STATE_REHEARSING);
	start();
	expect_state(i.id, STATE_DIAGNOSING);
	expect_timeline(i.id, "state diagnosing: logmend was started again|");
	stop();
}
END_TEST

START_TEST(what_rests_is_probed_again_when_it_is_due)
{
	set_up();
	own(incident) struct incident i = add(STATE_REPORTED);
	i.recheck_due = NOW + USEC_HOUR;
	ok(store_incident_save(d.store, &i, &why));
	start();
	run_at(NOW);
	answer_target();
	run_at(NOW + USEC_HOUR - 1);
	expect_nothing_sent();
	ck_assert_uint_le(woken, 1000);
	run_at(NOW + USEC_HOUR);
	expect_sent(FOR_RECHECK);
	stop();
}
END_TEST

START_TEST(a_clock_that_is_set_is_noticed_within_the_minute)
{
	set_up();
	start();
	run_at(NOW);
	answer_target();
	run_at(NOW + 1);
	ck_assert_uint_le(woken, USEC_MINUTE);
	now += USEC_HOUR; /* the wall's clock alone */
	scheduler_run(scheduler);
	ck_assert_ptr_nonnull(strstr(noted, "the clock was set forward by 1h"));
	stop();
}
END_TEST

START_TEST(a_clock_that_is_set_ends_no_patience)
{
	set_up();
	own(incident) struct incident i = add(STATE_MENDING);
	add_attempt(
		i.id, "7b3e8a52-0d3c-4b7e-9a50-3c2f1d0e9b11", NOW, 0, false);
	start();
	run_at(NOW);
	answer_target();
	fake_file_break(-5);
	run_at(NOW + 1);
	now += USEC_HOUR; /* the wall's clock alone */
	run_at(now + USEC_MINUTE);
	expect_state(i.id, STATE_MENDING);
	run_at(now + 15 * USEC_MINUTE);
	expect_state(i.id, STATE_IN_DOUBT);
	stop();
}
END_TEST

START_TEST(an_app_that_is_configured_no_more_is_left_alone)
{
	set_up();
	own(incident) struct incident i = add(STATE_OPEN);
	settings.n_apps = 0;
	start();
	run_at(NOW + USEC_DAY);
	expect_state(i.id, STATE_OPEN);
	expect_nothing_sent();
	stop();
	settings.n_apps = 1;
}
END_TEST

START_TEST(what_hands_say_meanwhile_reaches_the_timeline)
{
	set_up();
	own(incident) struct incident i = add(STATE_OPEN);
	start();
	run_at(NOW);
	answer_target();
	run_at(NOW + 1);
	fake_hands_step(expect_sent(FOR_DIAGNOSIS), "asking the catalog");
	expect_timeline(i.id, "state diagnosing|step asking the catalog|");
	stop();
}
END_TEST

CHECK_MAIN("scheduler", an_open_incident_is_looked_at_and_the_look_is_counted,
	a_rehearsal_ends_with_the_head_that_began_it,
	what_rests_is_probed_again_when_it_is_due,
	a_clock_that_is_set_is_noticed_within_the_minute,
	a_clock_that_is_set_ends_no_patience,
	an_app_that_is_configured_no_more_is_left_alone,
	what_hands_say_meanwhile_reaches_the_timeline)
