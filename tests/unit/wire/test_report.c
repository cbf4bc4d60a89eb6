/* All that one job of hands said, frame by frame, from hands that may say
 * anything. */
#include "config.h"
#include "wire/report.h"

#include <errno.h>

#include "support/check_main.h"
#include "wire/role.h"

static int
take_one_finding(struct report *r, const char *name)
{
	own(frame) struct frame f = FRAME(HANDS_FINDING);
	struct finding out = { .name = xstrdup(name),
		.answer = ANSWER_YES,
		.text = xstrdup("it is there") };
	finding_put(&f, &out);
	finding_free(&out);
	struct why why;
	return report_take(r, &f, &why);
}

static int
take_one_result(struct report *r, enum outcome outcome)
{
	own(frame) struct frame f = FRAME(HANDS_RESULT);
	own(result) struct result out = { .outcome = outcome,
		.text = xstrdup("done") };
	result_put(&f, &out);
	struct why why;
	return report_take(r, &f, &why);
}

static int
take_one_plan(struct report *r, const char *remedy)
{
	own(frame) struct frame f = FRAME(HANDS_PLAN);
	own(plan) struct plan out = { .remedy = xstrdup(remedy),
		.reason = xstrdup("it only creates") };
	memset(out.hash, 'a', sizeof(out.hash) - 1);
	plan_step(&out, "CREATE TABLE a ()");
	plan_put(&f, &out);
	struct why why;
	return report_take(r, &f, &why);
}

START_TEST(what_was_said_is_gathered)
{
	own(report) struct report r = { 0 };
	ck_assert_int_eq(take_one_finding(&r, "table-exists"), 0);
	ck_assert_int_eq(take_one_finding(&r, "history-clean"), 0);
	ck_assert(!r.planned && !r.answered);
	ck_assert_int_eq(take_one_plan(&r, "prisma"), 0);
	ck_assert_int_eq(take_one_result(&r, OUTCOME_DONE), 0);
	ck_assert_uint_eq(r.n_findings, 2);
	ck_assert_str_eq(r.findings[1].name, "history-clean");
	ck_assert(r.planned && r.answered);
	ck_assert_str_eq(r.plan.remedy, "prisma");
	ck_assert_int_eq(r.result.outcome, OUTCOME_DONE);
}
END_TEST

static int
take_one_listing(struct report *r, size_t len)
{
	own(frame) struct frame f = FRAME(HANDS_LISTING);
	own(buf) struct buf piece = { 0 };
	memset(buf_reserve(&piece, len), 'x', len);
	piece.len = len;
	frame_put_span(&f, buf_span(&piece));
	struct why why;
	return report_take(r, &f, &why);
}

START_TEST(a_listing_belongs_to_its_plan_and_has_an_end)
{
	own(report) struct report r = { 0 };
	ck_assert_int_eq(take_one_listing(&r, 5), -EBADMSG);
	ck_assert_int_eq(take_one_plan(&r, "first"), 0);
	ck_assert_int_eq(take_one_listing(&r, 5), 0);
	ck_assert_int_eq(take_one_listing(&r, 7), 0);
	ck_assert_uint_eq(r.listing.len, 12);
	ck_assert_int_eq(take_one_plan(&r, "second"), 0);
	ck_assert_uint_eq(r.listing.len, 0);
	for (size_t n = 0; n + 60000 <= PLAN_LISTING_MAX; n += 60000)
		ck_assert_int_eq(take_one_listing(&r, 60000), 0);
	ck_assert_int_eq(take_one_listing(&r, 60000), -EBADMSG);
}
END_TEST

START_TEST(the_last_plan_and_the_last_result_hold)
{
	own(report) struct report r = { 0 };
	ck_assert_int_eq(take_one_plan(&r, "first"), 0);
	ck_assert_int_eq(take_one_plan(&r, "second"), 0);
	ck_assert_int_eq(take_one_result(&r, OUTCOME_BROKE), 0);
	ck_assert_int_eq(take_one_result(&r, OUTCOME_PASSED), 0);
	ck_assert_str_eq(r.plan.remedy, "second");
	ck_assert_int_eq(r.result.outcome, OUTCOME_PASSED);
}
END_TEST

START_TEST(more_findings_than_there_is_room_for_are_refused)
{
	own(report) struct report r = { 0 };
	for (unsigned i = 0; i < REPORT_FINDINGS; i++)
		ck_assert_int_eq(take_one_finding(&r, "x"), 0);
	ck_assert_int_eq(take_one_finding(&r, "x"), -EBADMSG);
	ck_assert_uint_eq(r.n_findings, REPORT_FINDINGS);
}
END_TEST

START_TEST(a_frame_of_another_type_is_refused)
{
	static const uint16_t types[] = { 0, HANDS_JOB, HANDS_STEP,
		HANDS_RESULT + 1 };
	for (size_t i = 0; i < ELEMENTS(types); i++) {
		own(report) struct report r = { 0 };
		own(frame) struct frame f = FRAME(types[i]);
		struct why why;
		ck_assert_int_eq(report_take(&r, &f, &why), -EBADMSG);
	}
}
END_TEST

START_TEST(what_is_broken_is_neither_a_plan_nor_an_answer)
{
	own(report) struct report r = { 0 };
	ck_assert_int_eq(take_one_plan(&r, "prisma"), 0);
	ck_assert_int_eq(take_one_result(&r, OUTCOME_DONE), 0);
	own(frame) struct frame plan = FRAME(HANDS_PLAN);
	own(frame) struct frame result = FRAME(HANDS_RESULT);
	own(frame) struct frame finding = FRAME(HANDS_FINDING);
	struct why why;
	ck_assert_int_eq(report_take(&r, &plan, &why), -EBADMSG);
	ck_assert_int_eq(report_take(&r, &result, &why), -EBADMSG);
	ck_assert_int_eq(report_take(&r, &finding, &why), -EBADMSG);
	ck_assert(!r.planned && !r.answered);
}
END_TEST

CHECK_MAIN("report", what_was_said_is_gathered,
	a_listing_belongs_to_its_plan_and_has_an_end,
	the_last_plan_and_the_last_result_hold,
	more_findings_than_there_is_room_for_are_refused,
	a_frame_of_another_type_is_refused,
	what_is_broken_is_neither_a_plan_nor_an_answer)
