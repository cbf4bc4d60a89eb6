#include "config.h"
#include "head/incidents/job-results.h"

#include <errno.h>

#include "head/incidents/attempts/limit-usage.h"
#include "unit/head/incidents/stage.h"

static void
take_in(enum job_purpose purpose, struct incident *i, struct report r, usec now)
{
	job_result_take(&d, purpose, i, &r, now);
	report_free(&r);
}

/* An incident that a person was asked about, and approved; free it. */
static struct incident
approved(void)
{
	struct incident i = add(STATE_AWAITING_APPROVAL);
	memcpy(i.code, "1a2b3c4d", APPROVAL_CODE);
	incident_set(&i.approved_by, "root (uid 0)");
	i.approved_at = NOW;
	i.expires = NOW + USEC_HOUR;
	ok(store_incident_save(d.store, &i, &why));
	return i;
}

START_TEST(the_cause_is_kept_with_its_findings_and_decided_upon)
{
	set_up();
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	struct report r = looked(CAUSE_PENDING_MIGRATION, ANSWER_YES);
	r.findings[0] = (struct finding){ xstrdup("table-exists"), ANSWER_NO,
		xstrdup("it does not") };
	r.n_findings = 1;
	take_in(FOR_DIAGNOSIS, &i, r, NOW);
	expect_state(i.id, STATE_REHEARSING);
	expect_sent(FOR_REHEARSAL);
	own(incident) struct incident now = get(i.id);
	ck_assert_str_eq(now.target, "db:5432/moving schema public");
	ck_assert_str_eq(now.plan.hash, HASH);
	struct finding *list = NULL;
	size_t n = 0;
	ok(store_findings(d.store, i.id, &list, &n, &why));
	ck_assert_uint_eq(n, 1);
	finding_list_free(list, n);
	tear_down();
}
END_TEST

START_TEST(an_answer_that_comes_too_late_changes_nothing)
{
	static const enum job_purpose purposes[] = { FOR_DIAGNOSIS,
		FOR_REHEARSAL, FOR_APPROVED, FOR_MEND, FOR_RECOVERY,
		FOR_VERIFICATION, FOR_RECHECK };
	set_up();
	for (size_t k = 0; k < ELEMENTS(purposes); k++) {
		own(incident) struct incident i = add(STATE_CLOSED);
		take_in(purposes[k], &i,
			looked(CAUSE_PENDING_MIGRATION, ANSWER_YES), NOW);
		expect_state(i.id, STATE_CLOSED);
		expect_timeline(i.id, "");
	}
	expect_nothing_sent();
	tear_down();
}
END_TEST

START_TEST(a_look_names_the_database_that_attempts_are_counted_by)
{
	set_up();
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	own(str) char *database = NULL;
	struct app other = app;
	/* What the first question could not find out. */
	other.name = (char *)"blog";
	settings.apps = &other;
	incident_set(&i.app, "blog");
	take_in(FOR_DIAGNOSIS, &i, looked(CAUSE_PENDING_MIGRATION, ANSWER_YES),
		NOW);
	ok(limit_usage_database(&d, &other, &database, &why));
	ck_assert_str_eq(database, DATABASE);
	settings.apps = &app;
	tear_down();
}
END_TEST

START_TEST(lost_hands_of_a_look_are_sent_again_three_times)
{
	set_up();
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	for (int k = 0; k < 3; k++) {
		take_in(FOR_DIAGNOSIS, &i, (struct report){ 0 }, NOW);
		expect_state(i.id, STATE_DIAGNOSING);
		expect_timeline(i.id, "");
	}
	take_in(FOR_DIAGNOSIS, &i, (struct report){ 0 }, NOW);
	expect_state(i.id, STATE_REPORTED);
	tear_down();
}
END_TEST

START_TEST(a_database_that_is_down_uses_up_no_diagnosis)
{
	set_up();
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	usec *looks = NULL;
	size_t n = 9;
	ok(store_look_add(d.store, "shop", NOW, &why));
	take_in(FOR_DIAGNOSIS, &i, looked(CAUSE_UNREACHABLE, ANSWER_UNKNOWN),
		NOW);
	expect_state(i.id, STATE_WAITING);
	ok(store_looks(d.store, "shop", 0, &looks, &n, &why));
	ck_assert_uint_eq(n, 0);
	free(looks);
	tear_down();
}
END_TEST

START_TEST(a_rehearsal_that_passed_is_followed_by_the_mend)
{
	set_up();
	own(incident) struct incident i = add(STATE_REHEARSING);
	take_in(FOR_REHEARSAL, &i, ended(OUTCOME_PASSED), NOW);
	expect_state(i.id, STATE_MENDING);
	ck_assert_str_eq(expect_sent(FOR_MEND)->plan_hash, HASH);
	tear_down();
}
END_TEST

