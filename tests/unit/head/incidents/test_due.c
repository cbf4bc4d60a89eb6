#include "config.h"
#include "head/incidents/due.h"

#include <errno.h>

#include "unit/head/incidents/stage.h"

static usec now;

/* Does what is due for it then, as the scheduler would; and hands that were
 * sent stay at it. */
static void
at(uint64_t id, usec when)
{
	own(incident) struct incident i = get(id);
	now = when;
	d.due = USEC_NEVER;
	if (!incidents_held(&d, id, when))
		due_do(&d, &i, when);
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

START_TEST(hands_that_cannot_be_started_use_up_no_diagnosis)
{
	set_up();
	now = NOW;
	own(incident) struct incident i = add(STATE_OPEN);
	fake_hands_refuse(-EAGAIN);
	for (unsigned k = 0; k < LIMITS_LOOKS_HOUR + 3; k++)
		at(i.id, now + USEC_MINUTE);
	ck_assert_uint_eq(looks(), 0);
	fake_hands_refuse(0);
	at(i.id, now + USEC_MINUTE);
	expect_sent(FOR_DIAGNOSIS);
	tear_down();
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
	memory_store_watch(d.store, full, NULL);
	at(i.id, NOW + 1);
	expect_nothing_sent();
	ck_assert_str_eq(noted, "the disk is full");
	memory_store_watch(d.store, NULL, NULL);
	at(i.id, NOW + USEC_MINUTE);
	expect_sent(FOR_DIAGNOSIS);
	tear_down();
}
END_TEST

START_TEST(an_app_is_diagnosed_twelve_times_an_hour)
{
	set_up();
	own(incident) struct incident i = add(STATE_OPEN);
	for (unsigned k = 0; k < LIMITS_LOOKS_HOUR; k++)
		ok(store_look_add(d.store, "shop", NOW - k, &why));
	at(i.id, NOW + 1);
	expect_nothing_sent();
	expect_timeline(i.id,
		"decision this app was diagnosed 12 times within the hour|");
	at(i.id, NOW + USEC_HOUR);
	expect_sent(FOR_DIAGNOSIS);
	tear_down();
}
END_TEST

START_TEST(a_question_that_nobody_answers_expires)
{
	set_up();
	own(incident) struct incident i = add(STATE_AWAITING_APPROVAL);
	i.expires = NOW + USEC_HOUR;
	ok(store_incident_save(d.store, &i, &why));
	at(i.id, NOW + USEC_HOUR - 1);
	expect_state(i.id, STATE_AWAITING_APPROVAL);
	at(i.id, NOW + USEC_HOUR);
	expect_state(i.id, STATE_EXPIRED);
	ck_assert_uint_eq(notices(i.id, NOTICE_END), 1);
	tear_down();
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
	at(i.id, NOW + 1);
	expect_nothing_sent();
	ok(store_resume(d.store, &why));
	at(i.id, NOW + 2);
	expect_sent(FOR_APPROVED);
	tear_down();
}
END_TEST

START_TEST(what_a_limit_holds_up_is_not_looked_at_meanwhile)
{
	set_up();
	now = NOW;
	own(incident) struct incident i = add(STATE_WAITING);
	ok(store_pause(d.store, NOW, &why));
	for (int k = 0; k < 20; k++)
		at(i.id, now + USEC_MINUTE);
	expect_state(i.id, STATE_WAITING);
	ck_assert_uint_eq(looks(), 0);
	/* Said once. */
	expect_timeline(i.id,
		"decision paused: no attempt starts before `logmend "
		"resume`|");
	tear_down();
}
END_TEST

START_TEST(an_attempt_that_no_hands_began_is_begun_with_its_key)
{
	set_up();
	own(incident) struct incident i = add(STATE_MENDING);
	add_attempt(i.id, KEY, NOW, 0, false);
	at(i.id, NOW + 1);
	ck_assert_str_eq(expect_sent(FOR_MEND)->key, KEY);
	tear_down();
}
END_TEST

START_TEST(an_attempt_that_hands_lost_is_recovered)
{
	set_up();
	own(incident) struct incident i = add(STATE_MENDING);
	add_attempt(i.id, KEY, NOW, 0, false);
	ck_assert_int_eq(fake_file_make(KEY), 0);
	fake_file_end(KEY, ATTEMPT_FILE_LOST, NULL);
	at(i.id, NOW + 1);
	ck_assert_str_eq(expect_sent(FOR_RECOVERY)->key, KEY);
	tear_down();
}
END_TEST

START_TEST(the_quiet_period_ends_before_the_mend_is_verified)
{
	set_up();
	own(incident) struct incident i = add(STATE_VERIFYING);
	i.quiet_until = NOW + 5 * USEC_MINUTE;
	ok(store_incident_save(d.store, &i, &why));
	at(i.id, NOW + 5 * USEC_MINUTE - 1);
	expect_nothing_sent();
	at(i.id, NOW + 5 * USEC_MINUTE);
	expect_sent(FOR_VERIFICATION);
	tear_down();
}
END_TEST

START_TEST(a_class_without_a_probe_is_decided_without_a_look)
{
	set_up();
	own(incident) struct incident i = add(STATE_OPEN);
	i.class = CLASS_DISK_FULL;
	ok(store_incident_save(d.store, &i, &why));
	at(i.id, NOW);
	expect_state(i.id, STATE_REPORTED);
	expect_nothing_sent();
	tear_down();
}
END_TEST

START_TEST(what_rests_without_an_end_is_due_at_its_time)
{
	static const enum incident_state states[] = { STATE_REPORTED,
		STATE_FAILED, STATE_IN_DOUBT, STATE_REJECTED, STATE_EXPIRED };
	for (size_t k = 0; k < ELEMENTS(states); k++) {
		set_up();
		own(incident) struct incident i = add(states[k]);
		i.recheck_due = NOW + USEC_HOUR;
		ok(store_incident_save(d.store, &i, &why));
		at(i.id, NOW);
		expect_nothing_sent();
		ck_assert_uint_eq(d.due, NOW + USEC_HOUR);
		at(i.id, NOW + USEC_HOUR);
		expect_sent(FOR_RECHECK);
		tear_down();
	}
}
END_TEST

/* Without a further look, of which an hour has only twelve. */
START_TEST(a_rehearsal_that_could_not_be_sent_is_sent)
{
	set_up();
	own(incident) struct incident i = add(STATE_REHEARSING);
	fake_hands_refuse(-EAGAIN);
	ck_assert(!incidents_send(&d, FOR_REHEARSAL, &i, NULL, NOW));
	due_do(&d, &i, NOW);
	expect_nothing_sent();
	fake_hands_refuse(0);
	due_do(&d, &i, NOW);
	expect_sent(FOR_REHEARSAL);
	expect_state(i.id, STATE_REHEARSING);
	tear_down();
}
END_TEST

START_TEST(a_rehearsal_whose_end_could_not_be_kept_is_made_again)
{
	set_up();
	own(incident) struct incident i = add(STATE_REHEARSING);
	at(i.id, NOW);
	expect_state(i.id, STATE_DIAGNOSING);
	ck_assert_uint_eq(d.due, NOW);
	tear_down();
}
END_TEST

CHECK_MAIN("due", hands_that_cannot_be_started_use_up_no_diagnosis,
	a_look_that_cannot_be_counted_is_not_made,
	an_app_is_diagnosed_twelve_times_an_hour,
	a_question_that_nobody_answers_expires,
	an_approved_plan_is_probed_again_once_nothing_forbids_it,
	what_a_limit_holds_up_is_not_looked_at_meanwhile,
	an_attempt_that_no_hands_began_is_begun_with_its_key,
	an_attempt_that_hands_lost_is_recovered,
	the_quiet_period_ends_before_the_mend_is_verified,
	a_class_without_a_probe_is_decided_without_a_look,
	what_rests_without_an_end_is_due_at_its_time,
	a_rehearsal_that_could_not_be_sent_is_sent,
	a_rehearsal_whose_end_could_not_be_kept_is_made_again)
