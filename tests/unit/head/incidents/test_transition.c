#include "config.h"
#include "head/incidents/transition.h"

#include <errno.h>

#include "unit/head/incidents/stage.h"

static int
step(struct incident *i, enum incident_event e, const char *text)
{
	const struct change c = { .incident = i, .event = e, .text = text };
	return transition_apply(&d, &c, NOW, &why);
}

START_TEST(a_step_is_stored_with_its_moment_and_noted)
{
	set_up();
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	i.waiting_since = NOW;
	ok(step(&i, EVENT_WAIT, "it may pass"));
	expect_state(i.id, STATE_WAITING);
	expect_timeline(i.id, "state waiting: it may pass|");
	ck_assert_str_eq(noted, "waiting: it may pass");
	ok(step(&i, EVENT_LOOK, NULL));
	expect_timeline(i.id, "state waiting: it may pass|state diagnosing|");
	tear_down();
}
END_TEST

START_TEST(a_step_that_the_table_refuses_stores_nothing)
{
	set_up();
	own(incident) struct incident i = add(STATE_OPEN);
	own(incident) struct incident same = get(i.id);
	incident_set(&i.reason, "something else");
	ck_assert_int_eq(step(&i, EVENT_MEND, "x"), -EPROTO);
	ck_assert_int_eq(step(&i, EVENT_NONE, NULL), 0);
	own(incident) struct incident j = add(STATE_CLOSED);
	ck_assert_int_eq(step(&j, EVENT_CLOSE, "x"), -EPROTO);
	expect_state(j.id, STATE_CLOSED);
	expect_timeline(j.id, "");
	tear_down();
}
END_TEST

START_TEST(what_fails_in_the_middle_leaves_nothing_behind)
{
	set_up();
	own(incident) struct incident i = add(STATE_REHEARSING);
	struct attempt a = { .incident = i.id, .number = 1, .started = NOW };
	a.database = (char *)DATABASE;
	snprintf(a.key, sizeof(a.key), "%s", KEY);
	ok(store_attempt_add(d.store, &a, &why));
	/* The same intent twice. */
	const struct change c = {
		.incident = &i, .event = EVENT_MEND, .text = "x", .begun = &a
	};
	ck_assert_int_eq(transition_apply(&d, &c, NOW, &why), -EEXIST);
	expect_state(i.id, STATE_REHEARSING);
	expect_timeline(i.id, "");
	ok(store_begin(d.store, &why));
	store_rollback(d.store);
	tear_down();
}
END_TEST

START_TEST(within_a_transaction_of_the_caller_it_commits_nothing)
{
	set_up();
	own(incident) struct incident i = add(STATE_OPEN);
	const struct change c = {
		.incident = &i, .event = EVENT_LOOK, .within = true
	};
	ok(store_begin(d.store, &why));
	ok(transition_apply(&d, &c, NOW, &why));
	store_rollback(d.store);
	expect_state(i.id, STATE_OPEN);
	expect_timeline(i.id, "");
	tear_down();
}
END_TEST

START_TEST(an_incident_without_an_id_is_opened)
{
	set_up();
	struct fault f = { .class = CLASS_DISK_FULL, .count = 1 };
	own(incident) struct incident i;
	incident_init(&i, "shop", "disk", &f, NOW);
	const struct change c = {
		.incident = &i, .kind = "state", .text = "open: by rule disk"
	};
	ok(transition_apply(&d, &c, NOW, &why));
	ck_assert_uint_gt(i.id, 0);
	expect_timeline(i.id, "state open: by rule disk|");
	ck_assert_str_eq(noted, "open: by rule disk");
	tear_down();
}
END_TEST

START_TEST(findings_are_stored_with_the_change_that_brings_them)
{
	set_up();
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	struct finding f = { (char *)"table-exists", ANSWER_NO,
		(char *)"it does not" };
	const struct change c = { .incident = &i,
		.kind = "cause",
		.text = "stray-sql: a file",
		.findings = &f,
		.n_findings = 1 };
	ok(transition_apply(&d, &c, NOW, &why));
	struct finding *list = NULL;
	size_t n = 0;
	ok(store_findings(d.store, i.id, &list, &n, &why));
	ck_assert_uint_eq(n, 1);
	finding_list_free(list, n);
	expect_timeline(i.id, "cause stray-sql: a file|");
	ck_assert_str_eq(noted, "cause: stray-sql: a file");
	tear_down();
}
END_TEST

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

