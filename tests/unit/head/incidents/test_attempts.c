#include "config.h"
#include "head/incidents/attempts.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "unit/head/incidents/stage.h"

static const struct attempt *
attempt(void)
{
	return memory_store_attempt(d.store, 0);
}

START_TEST(an_attempt_begins_with_its_intent_in_the_store)
{
	set_up();
	own(incident) struct incident i = add(STATE_REHEARSING);
	struct attempt a = { 0 };
	i.verified = true;
	incident_set(&i.verification_text, "of an earlier one");
	ok(attempts_begin(&d, &i, NOW, &a, &why));
	expect_state(i.id, STATE_MENDING);
	ck_assert_str_eq(attempt()->key, a.key);
	ck_assert_str_eq(attempt()->plan_hash, HASH);
	ck_assert_str_eq(attempt()->database, DATABASE);
	ck_assert_uint_eq(attempt()->number, 1);
	ck_assert_uint_eq(i.attempts, 1);
	ck_assert(!i.verified);
	ck_assert_ptr_null(i.verification_text);
	ck_assert(run_memory_began(&d.memory, a.key));
	attempt_clear(&a);
	tear_down();
}
END_TEST

START_TEST(no_attempt_begins_from_a_state_that_forbids_it)
{
	set_up();
	own(incident) struct incident i = add(STATE_REPORTED);
	struct attempt a = { 0 };
	ck_assert_int_eq(attempts_begin(&d, &i, NOW, &a, &why), -EPROTO);
	ck_assert_ptr_null(attempt());
	ck_assert(!run_memory_began(&d.memory, a.key));
	attempt_clear(&a);
	tear_down();
}
END_TEST

START_TEST(each_outcome_leads_to_its_state)
{
	static const struct {
		enum outcome outcome;
		enum incident_state state;
		bool failed;
	} rows[] = {
		{ OUTCOME_APPLIED, STATE_VERIFYING, false },
		{ OUTCOME_GONE, STATE_VERIFYING, false },
		{ OUTCOME_NOT_APPLIED, STATE_FAILED, true },
		{ OUTCOME_STALE, STATE_FAILED, false },
		{ OUTCOME_ERROR, STATE_FAILED, true },
		{ OUTCOME_IN_DOUBT, STATE_IN_DOUBT, true },
	};
	for (size_t k = 0; k < ELEMENTS(rows); k++) {
		set_up();
		own(incident) struct incident i = mending(true);
		struct report r = ended(rows[k].outcome);
		ok(attempts_adopt(&d, &i, &r.result, NOW + 5, &why));
		report_free(&r);
		expect_state(i.id, rows[k].state);
		ck_assert_uint_eq(attempt()->ended, NOW + 5);
		ck_assert_int_eq(attempt()->outcome, rows[k].outcome);
		ck_assert_int_eq(attempt()->failed, rows[k].failed);
		ck_assert_uint_eq(i.committed,
			rows[k].outcome == OUTCOME_APPLIED ? NOW + 5 : 0);
		tear_down();
	}
}
END_TEST

START_TEST(the_file_says_what_is_to_be_done)
{
	set_up();
	own(incident) struct incident i = mending(false);
	ck_assert_int_eq(look_after(&i, NOW), ATTEMPTS_START);
	ck_assert_int_eq(fake_file_make(KEY), 0);
	ck_assert_int_eq(look_after(&i, NOW), ATTEMPTS_WAIT);
	fake_file_end(KEY, ATTEMPT_FILE_LOST, NULL);
	ck_assert_int_eq(look_after(&i, NOW), ATTEMPTS_RECOVER);
	expect_state(i.id, STATE_MENDING);
	struct report r = ended(OUTCOME_APPLIED);
	fake_file_end(KEY, ATTEMPT_FILE_ENDED, &r.result);
	report_free(&r);
	ck_assert_int_eq(look_after(&i, NOW), ATTEMPTS_DONE);
	expect_state(i.id, STATE_VERIFYING);
	tear_down();
}
END_TEST

START_TEST(what_did_not_begin_is_taken_back_while_paused_and_nobody_can_begin)
{
	set_up();
	own(incident) struct incident i = mending(false);
	ok(store_pause(d.store, NOW, &why));
	ck_assert_int_eq(look_after(&i, NOW), ATTEMPTS_DONE);
	expect_state(i.id, STATE_WAITING);
	expect_timeline(i.id, "state waiting: paused|");
	ck_assert_int_eq(fake_file_make(KEY), -EEXIST);
	ck_assert_uint_eq(attempt()->ended, NOW);
	ck_assert(!attempt()->failed);
	tear_down();
}
END_TEST

START_TEST(whoever_began_first_is_waited_for_though_it_is_paused)
{
	set_up();
	own(incident) struct incident i = mending(false);
	ok(store_pause(d.store, NOW, &why));
	ck_assert_int_eq(fake_file_make(KEY), 0);
	ck_assert_int_eq(look_after(&i, NOW), ATTEMPTS_WAIT);
	expect_state(i.id, STATE_MENDING);
	tear_down();
}
END_TEST

START_TEST(a_plan_that_could_not_begin_for_too_long_is_stale)
{
	set_up();
	own(incident) struct incident i = mending(false);
	ck_assert_int_eq(look_after(&i, NOW + policy.approval), ATTEMPTS_START);
	ck_assert_int_eq(
		look_after(&i, NOW + policy.approval + 1), ATTEMPTS_DONE);
	expect_state(i.id, STATE_WAITING);
	tear_down();
}
END_TEST

