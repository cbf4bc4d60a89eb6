#include "config.h"
#include "head/incidents/decide.h"

#include <fcntl.h>
#include <unistd.h>

#include "head/incidents/ingest.h"
#include "unit/head/incidents/stage.h"

/* Decides about it as it is stored, and stores nothing else. */
static struct incident
decided(struct incident *i, usec now)
{
	decide(&d, i, now);
	return get(i->id);
}

START_TEST(what_may_be_done_goes_to_the_copy_first)
{
	set_up();
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	own(incident) struct incident now = decided(&i, NOW);
	ck_assert_str_eq(state_name(now.state), "rehearsing");
	ck_assert_int_eq(now.action, ACTION_ACT);
	ck_assert_uint_eq(now.attempts, 0);
	expect_sent(FOR_REHEARSAL);
	tear_down();
}
END_TEST

START_TEST(what_was_rehearsed_is_mended_and_the_intent_is_stored_before)
{
	set_up();
	own(incident) struct incident i = add(STATE_REHEARSING);
	i.rehearsed = true;
	i.rehearsal = OUTCOME_PASSED;
	own(incident) struct incident now = decided(&i, NOW);
	ck_assert_str_eq(state_name(now.state), "mending");
	const struct attempt *a = memory_store_attempt(d.store, 0);
	ck_assert_str_eq(a->database, DATABASE);
	ck_assert_str_eq(expect_sent(FOR_MEND)->key, a->key);
	tear_down();
}
END_TEST

static int
full(void *arg, struct why *w)
{
	(void)arg;
	return because(w, -28, "the disk is full");
}

START_TEST(what_cannot_be_stored_is_not_done)
{
	set_up();
	own(incident) struct incident i = add(STATE_REHEARSING);
	i.rehearsed = true;
	i.rehearsal = OUTCOME_PASSED;
	memory_store_watch(d.store, full, NULL);
	decide(&d, &i, NOW);
	expect_nothing_sent();
	expect_state(i.id, STATE_REHEARSING);
	ck_assert_str_eq(noted, "the disk is full");
	ck_assert(incidents_held(&d, i.id, NOW));
	tear_down();
}
END_TEST

START_TEST(a_question_has_a_code_and_an_end)
{
	set_up();
	policy.mode = MODE_ASK;
	own(incident) struct incident i = add(STATE_REHEARSING);
	i.rehearsed = true;
	i.rehearsal = OUTCOME_PASSED;
	own(incident) struct incident now = decided(&i, NOW);
	char code[APPROVAL_CODE];
	approval_code(HASH, i.id, 1, code);
	ck_assert_str_eq(state_name(now.state), "awaiting-approval");
	ck_assert_str_eq(now.code, code);
	ck_assert_uint_eq(now.expires, NOW + policy.approval);
	ck_assert_uint_eq(d.due, NOW + policy.approval);
	ck_assert_uint_eq(notices(i.id, NOTICE_QUESTION), 1);
	expect_nothing_sent();
	tear_down();
}
END_TEST

START_TEST(what_is_not_to_be_rehearsed_is_asked_at_once)
{
	set_up();
	remedy.rehearse = REHEARSE_OFF;
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	decide(&d, &i, NOW);
	expect_state(i.id, STATE_AWAITING_APPROVAL);
	expect_nothing_sent();
	tear_down();
}
END_TEST

START_TEST(a_limit_makes_it_wait_and_says_which)
{
	set_up();
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	add_attempt(i.id, KEY, NOW - USEC_MINUTE, NOW - 1, false);
	own(incident) struct incident now = decided(&i, NOW);
	ck_assert_str_eq(state_name(now.state), "waiting");
	ck_assert_uint_eq(now.wait_until, NOW - 1 + policy.cooldown);
	ck_assert_ptr_nonnull(strstr(now.wait_reason, "cooldown"));
	ck_assert_uint_eq(now.waiting_since, 0);
	tear_down();
}
END_TEST

START_TEST(a_cause_that_may_pass_is_waited_for_without_a_message)
{
	set_up();
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	i.cause = CAUSE_DEPLOY_UNDER_WAY;
	own(incident) struct incident now = decided(&i, NOW);
	ck_assert_str_eq(state_name(now.state), "waiting");
	ck_assert_uint_eq(now.waiting_since, NOW);
	ck_assert_uint_eq(notices(i.id, NOTICE_CAUSE), 0);
	tear_down();
}
END_TEST

START_TEST(what_can_only_be_reported_is_reported_with_its_reason)
{
	set_up();
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	i.cause = CAUSE_WRONG_SCHEMA;
	own(incident) struct incident now = decided(&i, NOW);
	ck_assert_str_eq(state_name(now.state), "reported");
	ck_assert_str_eq(
		now.reason, "cause wrong-schema is only ever reported");
	ck_assert_uint_eq(notices(i.id, NOTICE_CAUSE), 1);
	tear_down();
}
END_TEST

START_TEST(an_app_that_is_configured_no_more_is_not_decided_about)
{
	set_up();
	settings.n_apps = 0;
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	decide(&d, &i, NOW);
	expect_state(i.id, STATE_DIAGNOSING);
	ck_assert_str_eq(noted, "the app is not configured any more");
	tear_down();
}
END_TEST

/* Logs the incident's fault again. */
static void
log_again(usec now)
{
	struct fault f = { .class = CLASS_MISSING_TABLE, .count = 1 };
	f.first_ns = f.last_ns = (int64_t)now * NSEC_USEC;
	object_set(&f.object, OBJECT_SCHEMA, SPAN("public"));
	object_set(&f.object, OBJECT_TABLE, SPAN("Invoice"));
	ok(store_begin(d.store, &why));
	ok(ingest_fault(&d, &app, "prisma-p2021", &f, false, now, &why));
	ok(store_commit(d.store, &why));
	fault_free(&f);
}

START_TEST(what_is_not_confirmed_again_and_again_is_looked_at_ever_more_seldom)
{
	set_up();
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	usec now = NOW;
	for (unsigned k = 0; k < 10; k++) {
		i.cause = CAUSE_NOT_CONFIRMED;
		decide(&d, &i, now);
		expect_state(i.id, STATE_NOT_CONFIRMED);
		ck_assert_uint_eq(i.recheck_due, now + limits_recheck(k));
		now = i.recheck_due;
		log_again(now);
		incident_free(&i);
		i = get(1);
		ck_assert_str_eq(state_name(i.state), "diagnosing");
	}
	tear_down();
}
END_TEST

CHECK_MAIN("decide", what_may_be_done_goes_to_the_copy_first,
	what_was_rehearsed_is_mended_and_the_intent_is_stored_before,
	what_cannot_be_stored_is_not_done, a_question_has_a_code_and_an_end,
	what_is_not_to_be_rehearsed_is_asked_at_once,
	a_limit_makes_it_wait_and_says_which,
	a_cause_that_may_pass_is_waited_for_without_a_message,
	what_can_only_be_reported_is_reported_with_its_reason,
	an_app_that_is_configured_no_more_is_not_decided_about,
	what_is_not_confirmed_again_and_again_is_looked_at_ever_more_seldom)
