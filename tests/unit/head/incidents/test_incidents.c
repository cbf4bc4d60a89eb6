#include "config.h"
#include "head/incidents/incidents.h"

#include <errno.h>

#include "base/io/spawn.h"

#include "unit/head/incidents/stage.h"

START_TEST(the_earliest_time_is_the_one_that_is_due)
{
	set_up();
	incidents_due(&d, NOW + 9);
	incidents_due(&d, NOW + 5);
	incidents_due(&d, NOW + 7);
	ck_assert_uint_eq(d.due, NOW + 5);
	tear_down();
}
END_TEST

START_TEST(a_failure_is_said_and_left_alone_for_a_while)
{
	set_up();
	struct why what = { "the disk is full" };
	incidents_failed(&d, 7, &what, NOW);
	ck_assert_str_eq(noted, "the disk is full");
	ck_assert(incidents_held(&d, 7, NOW));
	ck_assert(!incidents_held(&d, 8, NOW));
	ck_assert_uint_eq(d.due, NOW + INCIDENTS_RETRY);
	ck_assert(!incidents_held(&d, 7, NOW + INCIDENTS_RETRY));
	tear_down();
}
END_TEST

START_TEST(whoever_is_left_alone_is_due_when_that_is_over)
{
	set_up();
	incidents_hold(&d, 7, NOW + 30);
	d.due = USEC_NEVER; /* as before each run */
	ck_assert(incidents_held(&d, 7, NOW));
	ck_assert_uint_eq(d.due, NOW + 30);
	tear_down();
}
END_TEST

START_TEST(a_step_that_is_refused_is_a_failure_like_any_other)
{
	set_up();
	own(incident) struct incident i = add(STATE_OPEN);
	ck_assert(!transition_step(&d, &i, EVENT_MEND, "x", NOW));
	ck_assert_ptr_nonnull(strstr(noted, "is no step from there"));
	ck_assert(incidents_held(&d, i.id, NOW));
	expect_state(i.id, STATE_OPEN);
	tear_down();
}
END_TEST

START_TEST(a_moment_alone_changes_no_state)
{
	set_up();
	own(incident) struct incident i = add(STATE_WAITING);
	ck_assert(transition_say(&d, &i, "decision", "not now", NOW));
	expect_state(i.id, STATE_WAITING);
	expect_timeline(i.id, "decision not now|");
	tear_down();
}
END_TEST

/* Processes, memory and descriptors are given back at any moment. */
START_TEST(hands_that_cannot_be_started_are_sent_again_within_seconds)
{
	static const int errors[] = { -EAGAIN, -ENOMEM, -EMFILE, -ENFILE };
	for (size_t k = 0; k < ELEMENTS(errors); k++) {
		set_up();
		own(incident) struct incident i = add(STATE_DIAGNOSING);
		usec now = NOW;
		fake_hands_refuse(errors[k]);
		for (unsigned n = 1; n < 8; n++) {
			ck_assert(!incidents_send(
				&d, FOR_DIAGNOSIS, &i, NULL, now));
			ck_assert(run_memory_is_unsent(&d.memory, i.id));
			ck_assert_uint_le(spawn_pause(n), 10 * USEC_SECOND);
			now += spawn_pause(n);
			ck_assert(incidents_held(&d, i.id, now - 1));
			ck_assert(!incidents_held(&d, i.id, now));
		}
		ck_assert_ptr_nonnull(strstr(noted, "tried again in 10s"));
		fake_hands_refuse(0);
		ck_assert(incidents_send(&d, FOR_DIAGNOSIS, &i, NULL, now));
		ck_assert(!run_memory_is_unsent(&d.memory, i.id));
		ck_assert_uint_eq(d.memory.unstarted, 0);
		tear_down();
	}
}
END_TEST

START_TEST(busy_hands_are_no_failure_and_others_are)
{
	set_up();
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	own(incident) struct incident j = add(STATE_DIAGNOSING);
	ck_assert(incidents_send(&d, FOR_DIAGNOSIS, &i, NULL, NOW));
	ck_assert(!incidents_send(&d, FOR_DIAGNOSIS, &j, NULL, NOW));
	ck_assert(!incidents_held(&d, j.id, NOW));
	struct report none = { 0 };
	fake_hands_end(expect_sent(FOR_DIAGNOSIS), &none);
	fake_hands_refuse(-EAGAIN);
	ck_assert(!incidents_send(&d, FOR_DIAGNOSIS, &j, NULL, NOW));
	ck_assert(incidents_held(&d, j.id, NOW));
	tear_down();
}
END_TEST

START_TEST(an_app_is_the_one_that_is_configured_now)
{
	set_up();
	own(incident) struct incident i = add(STATE_OPEN);
	ck_assert_ptr_eq(incidents_app(&d, &i), &app);
	settings.n_apps = 0;
	ck_assert_ptr_null(incidents_app(&d, &i));
	tear_down();
}
END_TEST

CHECK_MAIN("incidents", the_earliest_time_is_the_one_that_is_due,
	a_failure_is_said_and_left_alone_for_a_while,
	whoever_is_left_alone_is_due_when_that_is_over,
	a_step_that_is_refused_is_a_failure_like_any_other,
	a_moment_alone_changes_no_state,
	hands_that_cannot_be_started_are_sent_again_within_seconds,
	busy_hands_are_no_failure_and_others_are,
	an_app_is_the_one_that_is_configured_now)
