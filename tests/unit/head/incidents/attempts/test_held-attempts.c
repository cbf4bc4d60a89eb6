#include "config.h"
#include "head/incidents/attempts/held-attempts.h"

#include "head/incidents/attempts/limit-usage.h"
#include "head/incidents/decide.h"
#include "unit/head/incidents/stage.h"

static struct incident
attempted(void)
{
	struct incident i = mending(false);
	i.attempts = 1;
	return i;
}

static void
hold(struct incident *i, enum outcome outcome, usec now)
{
	struct report r = ended(outcome);
	incident_set(&r.result.text, "frozen by eve");
	ok(attempts_adopt(&d, i, &r.result, now, &why));
	report_free(&r);
}

START_TEST(an_attempt_that_was_held_back_waits_and_says_who_did_it)
{
	set_up();
	own(incident) struct incident i = attempted();
	hold(&i, OUTCOME_HELD_BACK, NOW + 5);
	expect_state(i.id, STATE_WAITING);
	ck_assert_uint_eq(i.wait_until, NOW + 5 + LIMITS_STOP_RETRY);
	ck_assert_ptr_nonnull(strstr(i.reason, "frozen by eve"));
	ck_assert_uint_eq(notices(i.id, NOTICE_CAUSE), 1);
	const struct attempt *a = memory_store_attempt(d.store, 0);
	ck_assert_uint_eq(a->ended, NOW + 5);
	ck_assert_int_eq(a->outcome, OUTCOME_HELD_BACK);
	ck_assert(!a->failed);
	tear_down();
}
END_TEST

START_TEST(it_counts_for_no_limit_and_its_incident_goes_on_by_itself)
{
	static const struct {
		enum outcome outcome;
		enum incident_state state;
		unsigned held;
		bool allowed;
	} rows[] = {
		{ OUTCOME_HELD_BACK, STATE_MENDING, 1, true },
		/* A part of it is there: that counts. */
		{ OUTCOME_HELD_PARTLY, STATE_WAITING, 0, false },
	};
	for (size_t k = 0; k < ELEMENTS(rows); k++) {
		set_up();
		own(incident) struct incident i = attempted();
		struct limits_answer limits;
		unsigned held = 7;
		hold(&i, rows[k].outcome, NOW);
		ok(held_attempts_count(&d, &i, &held, &why));
		ck_assert_uint_eq(held, rows[k].held);
		ok(limit_usage_attempt(&d, &app, NOW, &limits, &why));
		ck_assert_int_eq(limits.allowed, rows[k].allowed);
		/* Thawed, looked at and rehearsed again. */
		ck_assert(transition_step(&d, &i, EVENT_LOOK, NULL, NOW));
		ck_assert(transition_step(&d, &i, EVENT_REHEARSE, NULL, NOW));
		i.rehearsed = true;
		i.rehearsal = OUTCOME_PASSED;
		decide(&d, &i, NOW);
		expect_state(i.id, rows[k].state);
		tear_down();
	}
}
END_TEST

START_TEST(a_part_that_mends_the_fault_is_verified_like_a_mend)
{
	set_up();
	own(incident) struct incident i = attempted();
	struct report r = ended(OUTCOME_HELD_PARTLY);
	r.result.fault = ANSWER_NO;
	ok(attempts_adopt(&d, &i, &r.result, NOW + 5, &why));
	report_free(&r);
	expect_state(i.id, STATE_VERIFYING);
	ck_assert_uint_eq(i.committed, NOW + 5);
	ck_assert(!memory_store_attempt(d.store, 0)->failed);
	tear_down();
}
END_TEST

/* What head does not know of holds it back each time. */
START_TEST(each_further_time_it_waits_longer)
{
	set_up();
	own(incident) struct incident i = attempted();
	hold(&i, OUTCOME_HELD_BACK, NOW);
	for (unsigned n = 1; n < 4; n++) {
		struct attempt a = { 0 };
		ck_assert(transition_step(&d, &i, EVENT_LOOK, NULL, NOW));
		ck_assert(transition_step(&d, &i, EVENT_REHEARSE, NULL, NOW));
		ok(attempts_begin(&d, &i, NOW, &a, &why));
		attempt_clear(&a);
		hold(&i, OUTCOME_HELD_BACK, NOW);
		ck_assert_uint_eq(i.wait_until, NOW + (LIMITS_STOP_RETRY << n));
	}
	tear_down();
}
END_TEST

CHECK_MAIN("held-attempts",
	an_attempt_that_was_held_back_waits_and_says_who_did_it,
	it_counts_for_no_limit_and_its_incident_goes_on_by_itself,
	a_part_that_mends_the_fault_is_verified_like_a_mend,
	each_further_time_it_waits_longer)
