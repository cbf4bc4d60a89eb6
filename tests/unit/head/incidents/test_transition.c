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
	an_old_proposal_cannot_be_approved_any_more,
	a_state_that_is_probed_again_begins_its_back_off,
	an_end_by_closing_ends_what_reminds_of_it,
	a_line_of_its_own_reaches_the_timeline)