START_TEST(a_freeze_file_holds_back_what_did_not_begin)
{
	set_up();
	own(incident) struct incident i = mending(false);
	int fd = open(
		settings.freeze_file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	(void)close(fd);
	ck_assert_int_eq(look_after(&i, NOW), ATTEMPTS_DONE);
	expect_state(i.id, STATE_WAITING);
	(void)unlink(settings.freeze_file);
	tear_down();
}
END_TEST

START_TEST(a_mode_that_no_longer_allows_it_holds_back_what_did_not_begin)
{
	static const struct {
		enum mode mode;
		const char *approved_by;
		enum attempts_next next;
	} rows[] = {
		{ MODE_REPORT, "root (uid 0)", ATTEMPTS_DONE },
		{ MODE_ASK, NULL, ATTEMPTS_DONE },
		{ MODE_ASK, "root (uid 0)", ATTEMPTS_START },
	};
	for (size_t k = 0; k < ELEMENTS(rows); k++) {
		set_up();
		own(incident) struct incident i = mending(false);
		policy.mode = rows[k].mode;
		incident_set(&i.approved_by, rows[k].approved_by);
		ck_assert_int_eq(look_after(&i, NOW), rows[k].next);
		policy.mode = MODE_ACT;
		tear_down();
	}
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_in_doubt_after_a_while)
{
	set_up();
	own(incident) struct incident i = mending(false);
	usec broke = NOW + 20 * USEC_MINUTE;
	fake_file_break(-EIO);
	ck_assert_int_eq(look_after(&i, broke), ATTEMPTS_TROUBLE);
	ck_assert_int_eq(
		look_after(&i, broke + 14 * USEC_MINUTE), ATTEMPTS_TROUBLE);
	expect_state(i.id, STATE_MENDING);
	ck_assert_int_eq(
		look_after(&i, broke + 15 * USEC_MINUTE), ATTEMPTS_DONE);
	expect_state(i.id, STATE_IN_DOUBT);
	tear_down();
}
END_TEST

START_TEST(a_file_that_can_be_read_again_is_in_no_doubt)
{
	set_up();
	own(incident) struct incident i = mending(false);
	usec broke = NOW + 20 * USEC_MINUTE;
	ck_assert_int_eq(fake_file_make(KEY), 0);
	for (int k = 0; k < 3; k++) {
		fake_file_break(-EMFILE);
		ck_assert_int_eq(look_after(&i, broke), ATTEMPTS_TROUBLE);
		fake_file_break(0);
		ck_assert_int_eq(look_after(&i, broke), ATTEMPTS_WAIT);
		broke += 14 * USEC_MINUTE;
	}
	tear_down();
}
END_TEST

START_TEST(an_error_proves_nothing_while_other_hands_have_the_file)
{
	set_up();
	own(incident) struct incident i = mending(true);
	struct report r = ended(OUTCOME_ERROR);
	ck_assert_int_eq(fake_file_make(KEY), 0);
	ok(attempts_end(&d, &i, &r.result, NOW, &why));
	expect_state(i.id, STATE_MENDING);
	ok(attempts_end(&d, &i, NULL, NOW, &why));
	expect_state(i.id, STATE_MENDING);
	report_free(&r);
	tear_down();
}
END_TEST

START_TEST(hands_that_could_not_begin_set_it_back_and_that_is_told)
{
	set_up();
	own(incident) struct incident i = mending(true);
	struct report r = ended(OUTCOME_ERROR);
	ok(attempts_end(&d, &i, &r.result, NOW, &why));
	report_free(&r);
	expect_state(i.id, STATE_WAITING);
	ck_assert_uint_eq(notices(i.id, NOTICE_CAUSE), 1);
	ck_assert_uint_eq(i.wait_until, NOW + LIMITS_RECHECK_FIRST);
	tear_down();
}
END_TEST

START_TEST(
	an_error_of_an_earlier_runs_hands_is_no_proof_that_nobody_has_the_job)
{
	set_up();
	own(incident) struct incident i = mending(false);
	struct report r = ended(OUTCOME_ERROR);
	ok(attempts_end(&d, &i, &r.result, NOW, &why));
	report_free(&r);
	expect_state(i.id, STATE_MENDING);
	tear_down();
}
END_TEST

CHECK_MAIN("attempts", an_attempt_begins_with_its_intent_in_the_store,
	no_attempt_begins_from_a_state_that_forbids_it,
	each_outcome_leads_to_its_state, the_file_says_what_is_to_be_done,
	what_did_not_begin_is_taken_back_while_paused_and_nobody_can_begin,
	whoever_began_first_is_waited_for_though_it_is_paused,
	a_plan_that_could_not_begin_for_too_long_is_stale,
	a_freeze_file_holds_back_what_did_not_begin,
	a_mode_that_no_longer_allows_it_holds_back_what_did_not_begin,
	a_file_that_cannot_be_read_is_in_doubt_after_a_while,
	a_file_that_can_be_read_again_is_in_no_doubt,
	an_error_proves_nothing_while_other_hands_have_the_file,
	hands_that_could_not_begin_set_it_back_and_that_is_told,
	an_error_of_an_earlier_runs_hands_is_no_proof_that_nobody_has_the_job)
