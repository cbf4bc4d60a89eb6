#include "config.h"
#include "head/policy/policy.h"

#include "base/escape.h"
#include "support/check_main.h"

#define NOW (1000 * USEC_DAY)

static struct plan plan;

/* Everything that speaks for acting. */
static struct circumstances
best(void)
{
	plan = (struct plan){ .remedy = (char *)"prisma",
		.verdict = VERDICT_AUTO,
		.writable = true };
	return (struct circumstances){
		.now = NOW,
		.mode = MODE_ACT,
		.class = CLASS_MISSING_TABLE,
		.cause = CAUSE_PENDING_MIGRATION,
		.has_remedy = true,
		.plan = &plan,
		.rehearsed = true,
		.rehearsal = OUTCOME_PASSED,
		.limits = { .allowed = true, .text = "0 of 3 attempts" },
	};
}

static struct decision
set_decision(const struct circumstances *c)
{
	struct decision d;
	policy_decide(c, &d);
	/* A decision without a reason is none. */
	ck_assert_uint_gt(strlen(d.reason), 10);
	return d;
}

#define assert_decides(c, expected)                                      \
	do {                                                             \
		struct decision d_ = set_decision(&(c));                 \
		ck_assert_msg(d_.action == (expected), "%s, not %s: %s", \
			action_name(d_.action), action_name(expected),   \
			d_.reason);                                      \
	} while (0)

START_TEST(zero_does_nothing)
{
	struct circumstances c = { 0 };
	assert_decides(c, ACTION_REPORT);
}
END_TEST

START_TEST(everything_at_its_best_acts_and_names_the_limits)
{
	struct circumstances c = best();
	struct decision d = set_decision(&c);
	ck_assert_int_eq(d.action, ACTION_ACT);
	ck_assert_ptr_nonnull(strstr(d.reason, "0 of 3 attempts"));
	ck_assert_ptr_nonnull(strstr(d.reason, "rehearsal passed"));
	c.rehearsed = false;
	assert_decides(c, ACTION_ACT);
}
END_TEST

START_TEST(a_mode_caps_what_is_done)
{
	struct circumstances c = best();
	c.mode = MODE_ASK;
	assert_decides(c, ACTION_ASK);
	c.mode = MODE_REPORT;
	assert_decides(c, ACTION_REPORT);
	c.approved = true;
	assert_decides(c, ACTION_REPORT);
	struct decision d;
	c.lowered_by = "the label logmend.mode of service shop";
	policy_decide(&c, &d);
	ck_assert_str_eq(d.reason,
		"the mode is report, lowered by the label logmend.mode of "
		"service shop");
}
END_TEST

START_TEST(a_cause_caps_what_is_done)
{
	static const enum action most[CAUSES] = {
		[CAUSE_NONE] = ACTION_REPORT,
		[CAUSE_UNREACHABLE] = ACTION_WAIT,
		[CAUSE_NOT_CONFIRMED] = ACTION_CLOSE,
		[CAUSE_DEPLOY_UNDER_WAY] = ACTION_WAIT,
		[CAUSE_FAILED_MIGRATION] = ACTION_ASK,
		[CAUSE_NO_PRIVILEGE] = ACTION_REPORT,
		[CAUSE_WRONG_DATABASE] = ACTION_REPORT,
		[CAUSE_WRONG_SCHEMA] = ACTION_REPORT,
		[CAUSE_BASELINE_CONFLICT] = ACTION_ASK,
		[CAUSE_PENDING_MIGRATION] = ACTION_ACT,
		[CAUSE_EDITED_MIGRATION] = ACTION_ASK,
		[CAUSE_APP_OLDER_THAN_DATABASE] = ACTION_REPORT,
		[CAUSE_RECORDED_BUT_ABSENT] = ACTION_ASK,
		[CAUSE_STRAY_SQL] = ACTION_ASK,
		[CAUSE_MODEL_WITHOUT_MIGRATION] = ACTION_REPORT,
		[CAUSE_UNKNOWN] = ACTION_REPORT,
	};
	for (int k = 0; k < CAUSES; k++) {
		struct circumstances c = best();
		c.cause = (enum cause)k;
		assert_decides(c, most[k]);
	}
}
END_TEST

