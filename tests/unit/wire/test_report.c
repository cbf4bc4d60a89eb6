#include "config.h"
#include "wire/report.h"

#include <errno.h>
#include <string.h>

#include "support/check_main.h"
#include "wire/role.h"

static int
take_one_finding(struct report *r, const char *name)
{
	struct finding sent = { .name = (char *)name,
		.answer = ANSWER_YES,
		.text = (char *)"It is there." };
	own(frame) struct frame f = FRAME(HANDS_FINDING);
	finding_put(&f, &sent);
	return report_take(r, &f, NULL);
}

static int
take_one_plan(struct report *r, const char *remedy)
{
	struct plan sent = { .remedy = (char *)remedy,
		.verdict = VERDICT_ASK,
		.reason = (char *)"It drops a column." };
	memset(sent.hash, 'a', SHA256_HEX - 1);
	own(frame) struct frame f = FRAME(HANDS_PLAN);
	plan_put(&f, &sent);
	return report_take(r, &f, NULL);
}

static int
take_one_result(struct report *r, enum outcome outcome)
{
	struct result sent = { .outcome = outcome, .text = (char *)"Done." };
	own(frame) struct frame f = FRAME(HANDS_RESULT);
	result_put(&f, &sent);
	return report_take(r, &f, NULL);
}

START_TEST(all_that_hands_say_is_collected)
{
	own(report) struct report r = { 0 };
	ck_assert_int_eq(take_one_finding(&r, "table-exists"), 0);
	ck_assert_int_eq(take_one_finding(&r, "history-clean"), 0);
	ck_assert(!r.planned && !r.answered);
	ck_assert_int_eq(take_one_plan(&r, "prisma"), 0);
	ck_assert_int_eq(take_one_result(&r, OUTCOME_DONE), 0);
	ck_assert_uint_eq(r.n_findings, 2);
	ck_assert_str_eq(r.findings[0].name, "table-exists");
	ck_assert_str_eq(r.findings[1].name, "history-clean");
	ck_assert(r.planned && r.answered);
	ck_assert_str_eq(r.plan.remedy, "prisma");
	ck_assert_int_eq(r.result.outcome, OUTCOME_DONE);
}
END_TEST

START_TEST(a_later_plan_and_result_replace_the_earlier)
{
	own(report) struct report r = { 0 };
	ck_assert_int_eq(take_one_plan(&r, "first"), 0);
	ck_assert_int_eq(take_one_plan(&r, "second"), 0);
	ck_assert_int_eq(take_one_result(&r, OUTCOME_ERROR), 0);
	ck_assert_int_eq(take_one_result(&r, OUTCOME_APPLIED), 0);
	ck_assert_str_eq(r.plan.remedy, "second");
	ck_assert_int_eq(r.result.outcome, OUTCOME_APPLIED);
}
END_TEST

START_TEST(a_frame_that_is_broken_leaves_no_plan_and_no_result)
{
	own(report) struct report r = { 0 };
	ck_assert_int_eq(take_one_plan(&r, "prisma"), 0);
	ck_assert_int_eq(take_one_result(&r, OUTCOME_DONE), 0);
	own(frame) struct frame plan = FRAME(HANDS_PLAN);
	own(frame) struct frame result = FRAME(HANDS_RESULT);
	frame_put_u32(&plan, 1);
	frame_put_u32(&result, OUTCOMES);
	ck_assert_int_eq(report_take(&r, &plan, NULL), -EBADMSG);
	ck_assert_int_eq(report_take(&r, &result, NULL), -EBADMSG);
	ck_assert(!r.planned && !r.answered);
}
END_TEST

START_TEST(more_findings_than_there_is_room_for_are_refused)
{
	own(report) struct report r = { 0 };
	for (size_t i = 0; i < REPORT_FINDINGS; i++)
		ck_assert_int_eq(take_one_finding(&r, "one"), 0);
	ck_assert_int_eq(take_one_finding(&r, "one"), -EBADMSG);
	ck_assert_uint_eq(r.n_findings, REPORT_FINDINGS);
}
END_TEST

START_TEST(steps_and_unknown_frames_are_not_taken)
{
	static const uint16_t types[] = { 0, HANDS_JOB, HANDS_STEP,
		HANDS_RESULT + 1 };
	own(report) struct report r = { 0 };
	for (size_t i = 0; i < ELEMENTS(types); i++) {
		own(frame) struct frame f = FRAME(types[i]);
		frame_put_str(&f, "a step");
		ck_assert_int_eq(report_take(&r, &f, NULL), -EBADMSG);
	}
	ck_assert(!r.n_findings && !r.planned && !r.answered);
}
END_TEST

START_TEST(a_report_that_is_freed_is_empty)
{
	struct report r = { 0 };
	ck_assert_int_eq(take_one_finding(&r, "one"), 0);
	ck_assert_int_eq(take_one_plan(&r, "prisma"), 0);
	ck_assert_int_eq(take_one_result(&r, OUTCOME_DONE), 0);
	report_free(&r);
	ck_assert(!r.n_findings && !r.planned && !r.answered);
	report_free(&r);
}
END_TEST

CHECK_MAIN("report", all_that_hands_say_is_collected,
	a_later_plan_and_result_replace_the_earlier,
	a_frame_that_is_broken_leaves_no_plan_and_no_result,
	more_findings_than_there_is_room_for_are_refused,
	steps_and_unknown_frames_are_not_taken, a_report_that_is_freed_is_empty)
