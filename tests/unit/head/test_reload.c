/* What other settings, and other labels of an app's service, mean for its
 * incidents. */
#include "config.h"
#include "head/reload.h"

#include "config/ini.h"
#include "config/labels.h"
#include "head/incidents/scheduler.h"
#include "unit/head/incidents/stage.h"

static struct scheduler *scheduler;

static usec
on_time(void *arg)
{
	(void)arg;
	return NOW;
}

static const struct clock played = { on_time, on_time, NULL };

static void
on_wake(void *arg, usec wait)
{
	(void)arg;
	(void)wait;
}

static void
start(void)
{
	set_up();
	d.clock = &played;
	d.wake = on_wake;
	ok(scheduler_new(NULL, &d, &scheduler, &why));
}

static void
stop(void)
{
	labels_clear(&app);
	scheduler_free(scheduler);
	tear_down();
}

static void
label(const char *text)
{
	own(strings) char **list = NULL;
	strings_add(&list, text);
	labels_clear(&app);
	labels_apply(&app, "shop", list);
}

/* An incident whose plan is asked about, with its code. */
static void
ask(void)
{
	own(incident) struct incident i = add(STATE_AWAITING_APPROVAL);
	approval_code(i.plan.hash, i.id, 1, i.code);
	i.expires = NOW + USEC_HOUR;
	ok(store_incident_save(d.store, &i, &why));
}

START_TEST(a_question_that_may_not_be_asked_is_taken_back)
{
	for (int first = 0; first < 2; first++) {
		start();
		ask();
		label("logmend.mode=report");
		reload_labels(scheduler, &app, true, first);
		expect_state(1, STATE_DIAGNOSING);
		own(incident) struct incident i = get(1);
		ck_assert_str_eq(i.code, "");
		stop();
	}
}
END_TEST

START_TEST(a_question_that_may_be_asked_stands)
{
	start();
	ask();
	label("logmend.mode=ask");
	reload_labels(scheduler, &app, true, false);
	expect_state(1, STATE_AWAITING_APPROVAL);
	label("logmend.cooldown=1h");
	reload_labels(scheduler, &app, true, false);
	expect_state(1, STATE_AWAITING_APPROVAL);
	stop();
}
END_TEST

START_TEST(what_was_reported_is_decided_anew)
{
	start();
	own(incident) struct incident i = add(STATE_REPORTED);
	label("logmend.mode=ask");
	/* Docker told the same as to an earlier head. */
	reload_labels(scheduler, &app, true, true);
	expect_state(1, STATE_REPORTED);
	reload_labels(scheduler, &app, false, false);
	expect_state(1, STATE_REPORTED);
	reload_labels(scheduler, &app, true, false);
	expect_state(1, STATE_DIAGNOSING);
	stop();
}
END_TEST

START_TEST(what_waited_for_the_labels_is_due)
{
	start();
	own(incident) struct incident i = add(STATE_WAITING);
	i.wait_until = NOW + USEC_HOUR;
	ok(store_incident_save(d.store, &i, &why));
	reload_labels(scheduler, &app, false, true);
	own(incident) struct incident now = get(1);
	ck_assert_uint_le(now.wait_until, NOW);
	stop();
}
END_TEST

/* The app's section of the configuration. */
static struct ini_entry entry = { .key = (char *)"policy" };
static struct ini_section section = {
	.line = 7, .entries = &entry, .n_entries = 1
};
static struct ini conf = { .sections = &section, .n_sections = 1 };

/* The daemon comes to know that the app's policy is this one. */
static void
tell(const char *value, bool loaded_anew)
{
	entry.value = (char *)value;
	settings.conf = &conf;
	app.line = section.line;
	reload_decide_anew(scheduler, &settings, loaded_anew);
	settings.conf = NULL;
	app.line = 0;
}

START_TEST(a_start_with_other_settings_decides_anew)
{
	start();
	tell("careful", false);
	own(incident) struct incident i = add(STATE_REPORTED);
	tell("careful", false);
	expect_state(1, STATE_REPORTED);
	tell("bold", false);
	expect_state(1, STATE_DIAGNOSING);
	stop();
}
END_TEST

START_TEST(a_reload_is_the_same_and_looks_soon_at_what_waits)
{
	start();
	tell("careful", false);
	own(incident) struct incident reported = add(STATE_REPORTED);
	own(incident) struct incident waits = add(STATE_NOT_CONFIRMED);
	waits.recheck_due = NOW + USEC_HOUR;
	ok(store_incident_save(d.store, &waits, &why));
	tell("careful", false);
	own(incident) struct incident still = get(2);
	ck_assert_uint_eq(still.recheck_due, NOW + USEC_HOUR);
	tell("careful", true);
	own(incident) struct incident soon = get(2);
	ck_assert_uint_eq(soon.recheck_due, NOW);
	expect_state(1, STATE_REPORTED);
	tell("bold", true);
	expect_state(1, STATE_DIAGNOSING);
	stop();
}
END_TEST

/* A store of an older daemon, or an app that is new, has nothing to compare. */
START_TEST(an_app_that_was_never_told_anything_stays_as_it_is)
{
	start();
	own(incident) struct incident i = add(STATE_REPORTED);
	tell("careful", false);
	expect_state(1, STATE_REPORTED);
	stop();
}
END_TEST

CHECK_MAIN("reload", a_start_with_other_settings_decides_anew,
	a_reload_is_the_same_and_looks_soon_at_what_waits,
	an_app_that_was_never_told_anything_stays_as_it_is,
	a_question_that_may_not_be_asked_is_taken_back,
	a_question_that_may_be_asked_stands, what_was_reported_is_decided_anew,
	what_waited_for_the_labels_is_due)