START_TEST(a_class_without_probe_or_remedy_is_reported)
{
	for (int k = 0; k < CLASSES; k++) {
		struct circumstances c = best();
		c.class = (enum fault_class)k;
		assert_decides(c,
			class_info(c.class)->mendable ? ACTION_ACT
						      : ACTION_REPORT);
	}
	struct circumstances c = best();
	c.has_remedy = false;
	assert_decides(c, ACTION_REPORT);
	c = best();
	c.plan = NULL;
	assert_decides(c, ACTION_REPORT);
}
END_TEST

START_TEST(never_refuses_in_every_mode_and_even_if_approved)
{
	for (int m = MODE_REPORT; m <= MODE_ACT; m++) {
		struct circumstances c = best();
		c.mode = (enum mode)m;
		c.approved = true;
		plan.verdict = VERDICT_NEVER;
		plan.reason = (char *)"DROP TABLE loses data";
		struct decision d = set_decision(&c);
		ck_assert_int_eq(d.action, ACTION_REFUSE);
		ck_assert_ptr_nonnull(strstr(d.reason, "DROP TABLE"));
	}
}
END_TEST

START_TEST(the_guard_lowers_act_to_ask_with_its_reason)
{
	struct circumstances c = best();
	plan.verdict = VERDICT_ASK;
	plan.reason = (char *)"ALTER TABLE locks a large table";
	struct decision d = set_decision(&c);
	ck_assert_int_eq(d.action, ACTION_ASK);
	ck_assert_ptr_nonnull(strstr(d.reason, "ALTER TABLE"));
	c.approved = true;
	assert_decides(c, ACTION_ACT);
}
END_TEST

START_TEST(only_what_passed_on_the_copy_acts_by_itself)
{
	static const enum action then[OUTCOMES] = {
		[OUTCOME_DONE] = ACTION_REPORT,
		[OUTCOME_PASSED] = ACTION_ACT,
		[OUTCOME_BROKE] = ACTION_REPORT,
		[OUTCOME_IMPOSSIBLE] = ACTION_ASK,
		[OUTCOME_APPLIED] = ACTION_REPORT,
		[OUTCOME_NOT_APPLIED] = ACTION_REPORT,
		[OUTCOME_STALE] = ACTION_WAIT,
		[OUTCOME_GONE] = ACTION_WAIT,
		[OUTCOME_IN_DOUBT] = ACTION_REPORT,
		[OUTCOME_HELD_BACK] = ACTION_REPORT,
		[OUTCOME_HELD_PARTLY] = ACTION_REPORT,
		[OUTCOME_ERROR] = ACTION_REPORT,
	};
	for (int k = 0; k < OUTCOMES; k++) {
		struct circumstances c = best();
		c.rehearsal = (enum outcome)k;
		assert_decides(c, then[k]);
		/* An approval does not make a broken copy whole. */
		c.approved = true;
		assert_decides(c, then[k] == ACTION_ASK ? ACTION_ACT : then[k]);
	}
	struct circumstances c = best();
	c.rehearse_off = true;
	c.rehearsed = false;
	assert_decides(c, ACTION_ASK);
}
END_TEST

START_TEST(a_decision_says_what_it_leans_on)
{
	static const enum outcome ends[] = { OUTCOME_BROKE, OUTCOME_IMPOSSIBLE,
		OUTCOME_ERROR };
	struct circumstances c = best();
	c.rehearsal_text = "pg_dump: not found";
	for (size_t i = 0; i < ELEMENTS(ends); i++) {
		c.rehearsal = ends[i];
		struct decision d = set_decision(&c);
		ck_assert_ptr_nonnull(strstr(d.reason, "pg_dump: not found"));
	}
	c = best();
	c.cause = CAUSE_UNKNOWN;
	c.cause_text = "/etc/x.url: cannot be opened";
	struct decision d = set_decision(&c);
	ck_assert_int_eq(d.action, ACTION_REPORT);
	ck_assert_ptr_nonnull(strstr(d.reason, "/etc/x.url: cannot be opened"));
}
END_TEST

/* A reason has an end, and no half character stands there. */
START_TEST(a_long_reason_is_cut_between_characters)
{
	for (size_t before = 0; before < 4; before++) {
		own(buf) struct buf text = { 0 };
		buf_add(&text, "abcd", before);
		while (text.len < 1000)
			buf_add_str(&text, "\xf0\x9f\x94\xa5");
		struct circumstances c = best();
		c.cause = CAUSE_UNKNOWN;
		c.cause_text = buf_str(&text);
		struct decision d = set_decision(&c);
		ck_assert(utf8_valid(span_of(d.reason)));
		ck_assert_uint_gt(strlen(d.reason), sizeof(d.reason) - 5);
	}
}
END_TEST