START_TEST(a_rehearsal_that_broke_is_reported)
{
	set_up();
	own(incident) struct incident i = add(STATE_REHEARSING);
	take_in(FOR_REHEARSAL, &i, ended(OUTCOME_BROKE), NOW);
	expect_state(i.id, STATE_REPORTED);
	expect_nothing_sent();
	tear_down();
}
END_TEST

START_TEST(lost_hands_of_a_rehearsal_begin_anew)
{
	set_up();
	own(incident) struct incident i = add(STATE_REHEARSING);
	take_in(FOR_REHEARSAL, &i, (struct report){ 0 }, NOW);
	expect_state(i.id, STATE_DIAGNOSING);
	tear_down();
}
END_TEST

START_TEST(what_was_approved_is_mended_if_it_is_still_so)
{
	set_up();
	own(incident) struct incident i = approved();
	take_in(FOR_APPROVED, &i, looked(CAUSE_PENDING_MIGRATION, ANSWER_YES),
		NOW);
	expect_state(i.id, STATE_MENDING);
	expect_sent(FOR_MEND);
	tear_down();
}
END_TEST

START_TEST(what_was_approved_and_is_gone_is_resolved)
{
	set_up();
	own(incident) struct incident i = approved();
	take_in(FOR_APPROVED, &i, looked(CAUSE_NOT_CONFIRMED, ANSWER_NO), NOW);
	expect_state(i.id, STATE_RESOLVED);
	expect_nothing_sent();
	tear_down();
}
END_TEST

START_TEST(another_plan_than_the_approved_one_is_looked_at_anew)
{
	set_up();
	own(incident) struct incident i = approved();
	struct report r = looked(CAUSE_PENDING_MIGRATION, ANSWER_YES);
	r.plan.hash[0] = 'f';
	take_in(FOR_APPROVED, &i, r, NOW);
	expect_state(i.id, STATE_DIAGNOSING);
	own(incident) struct incident now = get(i.id);
	ck_assert_ptr_null(now.approved_by);
	tear_down();
}
END_TEST

START_TEST(a_limit_holds_up_an_approved_mend_and_the_approval_stands)
{
	set_up();
	own(incident) struct incident i = approved();
	add_attempt(i.id, KEY, NOW - USEC_MINUTE, NOW - 1, false);
	take_in(FOR_APPROVED, &i, looked(CAUSE_PENDING_MIGRATION, ANSWER_YES),
		NOW);
	expect_state(i.id, STATE_AWAITING_APPROVAL);
	own(incident) struct incident now = get(i.id);
	ck_assert_ptr_nonnull(now.approved_by);
	ck_assert_uint_eq(now.wait_until, NOW - 1 + policy.cooldown);
	expect_nothing_sent();
	tear_down();
}
END_TEST

START_TEST(a_probe_that_cannot_tell_is_asked_again_before_the_approval_is_void)
{
	set_up();
	own(incident) struct incident i = approved();
	take_in(FOR_APPROVED, &i, ended(OUTCOME_ERROR), NOW + USEC_MINUTE);
	expect_state(i.id, STATE_AWAITING_APPROVAL);
	ck_assert(incidents_held(&d, i.id, NOW + USEC_MINUTE));
	take_in(FOR_APPROVED, &i, ended(OUTCOME_ERROR), NOW + 16 * USEC_MINUTE);
	expect_state(i.id, STATE_DIAGNOSING);
	tear_down();
}
END_TEST

START_TEST(what_hands_could_not_find_out_of_an_attempt_is_in_doubt_at_last)
{
	set_up();
	own(incident) struct incident i = add(STATE_MENDING);
	add_attempt(i.id, KEY, NOW, 0, false);
	take_in(FOR_RECOVERY, &i, ended(OUTCOME_ERROR), NOW + USEC_MINUTE);
	expect_state(i.id, STATE_MENDING);
	take_in(FOR_RECOVERY, &i, ended(OUTCOME_ERROR), NOW + 16 * USEC_MINUTE);
	expect_state(i.id, STATE_IN_DOUBT);
	tear_down();
}
END_TEST

START_TEST(what_could_not_be_verified_is_in_doubt_with_the_reason)
{
	set_up();
	own(incident) struct incident i = add(STATE_VERIFYING);
	i.quiet_until = NOW;
	add_attempt(i.id, KEY, NOW, NOW, false);
	take_in(FOR_VERIFICATION, &i, ended(OUTCOME_ERROR), NOW + USEC_MINUTE);
	expect_state(i.id, STATE_VERIFYING);
	take_in(FOR_VERIFICATION, &i, ended(OUTCOME_ERROR),
		NOW + 16 * USEC_MINUTE);
	expect_state(i.id, STATE_IN_DOUBT);
	own(incident) struct incident now = get(i.id);
	ck_assert_str_eq(now.verification_text,
		"the database could not be probed again: a sentence of hands");
	tear_down();
}
END_TEST

