#include "config.h"
#include "head/incidents/attempts/hung-hands.h"

#include <errno.h>
#include <signal.h>

#include "head/incidents/attempts/limit-usage.h"
#include "head/incidents/transition.h"
#include "head/policy/overdue.h"
#include "unit/head/incidents/stage.h"

static usec steady;

static usec
on_steady(void *arg)
{
	(void)arg;
	return steady;
}

static const struct clock played = { .steady = on_steady };

/* Mending, and hands of an earlier head have its file; free it. */
static struct incident
hanging(void)
{
	struct incident i = mending(false);
	ck_assert_int_eq(fake_file_make(KEY), 0);
	d.clock = &played;
	steady = USEC_HOUR;
	return i;
}

/* Through all its stages, by a clock that nobody sets. */
static void
wait_in_vain(struct incident *i)
{
	ck_assert_int_eq(look_after(i, NOW), ATTEMPTS_WAIT);
	steady += remedy.deadline + OVERDUE_GRACE - 1;
	ck_assert_int_eq(look_after(i, NOW), ATTEMPTS_WAIT);
	ck_assert_int_eq(fake_file_signal(KEY), 0);
	steady++;
	ck_assert_int_eq(look_after(i, NOW), ATTEMPTS_WAIT);
	ck_assert_int_eq(fake_file_signal(KEY), SIGTERM);
	steady += OVERDUE_TERM;
	ck_assert_int_eq(look_after(i, NOW), ATTEMPTS_WAIT);
	ck_assert_int_eq(fake_file_signal(KEY), SIGKILL);
	steady += OVERDUE_KILL;
}

START_TEST(hands_of_an_earlier_head_are_killed_when_their_time_is_over)
{
	set_up();
	own(incident) struct incident i = hanging();
	wait_in_vain(&i);
	fake_file_end(KEY, ATTEMPT_FILE_LOST, NULL);
	ck_assert_int_eq(look_after(&i, NOW), ATTEMPTS_RECOVER);
	struct report r = ended(OUTCOME_NOT_APPLIED);
	ok(attempts_adopt(&d, &i, &r.result, NOW, &why));
	report_free(&r);
	ck_assert_ptr_nonnull(strstr(memory_store_attempt(d.store, 0)->text,
		"did not end in time and were killed"));
	tear_down();
}
END_TEST

START_TEST(those_that_no_signal_ends_put_it_in_doubt_and_forbid_another_one)
{
	set_up();
	own(incident) struct incident i = hanging();
	struct limits_answer limits;
	wait_in_vain(&i);
	ck_assert_int_eq(look_after(&i, NOW), ATTEMPTS_DONE);
	expect_state(i.id, STATE_IN_DOUBT);
	ck_assert_uint_eq(notices(i.id, NOTICE_END), 1);
	hung_hands_tidy(&d, NOW + USEC_DAY);
	ok(limit_usage_attempt(&d, &app, NOW + USEC_DAY, &limits, &why));
	ck_assert(!limits.allowed);
	ck_assert_ptr_nonnull(strstr(limits.text, "is under way"));
	/* They are gone. */
	fake_file_end(KEY, ATTEMPT_FILE_LOST, NULL);
	hung_hands_tidy(&d, NOW + USEC_DAY);
	const struct attempt *a = memory_store_attempt(d.store, 0);
	ck_assert_uint_eq(a->ended, NOW + USEC_DAY);
	ck_assert_int_eq(a->outcome, OUTCOME_IN_DOUBT);
	expect_state(i.id, STATE_IN_DOUBT);
	ok(limit_usage_attempt(&d, &app, NOW + 2 * USEC_DAY, &limits, &why));
	ck_assert(limits.allowed);
	tear_down();
}
END_TEST

/* Given up, they end, and say that they applied this proposal. */
static void
end_late(const struct incident *i, const char *name)
{
	struct report r = ended(OUTCOME_APPLIED);
	r.result.proposal.name = xstrdup(name);
	memset(r.result.proposal.checksum, 'c', SHA256_HEX - 1);
	incident_set(&r.result.text, "applied");
	fake_file_end(KEY, ATTEMPT_FILE_ENDED, &r.result);
	report_free(&r);
	hung_hands_tidy(&d, NOW + USEC_HOUR);
	ck_assert_uint_eq(
		memory_store_attempt(d.store, 0)->ended, NOW + USEC_HOUR);
	own(str) char *text = timeline(i->id);
	ck_assert_ptr_nonnull(strstr(text, "are gone; they said: applied"));
}

