#include "config.h"
#include "head/incidents/scheduler.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "unit/head/incidents/stage.h"

#define KEY "7b3e8a52-0d3c-4b7e-9a50-3c2f1d0e9b11"

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

START_TEST(hands_that_cannot_be_started_use_up_no_diagnosis)
{
	set_up();
	own(incident) struct incident i = add(STATE_OPEN);
	start();
	run_at(NOW);
	answer_target();
	fake_hands_refuse(-EAGAIN);
	for (unsigned k = 0; k < LIMITS_LOOKS_HOUR + 3; k++)
		run_at(now + USEC_MINUTE);
	ck_assert_uint_eq(looks(), 0);
	fake_hands_refuse(0);
	run_at(now + USEC_MINUTE);
	expect_sent(FOR_DIAGNOSIS);
	stop();
}
END_TEST

static int
full(void *arg, struct why *w)
{
	(void)arg;
	return because(w, -ENOSPC, "the disk is full");
}

START_TEST(a_look_that_cannot_be_counted_is_not_made)
{
	set_up();
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	start();
	run_at(NOW);
	answer_target();
	memory_store_watch(d.store, full, NULL);
	run_at(NOW + 1);
	expect_nothing_sent();
	ck_assert_str_eq(noted, "the disk is full");
	memory_store_watch(d.store, NULL, NULL);
	run_at(NOW + USEC_MINUTE);
	expect_sent(FOR_DIAGNOSIS);
	stop();
}
END_TEST

START_TEST(an_app_is_diagnosed_twelve_times_an_hour)
{
	set_up();
	own(incident) struct incident i = add(STATE_OPEN);
	for (unsigned k = 0; k < LIMITS_LOOKS_HOUR; k++)
		ok(store_look_add(d.store, "shop", NOW - k, &why));
	start();
	run_at(NOW);
	answer_target();
	run_at(NOW + 1);
	expect_nothing_sent();
	expect_timeline(i.id,
		"decision this app was diagnosed 12 times within the hour|");
	run_at(NOW + USEC_HOUR);
	expect_sent(FOR_DIAGNOSIS);
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

START_TEST(a_question_that_nobody_answers_expires)
{
	set_up();
	own(incident) struct incident i = add(STATE_AWAITING_APPROVAL);
	i.expires = NOW + USEC_HOUR;
	ok(store_incident_save(d.store, &i, &why));
	start();
	run_at(NOW + USEC_HOUR - 1);
	expect_state(i.id, STATE_AWAITING_APPROVAL);
	run_at(NOW + USEC_HOUR);
	expect_state(i.id, STATE_EXPIRED);
	ck_assert_uint_eq(notices(i.id, NOTICE_END), 1);
	stop();
}
END_TEST

START_TEST(an_approved_plan_is_probed_again_once_nothing_forbids_it)
{
	set_up();
	own(incident) struct incident i = add(STATE_AWAITING_APPROVAL);
	i.expires = NOW + USEC_HOUR;
	incident_set(&i.approved_by, "root (uid 0)");
	ok(store_incident_save(d.store, &i, &why));
	ok(store_pause(d.store, NOW, &why));
	start();
	run_at(NOW);
	answer_target();
	run_at(NOW + 1);
	expect_nothing_sent();
	ok(store_resume(d.store, &why));
	run_at(NOW + 2);
	expect_sent(FOR_APPROVED);
	stop();
}
END_TEST

START_TEST(what_a_limit_holds_up_is_not_looked_at_meanwhile)
{
	set_up();
	own(incident) struct incident i = add(STATE_WAITING);
	ok(store_pause(d.store, NOW, &why));
	start();
	run_at(NOW);
	answer_target();
	for (int k = 0; k < 20; k++)
		run_at(now + USEC_MINUTE);
	expect_state(i.id, STATE_WAITING);
	ck_assert_uint_eq(looks(), 0);
	/* Said once. */
	expect_timeline(i.id,
		"decision paused: no attempt starts before `logmend "
		"resume`|");
	stop();
}
END_TEST

START_TEST(an_attempt_that_no_hands_began_is_begun_with_its_key)
{
	set_up();
	own(incident) struct incident i = add(STATE_MENDING);
	add_attempt(i.id, KEY, NOW, 0, false);
	start();
	run_at(NOW);
	answer_target();
	run_at(NOW + 1);
	ck_assert_str_eq(expect_sent(FOR_MEND)->key, KEY);
	stop();
}
END_TEST

START_TEST(an_attempt_that_hands_lost_is_recovered)
{
	set_up();
	own(incident) struct incident i = add(STATE_MENDING);
	add_attempt(i.id, KEY, NOW, 0, false);
	ck_assert_int_eq(fake_file_make(KEY), 0);
	fake_file_end(KEY, ATTEMPT_FILE_LOST, NULL);
	start();
	run_at(NOW);
	answer_target();
	run_at(NOW + 1);
	ck_assert_str_eq(expect_sent(FOR_RECOVERY)->key, KEY);
	stop();
}
END_TEST

START_TEST(the_quiet_period_ends_before_the_mend_is_verified)
{
	set_up();
	own(incident) struct incident i = add(STATE_VERIFYING);
	i.quiet_until = NOW + 5 * USEC_MINUTE;
	ok(store_incident_save(d.store, &i, &why));
	start();
	run_at(NOW);
	answer_target();
	run_at(NOW + 5 * USEC_MINUTE - 1);
	expect_nothing_sent();
	run_at(NOW + 5 * USEC_MINUTE);
	expect_sent(FOR_VERIFICATION);
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
	hands_that_cannot_be_started_use_up_no_diagnosis,
	a_look_that_cannot_be_counted_is_not_made,
	an_app_is_diagnosed_twelve_times_an_hour,
	a_rehearsal_ends_with_the_head_that_began_it,
	a_question_that_nobody_answers_expires,
	an_approved_plan_is_probed_again_once_nothing_forbids_it,
	what_a_limit_holds_up_is_not_looked_at_meanwhile,
	an_attempt_that_no_hands_began_is_begun_with_its_key,
	an_attempt_that_hands_lost_is_recovered,
	the_quiet_period_ends_before_the_mend_is_verified,
	what_rests_is_probed_again_when_it_is_due,
	a_clock_that_is_set_is_noticed_within_the_minute,
	an_app_that_is_configured_no_more_is_left_alone,
	what_hands_say_meanwhile_reaches_the_timeline)