START_TEST(a_second_attempt_is_asked_about)
{
	struct circumstances c = best();
	c.attempts = 1;
	assert_decides(c, ACTION_ASK);
	c.approved = true;
	assert_decides(c, ACTION_ACT);
}
END_TEST

START_TEST(breaker_flood_and_a_folder_that_cannot_be_written_report)
{
	struct circumstances c = best();
	c.approved = true;
	c.breaker = true;
	assert_decides(c, ACTION_REPORT);
	c = best();
	c.roll_up = true;
	assert_decides(c, ACTION_REPORT);
	c = best();
	c.cause = CAUSE_STRAY_SQL;
	plan.writable = false;
	struct decision d = set_decision(&c);
	ck_assert_int_eq(d.action, ACTION_REPORT);
	ck_assert_ptr_nonnull(strstr(d.reason, "`proposals`"));
}
END_TEST

START_TEST(a_limit_makes_asking_and_acting_wait)
{
	struct circumstances c = best();
	c.limits = (struct limits_answer){ .until = NOW + 5,
		.text = "the cooldown is not over" };
	struct decision d = set_decision(&c);
	ck_assert_int_eq(d.action, ACTION_WAIT);
	ck_assert_uint_eq(d.until, NOW + 5);
	ck_assert_str_eq(d.reason, "the cooldown is not over");
	c.mode = MODE_ASK;
	assert_decides(c, ACTION_WAIT);
	c.approved = true;
	assert_decides(c, ACTION_WAIT);
	/* What is only told is not limited. */
	c.mode = MODE_REPORT;
	assert_decides(c, ACTION_REPORT);
}
END_TEST

START_TEST(what_may_pass_is_waited_for_a_quarter_of_an_hour)
{
	struct circumstances c = best();
	c.cause = CAUSE_UNREACHABLE;
	unsigned looks = 0;
	usec begun = c.now;
	struct decision d = set_decision(&c);
	while (d.action == ACTION_WAIT && looks < 100) {
		looks++;
		ck_assert_uint_gt(d.until, c.now);
		ck_assert_uint_eq(d.waiting_since, begun);
		c.now = d.until;
		c.waiting_since = d.waiting_since;
		d = set_decision(&c);
	}
	ck_assert_int_eq(d.action, ACTION_REPORT);
	ck_assert_uint_eq(c.now, begun + POLICY_PATIENCE);
	/* Seldom enough for a database that has trouble already. */
	ck_assert_uint_le(looks, 8);
	c.cause = CAUSE_PENDING_MIGRATION;
	ck_assert_uint_eq(set_decision(&c).waiting_since, 0);
}
END_TEST

START_TEST(what_does_not_pass_by_itself_is_reported_at_once)
{
	struct circumstances c = best();
	c.cause = CAUSE_UNREACHABLE;
	c.lasting = true;
	struct decision d = set_decision(&c);
	ck_assert_int_eq(d.action, ACTION_REPORT);
	ck_assert_ptr_nonnull(strstr(d.reason, "not waited for"));
	ck_assert_uint_eq(d.waiting_since, 0);
}
END_TEST

START_TEST(a_reason_is_cut_not_overrun)
{
	struct circumstances c = best();
	char *big = xcalloc(1, 2000);
	memset(big, 'x', 1999);
	plan.verdict = VERDICT_NEVER;
	plan.reason = big;
	struct decision d = set_decision(&c);
	ck_assert_uint_lt(strlen(d.reason), sizeof(d.reason));
	str_free(big);
}
END_TEST

CHECK_MAIN("policy", zero_does_nothing,
	everything_at_its_best_acts_and_names_the_limits,
	a_mode_caps_what_is_done, a_cause_caps_what_is_done,
	a_class_without_probe_or_remedy_is_reported,
	never_refuses_in_every_mode_and_even_if_approved,
	the_guard_lowers_act_to_ask_with_its_reason,
	only_what_passed_on_the_copy_acts_by_itself,
	a_decision_says_what_it_leans_on,
	a_long_reason_is_cut_between_characters,
	a_second_attempt_is_asked_about,
	breaker_flood_and_a_folder_that_cannot_be_written_report,
	a_limit_makes_asking_and_acting_wait,
	what_may_pass_is_waited_for_a_quarter_of_an_hour,
	what_does_not_pass_by_itself_is_reported_at_once,
	a_reason_is_cut_not_overrun)