static void
ck_reminders(size_t expected, const char *name)
{
	struct attempt *list = NULL;
	size_t n = 0;
	ok(store_uncommitted(d.store, 0, &list, &n, &why));
	ck_assert_uint_eq(n, expected);
	for (size_t k = 0; k < n; k++)
		ck_assert_str_eq(list[k].proposal.name, name);
	attempts_free(list, n);
}

START_TEST(what_they_proposed_and_applied_all_the_same_is_reminded_of)
{
	static const char *const names[] = { "2026_event", NULL };
	for (size_t k = 0; k < ELEMENTS(names); k++) {
		set_up();
		own(incident) struct incident i = hanging();
		wait_in_vain(&i);
		ck_assert_int_eq(look_after(&i, NOW), ATTEMPTS_DONE);
		ck_reminders(0, NULL);
		end_late(&i, names[k]);
		ck_reminders(names[k] != NULL, names[k]);
		tear_down();
	}
}
END_TEST

START_TEST(of_a_closed_incident_nobody_is_reminded)
{
	set_up();
	own(incident) struct incident i = hanging();
	wait_in_vain(&i);
	ck_assert_int_eq(look_after(&i, NOW), ATTEMPTS_DONE);
	const struct change close = {
		.incident = &i, .event = EVENT_CLOSE, .text = "by root"
	};
	ok(transition_apply(&d, &close, NOW, &why));
	end_late(&i, "2026_event");
	ck_reminders(0, NULL);
	tear_down();
}
END_TEST

START_TEST(hands_that_this_head_gave_up_are_not_waited_for_again)
{
	set_up();
	own(incident) struct incident i = hanging();
	ok(hung_hands_overran(&d, &i, true, &why));
	ok(attempts_end(&d, &i, NULL, NOW, &why));
	expect_state(i.id, STATE_MENDING);
	ck_assert_int_eq(look_after(&i, NOW), ATTEMPTS_DONE);
	expect_state(i.id, STATE_IN_DOUBT);
	tear_down();
}
END_TEST

/* An attempts' folder that cannot be read for a quarter of an hour proves
 * nothing about the hands. */
START_TEST(an_unreadable_file_forbids_another_attempt_until_it_can_be_read)
{
	set_up();
	own(incident) struct incident i = hanging();
	const struct attempt *a = memory_store_attempt(d.store, 0);
	struct attempt ret = { 0 };
	fake_file_break(-EIO);
	(void)attempts_look_after(&d, &i, NOW, &ret, &why);
	attempt_clear(&ret);
	ck_assert_int_eq(
		attempts_look_after(&d, &i, NOW + 15 * USEC_MINUTE, &ret, &why),
		ATTEMPTS_DONE);
	expect_state(i.id, STATE_IN_DOUBT);
	ck_assert_ptr_nonnull(strstr(ret.text, "file cannot be read"));
	attempt_clear(&ret);
	hung_hands_tidy(&d, NOW + USEC_HOUR);
	ck_assert_uint_eq(a->ended, 0);
	fake_file_break(0);
	hung_hands_tidy(&d, NOW + USEC_HOUR);
	ck_assert_uint_eq(a->ended, 0);
	fake_file_end(KEY, ATTEMPT_FILE_LOST, NULL);
	hung_hands_tidy(&d, NOW + USEC_HOUR);
	ck_assert_uint_eq(a->ended, NOW + USEC_HOUR);
	tear_down();
}
END_TEST

START_TEST(an_attempt_under_way_is_no_litter)
{
	set_up();
	own(incident) struct incident i = hanging();
	fake_file_end(KEY, ATTEMPT_FILE_LOST, NULL);
	hung_hands_tidy(&d, NOW);
	ck_assert_uint_eq(memory_store_attempt(d.store, 0)->ended, 0);
	expect_state(i.id, STATE_MENDING);
	tear_down();
}
END_TEST

CHECK_MAIN("hung-hands",
	hands_of_an_earlier_head_are_killed_when_their_time_is_over,
	those_that_no_signal_ends_put_it_in_doubt_and_forbid_another_one,
	what_they_proposed_and_applied_all_the_same_is_reminded_of,
	of_a_closed_incident_nobody_is_reminded,
	hands_that_this_head_gave_up_are_not_waited_for_again,
	an_unreadable_file_forbids_another_attempt_until_it_can_be_read,
	an_attempt_under_way_is_no_litter)
