#include "config.h"
#include "head/model/incident.h"

#include <errno.h>

#include "base/escape.h"
#include "support/check_main.h"

/* DESIGN section 7 as it is written there, pair by pair: from, to. Which event
 * leads there stands in the table; here it is only said that one does. */
static const char *const drawn[][2] = {
	{ "open", "diagnosing" },
	{ "diagnosing", "not-confirmed" },
	{ "diagnosing", "reported" },
	{ "diagnosing", "waiting" },
	{ "diagnosing", "rehearsing" },
	{ "waiting", "diagnosing" },
	{ "rehearsing", "awaiting-approval" },
	{ "rehearsing", "mending" },
	{ "rehearsing", "reported" },
	{ "awaiting-approval", "rejected" },
	{ "awaiting-approval", "expired" },
	{ "awaiting-approval", "mending" },
	{ "mending", "verifying" },
	{ "verifying", "resolved" },
	{ "verifying", "failed" },
	{ "verifying", "in-doubt" },
	{ "resolved", "regressed" },
	/* the whole table, beside the drawing */
	{ "diagnosing", "diagnosing" },
	{ "rehearsing", "diagnosing" },
	{ "rehearsing", "waiting" },
	{ "awaiting-approval", "resolved" },
	{ "awaiting-approval", "diagnosing" },
	{ "mending", "waiting" },
	{ "mending", "failed" },
	{ "mending", "in-doubt" },
	{ "not-confirmed", "diagnosing" },
	{ "regressed", "diagnosing" },
	/* probed again with back-off */
	{ "reported", "reported" },
	{ "reported", "diagnosing" },
	{ "reported", "resolved" },
	{ "rejected", "rejected" },
	{ "rejected", "diagnosing" },
	{ "rejected", "resolved" },
	{ "expired", "expired" },
	{ "expired", "diagnosing" },
	{ "expired", "resolved" },
	{ "failed", "failed" },
	{ "failed", "diagnosing" },
	{ "failed", "resolved" },
	{ "in-doubt", "in-doubt" },
	{ "in-doubt", "diagnosing" },
	{ "in-doubt", "resolved" },
};

static bool
is_drawn(enum incident_state from, enum incident_state to)
{
	if (to == STATE_CLOSED)
		return from != STATE_NONE && from != STATE_MENDING &&
			from != STATE_VERIFYING && from != STATE_CLOSED;
	for (size_t i = 0; i < ELEMENTS(drawn); i++)
		if (strcmp(drawn[i][0], state_name(from)) == 0 &&
			strcmp(drawn[i][1], state_name(to)) == 0)
			return true;
	return false;
}

static bool
leads(enum incident_state from, enum incident_state to)
{
	for (int e = 0; e < EVENTS; e++)
		if (state_after(from, (enum incident_event)e) == to)
			return true;
	return false;
}

START_TEST(every_step_of_the_design_is_possible_and_no_other)
{
	for (int from = 0; from < INCIDENT_STATES; from++)
		for (int to = 1; to < INCIDENT_STATES; to++)
			ck_assert_msg(leads((enum incident_state)from,
					      (enum incident_state)to) ==
					is_drawn((enum incident_state)from,
						(enum incident_state)to),
				"from %s to %s",
				state_name((enum incident_state)from),
				state_name((enum incident_state)to));
}
END_TEST

START_TEST(an_event_leads_to_its_own_states_only)
{
	static const struct {
		enum incident_event event;
		enum incident_state to; /* STATE_NONE: to where it was */
	} ends[] = {
		{ EVENT_LOOK, STATE_DIAGNOSING },
		{ EVENT_RESTART, STATE_DIAGNOSING },
		{ EVENT_NOT_CONFIRMED, STATE_NOT_CONFIRMED },
		{ EVENT_REPORT, STATE_REPORTED },
		{ EVENT_WAIT, STATE_WAITING },
		{ EVENT_REHEARSE, STATE_REHEARSING },
		{ EVENT_ASK, STATE_AWAITING_APPROVAL },
		{ EVENT_MEND, STATE_MENDING },
		{ EVENT_APPLIED, STATE_VERIFYING },
		{ EVENT_NOT_APPLIED, STATE_FAILED },
		{ EVENT_CANNOT_TELL, STATE_IN_DOUBT },
		{ EVENT_VERIFIED, STATE_RESOLVED },
		{ EVENT_UNVERIFIED, STATE_FAILED },
		{ EVENT_GONE, STATE_RESOLVED },
		{ EVENT_CHANGED, STATE_DIAGNOSING },
		{ EVENT_UNCHANGED, STATE_NONE },
		{ EVENT_REJECT, STATE_REJECTED },
		{ EVENT_EXPIRE, STATE_EXPIRED },
		{ EVENT_CLOSE, STATE_CLOSED },
	};
	for (size_t i = 0; i < ELEMENTS(ends); i++)
		for (int s = 0; s < INCIDENT_STATES; s++) {
			enum incident_state to = state_after(
				(enum incident_state)s, ends[i].event);
			enum incident_state expected = ends[i].to
				? ends[i].to
				: (enum incident_state)s;
			ck_assert(to == STATE_NONE || to == expected);
		}
}
END_TEST

