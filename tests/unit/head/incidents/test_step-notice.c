#include "config.h"
#include "head/incidents/step-notice.h"

#include "unit/head/incidents/stage.h"

static int
step(struct incident *i, enum incident_event e, const char *text)
{
	const struct change c = { .incident = i, .event = e, .text = text };
	return transition_apply(&d, &c, NOW, &why);
}

/* The message of each step, where nobody was told of anything before. */
START_TEST(each_step_has_its_message)
{
	static const struct {
		enum incident_state from;
		enum incident_event event;
		int notice;
	} steps[] = {
		{ STATE_OPEN, EVENT_LOOK, -1 },
		{ STATE_DIAGNOSING, EVENT_RESTART, -1 },
		{ STATE_DIAGNOSING, EVENT_NOT_CONFIRMED, -1 },
		{ STATE_DIAGNOSING, EVENT_REPORT, NOTICE_CAUSE },
		{ STATE_DIAGNOSING, EVENT_WAIT, NOTICE_CAUSE },
		{ STATE_DIAGNOSING, EVENT_REHEARSE, NOTICE_CAUSE },
		{ STATE_REHEARSING, EVENT_ASK, NOTICE_QUESTION },
		{ STATE_REHEARSING, EVENT_MEND, -1 },
		{ STATE_MENDING, EVENT_WAIT, NOTICE_CAUSE },
		{ STATE_MENDING, EVENT_APPLIED, -1 },
		{ STATE_MENDING, EVENT_NOT_APPLIED, NOTICE_END },
		{ STATE_MENDING, EVENT_CANNOT_TELL, NOTICE_END },
		{ STATE_VERIFYING, EVENT_VERIFIED, NOTICE_END },
		{ STATE_VERIFYING, EVENT_UNVERIFIED, NOTICE_END },
		{ STATE_RESOLVED, EVENT_SEEN_AGAIN, NOTICE_END },
		{ STATE_NOT_CONFIRMED, EVENT_SEEN_AGAIN, -1 },
		{ STATE_AWAITING_APPROVAL, EVENT_EXPIRE, NOTICE_END },
		{ STATE_AWAITING_APPROVAL, EVENT_CHANGED, -1 },
		{ STATE_AWAITING_APPROVAL, EVENT_REJECT, -1 },
		{ STATE_REPORTED, EVENT_GONE, NOTICE_END },
		{ STATE_REPORTED, EVENT_UNCHANGED, -1 },
		{ STATE_REPORTED, EVENT_CLOSE, -1 },
	};
	set_up();
	for (size_t k = 0; k < ELEMENTS(steps); k++) {
		own(incident) struct incident i = add(steps[k].from);
		ok(step(&i, steps[k].event, "x"));
		for (int n = 0; n < NOTICES; n++)
			ck_assert_msg(notices(i.id, (enum notice_kind)n) ==
					(n == steps[k].notice),
				"%s from %s", event_name(steps[k].event),
				state_name(steps[k].from));
	}
	tear_down();
}
END_TEST

START_TEST(the_cause_is_told_once_and_the_end_of_a_promise_always)
{
	set_up();
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	ok(step(&i, EVENT_REHEARSE, "to the copy"));
	ck_assert_uint_eq(notices(i.id, NOTICE_CAUSE), 1);
	ok(step(&i, EVENT_REPORT, "it broke"));
	ck_assert_uint_eq(notices(i.id, NOTICE_CAUSE), 1);
	ck_assert_uint_eq(notices(i.id, NOTICE_END), 1);
	tear_down();
}
END_TEST

START_TEST(whoever_was_asked_learns_that_the_fault_is_not_confirmed)
{
	set_up();
	own(incident) struct incident i = add(STATE_REHEARSING);
	ok(step(&i, EVENT_ASK, "may I?"));
	ok(step(&i, EVENT_CHANGED, "another plan"));
	ok(step(&i, EVENT_NOT_CONFIRMED, "the database does not show it"));
	ck_assert_uint_eq(notices(i.id, NOTICE_END), 1);
	tear_down();
}
END_TEST

START_TEST(an_unknown_cause_is_told_once_an_hour_for_each_app)
{
	set_up();
	own(incident) struct incident first = add(STATE_DIAGNOSING);
	own(incident) struct incident second = add(STATE_DIAGNOSING);
	own(incident) struct incident third = add(STATE_DIAGNOSING);
	first.cause = second.cause = third.cause = CAUSE_UNKNOWN;
	ok(step(&first, EVENT_REPORT, "x"));
	ok(step(&second, EVENT_REPORT, "x"));
	const struct change later = {
		.incident = &third, .event = EVENT_REPORT, .text = "x"
	};
	ok(transition_apply(&d, &later, NOW + USEC_HOUR, &why));
	ck_assert_uint_eq(notices(first.id, NOTICE_CAUSE), 1);
	ck_assert_uint_eq(notices(second.id, NOTICE_CAUSE), 0);
	ck_assert_uint_eq(notices(third.id, NOTICE_CAUSE), 1);
	tear_down();
}
END_TEST

START_TEST(that_it_is_still_looked_for_is_told_once_an_hour_too)
{
	set_up();
	own(incident) struct incident first = add(STATE_DIAGNOSING);
	own(incident) struct incident second = add(STATE_DIAGNOSING);
	struct change c = { .incident = &first, .looking = true };
	ok(transition_apply(&d, &c, NOW, &why));
	c.incident = &second;
	ok(transition_apply(&d, &c, NOW, &why));
	ck_assert_uint_eq(notices(first.id, NOTICE_LOOKING), 1);
	ck_assert_uint_eq(notices(second.id, NOTICE_LOOKING), 0);
	expect_timeline(first.id, "notice looking for ops|");
	tear_down();
}
END_TEST

START_TEST(a_wish_of_the_user_is_no_news_to_him)
{
	set_up();
	own(incident) struct incident i = add(STATE_MENDING);
	const struct change c = { .incident = &i,
		.event = EVENT_WAIT,
		.text = "paused",
		.wished = true };
	ok(transition_apply(&d, &c, NOW, &why));
	expect_timeline(i.id, "state waiting: paused|");
	tear_down();
}
END_TEST

CHECK_MAIN("step-notice", each_step_has_its_message,
	the_cause_is_told_once_and_the_end_of_a_promise_always,
	whoever_was_asked_learns_that_the_fault_is_not_confirmed,
	an_unknown_cause_is_told_once_an_hour_for_each_app,
	that_it_is_still_looked_for_is_told_once_an_hour_too,
	a_wish_of_the_user_is_no_news_to_him)