START_TEST(a_recheck_resolves_what_healed_and_backs_off_otherwise)
{
	set_up();
	own(incident) struct incident i = add(STATE_REPORTED);
	take_in(FOR_RECHECK, &i, looked(CAUSE_PENDING_MIGRATION, ANSWER_YES),
		NOW);
	expect_state(i.id, STATE_REPORTED);
	ck_assert_uint_eq(i.recheck_due, NOW + limits_recheck(1));
	take_in(FOR_RECHECK, &i, looked(CAUSE_STRAY_SQL, ANSWER_YES), NOW);
	expect_state(i.id, STATE_DIAGNOSING);
	own(incident) struct incident j = add(STATE_REPORTED);
	take_in(FOR_RECHECK, &j, looked(CAUSE_NOT_CONFIRMED, ANSWER_NO), NOW);
	expect_state(j.id, STATE_RESOLVED);
	tear_down();
}
END_TEST

START_TEST(an_attempt_that_committed_is_proved_once_somebody_can_look)
{
	set_up();
	own(incident) struct incident i = add(STATE_IN_DOUBT);
	i.committed = NOW;
	i.verified = true;
	i.verification = OUTCOME_BROKE;
	take_in(FOR_RECHECK, &i, looked(CAUSE_NOT_CONFIRMED, ANSWER_NO), NOW);
	expect_state(i.id, STATE_RESOLVED);
	own(incident) struct incident now = get(i.id);
	ck_assert(now.verified && now.verification == OUTCOME_PASSED);
	ck_assert_ptr_nonnull(strstr(now.verification_text, "had committed"));
	/* Of one that nobody knows to have committed nothing is claimed. */
	own(incident) struct incident j = add(STATE_IN_DOUBT);
	take_in(FOR_RECHECK, &j, looked(CAUSE_NOT_CONFIRMED, ANSWER_NO), NOW);
	own(incident) struct incident other = get(j.id);
	ck_assert_int_eq(other.state, STATE_RESOLVED);
	ck_assert(!other.verified);
	ck_assert_str_eq(other.verification_text,
		"the fault is gone; whether attempt 0 did it is not known");
	tear_down();
}
END_TEST

/* Hands may look at the tables, and not at the history. */
START_TEST(a_history_that_nobody_could_read_proves_nothing)
{
	set_up();
	own(incident) struct incident i = add(STATE_IN_DOUBT);
	i.committed = NOW;
	i.verified = true;
	i.verification = OUTCOME_BROKE;
	struct report r = looked(CAUSE_NOT_CONFIRMED, ANSWER_NO);
	r.result.history = ANSWER_UNKNOWN;
	take_in(FOR_RECHECK, &i, r, NOW);
	expect_state(i.id, STATE_RESOLVED);
	own(incident) struct incident now = get(i.id);
	ck_assert(!now.verified);
	ck_assert_str_eq(now.verification_text,
		"the probe no longer shows the fault, and attempt 0 had "
		"committed; whether the migrator's history is clean could not "
		"be told");
	tear_down();
}
END_TEST

START_TEST(a_clean_probe_after_the_quiet_period_resolves)
{
	set_up();
	own(incident) struct incident i = add(STATE_VERIFYING);
	add_attempt(i.id, KEY, NOW, NOW, false);
	take_in(FOR_VERIFICATION, &i, looked(CAUSE_NOT_CONFIRMED, ANSWER_NO),
		NOW);
	expect_state(i.id, STATE_RESOLVED);
	tear_down();
}
END_TEST

CHECK_MAIN("job-results", the_cause_is_kept_with_its_findings_and_decided_upon,
	an_answer_that_comes_too_late_changes_nothing,
	a_look_names_the_database_that_attempts_are_counted_by,
	lost_hands_of_a_look_are_sent_again_three_times,
	a_database_that_is_down_uses_up_no_diagnosis,
	a_rehearsal_that_passed_is_followed_by_the_mend,
	a_rehearsal_that_broke_is_reported,
	lost_hands_of_a_rehearsal_begin_anew,
	what_was_approved_is_mended_if_it_is_still_so,
	what_was_approved_and_is_gone_is_resolved,
	another_plan_than_the_approved_one_is_looked_at_anew,
	a_limit_holds_up_an_approved_mend_and_the_approval_stands,
	a_probe_that_cannot_tell_is_asked_again_before_the_approval_is_void,
	what_hands_could_not_find_out_of_an_attempt_is_in_doubt_at_last,
	what_could_not_be_verified_is_in_doubt_with_the_reason,
	a_recheck_resolves_what_healed_and_backs_off_otherwise,
	an_attempt_that_committed_is_proved_once_somebody_can_look,
	a_history_that_nobody_could_read_proves_nothing,
	a_clean_probe_after_the_quiet_period_resolves)