START_TEST(an_old_proposal_cannot_be_approved_any_more)
{
	static const enum incident_event ends[] = { EVENT_CHANGED, EVENT_REJECT,
		EVENT_CLOSE };
	set_up();
	for (size_t k = 0; k < ELEMENTS(ends); k++) {
		own(incident) struct incident i = add(STATE_AWAITING_APPROVAL);
		memcpy(i.code, "1a2b3c4d", APPROVAL_CODE);
		incident_set(&i.approved_by, "root (uid 0)");
		ok(step(&i, ends[k], "x"));
		own(incident) struct incident now = get(i.id);
		ck_assert_ptr_null(now.approved_by);
		ck_assert_str_eq(now.code, "");
	}
	own(incident) struct incident i = add(STATE_AWAITING_APPROVAL);
	incident_set(&i.approved_by, "root (uid 0)");
	ok(step(&i, EVENT_EXPIRE, "held up for too long"));
	ck_assert_ptr_nonnull(i.approved_by);
	tear_down();
}
END_TEST

START_TEST(a_state_that_is_probed_again_begins_its_back_off)
{
	set_up();
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	ok(step(&i, EVENT_REPORT, "x"));
	ck_assert_uint_eq(i.recheck_due, NOW + LIMITS_RECHECK_FIRST);
	own(incident) struct incident all = add(STATE_DIAGNOSING);
	all.roll_up = true;
	ok(step(&all, EVENT_REPORT, "x"));
	ck_assert_uint_eq(all.recheck_due, 0);
	tear_down();
}
END_TEST

/* Whoever closes it: a person, or logmend for want of room. */
START_TEST(an_end_by_closing_ends_what_reminds_of_it)
{
	set_up();
	own(incident) struct incident i = add(STATE_RESOLVED);
	struct attempt a = { .incident = i.id, .number = 1, .key = KEY };
	struct attempt *list = NULL;
	size_t n = 1;
	a.database = (char *)DATABASE;
	ok(store_attempt_add(d.store, &a, &why));
	a.ended = NOW;
	a.uncommitted = true;
	a.proposal.name = (char *)"2026_event";
	ok(store_attempt_end(d.store, &a, &why));
	ok(step(&i, EVENT_CLOSE, "x"));
	expect_timeline(i.id,
		"state closed: x|commit nobody is reminded any more to commit "
		"2026_event|");
	ok(store_uncommitted(d.store, 0, &list, &n, &why));
	ck_assert_uint_eq(n, 0);
	attempts_free(list, n);
	tear_down();
}
END_TEST

START_TEST(a_line_of_its_own_reaches_the_timeline)
{
	set_up();
	own(incident) struct incident i = add(STATE_MENDING);
	ok(transition_moment(&d, i.id, "step", "half done", NOW, &why));
	expect_timeline(i.id, "step half done|");
	tear_down();
}
END_TEST

CHECK_MAIN("transition", a_step_is_stored_with_its_moment_and_noted,
	a_step_that_the_table_refuses_stores_nothing,
	what_fails_in_the_middle_leaves_nothing_behind,
	within_a_transaction_of_the_caller_it_commits_nothing,
	an_incident_without_an_id_is_opened,
	findings_are_stored_with_the_change_that_brings_them,
	each_step_has_its_message,
	the_cause_is_told_once_and_the_end_of_a_promise_always,
	whoever_was_asked_learns_that_the_fault_is_not_confirmed,
	an_unknown_cause_is_told_once_an_hour_for_each_app,
	that_it_is_still_looked_for_is_told_once_an_hour_too,
	a_wish_of_the_user_is_no_news_to_him,
	an_old_proposal_cannot_be_approved_any_more,
	a_state_that_is_probed_again_begins_its_back_off,
	an_end_by_closing_ends_what_reminds_of_it,
	a_line_of_its_own_reaches_the_timeline)
