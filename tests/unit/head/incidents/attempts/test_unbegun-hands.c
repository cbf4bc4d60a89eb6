#include "config.h"
#include "head/incidents/attempts/unbegun-hands.h"

#include <errno.h>

#include "base/io/spawn.h"
#include "unit/head/incidents/stage.h"

static struct incident
approved(bool of_this_run)
{
	struct incident i = mending(of_this_run);
	incident_set(&i.approved_by, "root (uid 0)");
	return i;
}

static void
claim_and_die(void)
{
	ck_assert_int_eq(fake_file_make(KEY), 0);
	fake_file_end(KEY, ATTEMPT_FILE_UNBEGUN, NULL);
}

/* The same attempt, approved as it was, after a pause that grows. */
static void
expect_again(struct incident *i, unsigned times, usec now)
{
	expect_state(i->id, STATE_MENDING);
	usec pause = spawn_pause(times);
	ck_assert(incidents_held(&d, i->id, now + pause - 1));
	ck_assert(!incidents_held(&d, i->id, now + pause));
	ck_assert_int_eq(look_after(i, now + pause), ATTEMPTS_START);
	ck_assert_str_eq(i->approved_by, "root (uid 0)");
	ck_assert_ptr_null(memory_store_attempt(d.store, 1));
	ck_assert_uint_eq(memory_store_attempt(d.store, 0)->ended, 0);
}

static void
expect_failed(const struct incident *i)
{
	expect_state(i->id, STATE_FAILED);
	const struct attempt *a = memory_store_attempt(d.store, 0);
	ck_assert_int_eq(a->outcome, OUTCOME_NOT_APPLIED);
	ck_assert_ptr_nonnull(strstr(a->text, "ended 4 times before"));
	/* Nobody who comes late can begin it. */
	ck_assert_int_eq(fake_file_make(KEY), -EEXIST);
}

START_TEST(hands_that_claimed_it_and_died_are_sent_again_three_times)
{
	set_up();
	own(incident) struct incident i = approved(true);
	usec now = NOW;
	for (unsigned n = 1; n <= 3; n++) {
		claim_and_die();
		ok(attempts_end(&d, &i, NULL, now, &why));
		expect_again(&i, n, now);
		now += USEC_MINUTE;
	}
	claim_and_die();
	ok(attempts_end(&d, &i, NULL, now, &why));
	expect_failed(&i);
	tear_down();
}
END_TEST

START_TEST(hands_that_died_before_that_are_too)
{
	set_up();
	own(incident) struct incident i = approved(true);
	usec now = NOW;
	for (unsigned n = 1; n <= 3; n++) {
		ok(attempts_end(&d, &i, NULL, now, &why));
		expect_again(&i, n, now);
		now += USEC_MINUTE;
	}
	ok(attempts_end(&d, &i, NULL, now, &why));
	expect_failed(&i);
	tear_down();
}
END_TEST

START_TEST(those_of_an_earlier_head_are_too)
{
	set_up();
	own(incident) struct incident i = approved(false);
	claim_and_die();
	ck_assert_int_eq(look_after(&i, NOW), ATTEMPTS_WAIT);
	expect_again(&i, 1, NOW);
	tear_down();
}
END_TEST

START_TEST(what_recovery_did_not_find_is_sent_again_too)
{
	set_up();
	own(incident) struct incident i = approved(true);
	struct report r = ended(OUTCOME_NOT_APPLIED);
	ck_assert_int_eq(fake_file_make(KEY), 0);
	fake_file_end(KEY, ATTEMPT_FILE_LOST, NULL);
	ok(unbegun_hands_recovered(&d, &i, &r.result, NOW, &why));
	report_free(&r);
	expect_again(&i, 1, NOW);
	tear_down();
}
END_TEST

/* Whoever has the file may still begin. */
START_TEST(nothing_is_set_aside_while_hands_have_it)
{
	set_up();
	own(incident) struct incident i = approved(true);
	struct report r = ended(OUTCOME_NOT_APPLIED);
	ck_assert_int_eq(fake_file_make(KEY), 0);
	ok(unbegun_hands_recovered(&d, &i, &r.result, NOW, &why));
	report_free(&r);
	ok(attempts_end(&d, &i, NULL, NOW, &why));
	expect_state(i.id, STATE_MENDING);
	ck_assert_int_eq(look_after(&i, NOW), ATTEMPTS_WAIT);
	ck_assert_int_eq(fake_file_make(KEY), -EEXIST);
	tear_down();
}
END_TEST

START_TEST(a_freeze_holds_back_what_was_to_be_sent_again)
{
	set_up();
	own(incident) struct incident i = approved(true);
	claim_and_die();
	ok(attempts_end(&d, &i, NULL, NOW, &why));
	ok(store_pause(d.store, NOW, &why));
	ck_assert_int_eq(look_after(&i, NOW + USEC_MINUTE), ATTEMPTS_DONE);
	expect_state(i.id, STATE_WAITING);
	ck_assert_int_eq(
		memory_store_attempt(d.store, 0)->outcome, OUTCOME_HELD_BACK);
	ck_assert_int_eq(fake_file_make(KEY), -EEXIST);
	tear_down();
}
END_TEST

CHECK_MAIN("unbegun-hands",
	hands_that_claimed_it_and_died_are_sent_again_three_times,
	hands_that_died_before_that_are_too, those_of_an_earlier_head_are_too,
	what_recovery_did_not_find_is_sent_again_too,
	nothing_is_set_aside_while_hands_have_it,
	a_freeze_holds_back_what_was_to_be_sent_again)