START_TEST(a_refused_step_changes_nothing_and_says_so)
{
	for (int s = 0; s < INCIDENT_STATES; s++)
		for (int e = 0; e < EVENTS; e++) {
			struct incident i = { .id = 7,
				.state = (enum incident_state)s,
				.since = 5,
				.rechecks = 2 };
			struct why why = { "" };
			if (state_after(i.state, (enum incident_event)e))
				continue;
			ck_assert_int_eq(
				incident_step(
					&i, (enum incident_event)e, 9, &why),
				-EPROTO);
			ck_assert_int_eq(i.state, s);
			ck_assert_uint_eq(i.since, 5);
			ck_assert_uint_eq(i.rechecks, 2);
			ck_assert_ptr_nonnull(strstr(why.text, "incident 7"));
		}
}
END_TEST

START_TEST(a_step_begins_the_state_anew_and_staying_does_not)
{
	struct incident i = {
		.state = STATE_DIAGNOSING, .since = 1, .rechecks = 3
	};
	ck_assert_int_eq(incident_step(&i, EVENT_REPORT, 9, NULL), 0);
	ck_assert_int_eq(i.state, STATE_REPORTED);
	ck_assert_uint_eq(i.since, 9);
	ck_assert_uint_eq(i.rechecks, 0);
	i.rechecks = 4;
	ck_assert_int_eq(incident_step(&i, EVENT_UNCHANGED, 20, NULL), 0);
	ck_assert_uint_eq(i.since, 9);
	ck_assert_uint_eq(i.rechecks, 4);
}
END_TEST

START_TEST(a_regression_opens_the_breaker)
{
	struct incident i = { .state = STATE_RESOLVED };
	ck_assert_int_eq(incident_step(&i, EVENT_SEEN_AGAIN, 1, NULL), 0);
	ck_assert_int_eq(i.state, STATE_REGRESSED);
	ck_assert(i.breaker);
	ck_assert_int_eq(incident_step(&i, EVENT_LOOK, 2, NULL), 0);
	ck_assert(i.breaker);
}
END_TEST

START_TEST(the_states_have_the_names_that_people_rely_on)
{
	static const char *const names[] = { "open", "diagnosing", "waiting",
		"rehearsing", "awaiting-approval", "mending", "verifying",
		"resolved", "failed", "in-doubt", "reported", "not-confirmed",
		"rejected", "expired", "regressed", "closed" };
	ck_assert_uint_eq(ELEMENTS(names), INCIDENT_STATES - 1);
	for (int s = 1; s < INCIDENT_STATES; s++) {
		ck_assert_str_eq(
			state_name((enum incident_state)s), names[s - 1]);
	}
	for (int e = 0; e < EVENTS; e++)
		ck_assert_ptr_nonnull(event_name((enum incident_event)e));
}
END_TEST

START_TEST(five_states_are_probed_again)
{
	for (int s = 0; s < INCIDENT_STATES; s++)
		ck_assert_int_eq(state_rechecked((enum incident_state)s),
			s == STATE_REPORTED || s == STATE_REJECTED ||
				s == STATE_EXPIRED || s == STATE_FAILED ||
				s == STATE_IN_DOUBT);
}
END_TEST

START_TEST(a_code_depends_on_plan_incident_and_attempt)
{
	char a[APPROVAL_CODE], b[APPROVAL_CODE];
	approval_code("aa", 1, 1, a);
	ck_assert_uint_eq(strlen(a), 8);
	ck_assert_uint_eq(strspn(a, "0123456789abcdef"), 8);
	approval_code("aa", 1, 1, b);
	ck_assert_str_eq(a, b);
	approval_code("ab", 1, 1, b);
	ck_assert_str_ne(a, b);
	approval_code("aa", 2, 1, b);
	ck_assert_str_ne(a, b);
	approval_code("aa", 1, 2, b);
	ck_assert_str_ne(a, b);
	/* 1 and 11 are not 11 and 1. */
	approval_code("aa", 1, 11, a);
	approval_code("aa", 11, 1, b);
	ck_assert_str_ne(a, b);
}
END_TEST

START_TEST(an_incident_begins_with_its_first_fault)
{
	struct fault f = { .class = CLASS_MISSING_TABLE,
		.count = 3,
		.first_ns = 10,
		.last_ns = 20 };
	object_set(&f.object, OBJECT_SCHEMA, SPAN("public"));
	object_set(&f.object, OBJECT_TABLE, SPAN("AnalyticsEvent"));
	buf_add_str(&f.text, "P2021");
	struct incident i;
	incident_init(&i, "shop", "prisma-p2021", &f, 99);
	fault_free(&f);
	char print[SHA256_HEX];
	fingerprint("shop", CLASS_MISSING_TABLE, &i.object, print);
	ck_assert_int_eq(i.state, STATE_OPEN);
	ck_assert_str_eq(i.fingerprint, print);
	ck_assert_str_eq(i.sample, "P2021");
	ck_assert_uint_eq(i.count, 3);
	ck_assert_uint_eq(i.opened, 99);
	own(str) char *what = incident_what(&i);
	ck_assert_str_eq(what, "missing-table public.AnalyticsEvent");
	incident_free(&i);
}
END_TEST

CHECK_MAIN("incident", every_step_of_the_design_is_possible_and_no_other,
	an_event_leads_to_its_own_states_only,
	a_refused_step_changes_nothing_and_says_so,
	a_step_begins_the_state_anew_and_staying_does_not,
	a_regression_opens_the_breaker,
	the_states_have_the_names_that_people_rely_on,
	five_states_are_probed_again,
	a_code_depends_on_plan_incident_and_attempt,
	an_incident_begins_with_its_first_fault)
