#include "config.h"
#include "wire/result.h"

#include <errno.h>
#include <string.h>

#include "support/check_main.h"
#include "wire/job.h"

START_TEST(a_result_survives_the_wire)
{
	own(result) struct result out = { .outcome = OUTCOME_APPLIED,
		.cause = CAUSE_STRAY_SQL,
		.fault = ANSWER_NO,
		.history = ANSWER_YES,
		.deployed = ANSWER_YES,
		.lasting = true,
		.text = xstrdup("applied"),
		.history_text = xstrdup("clean"),
		.proposal = { .name = xstrdup("2026_event"),
			.folder = xstrdup("/p/2026_event") },
		.database = xstrdup("moving") };
	memset(out.proposal.checksum, 'c', SHA256_HEX - 1);
	own(frame) struct frame f = FRAME(1);
	result_put(&f, &out);
	own(result) struct result in;
	ck_assert_int_eq(result_get(&f, &in, NULL), 0);
	ck_assert_str_eq(in.proposal.name, "2026_event");
	ck_assert_str_eq(in.proposal.folder, "/p/2026_event");
	ck_assert_str_eq(in.proposal.checksum, out.proposal.checksum);
	ck_assert_int_eq(in.outcome, OUTCOME_APPLIED);
	ck_assert_int_eq(in.cause, CAUSE_STRAY_SQL);
	ck_assert_int_eq(in.fault, ANSWER_NO);
	ck_assert_int_eq(in.history, ANSWER_YES);
	ck_assert_int_eq(in.deployed, ANSWER_YES);
	ck_assert(in.lasting);
	ck_assert_str_eq(in.text, "applied");
	ck_assert_str_eq(in.history_text, "clean");
	ck_assert_str_eq(in.database, "moving");
	ck_assert_ptr_null(in.host);
}
END_TEST

START_TEST(an_outcome_out_of_range_is_broken)
{
	own(result) struct result out = { .outcome = OUTCOMES,
		.text = xstrdup("x") };
	own(frame) struct frame f = FRAME(1);
	result_put(&f, &out);
	own(result) struct result in;
	ck_assert_int_eq(result_get(&f, &in, NULL), -EBADMSG);
}
END_TEST

START_TEST(a_proposal_without_a_checksum_is_broken)
{
	own(result) struct result out = { .text = xstrdup("x"),
		.proposal.name = xstrdup("2026_event") };
	own(frame) struct frame f = FRAME(1);
	result_put(&f, &out);
	own(result) struct result in;
	ck_assert_int_eq(result_get(&f, &in, NULL), -EBADMSG);
}
END_TEST

START_TEST(outcomes_are_found_by_their_names)
{
	for (int o = 0; o < OUTCOMES; o++)
		ck_assert_int_eq(
			outcome_by_name(span_of(outcome_name((enum outcome)o))),
			o);
	ck_assert_int_eq(outcome_by_name(SPAN("fine")), -1);
}
END_TEST

START_TEST(a_job_survives_the_wire)
{
	own(job) struct job out = { .kind = JOB_MEND,
		.app = xstrdup("moverz-v4"),
		.class = CLASS_MISSING_COLUMN,
		.incident = 12,
		.attempt = 1,
		.key = "7b3e8a52-0d3c-4b7e-9a50-3c2f1d0e9b11",
		.proposal.name = xstrdup("2026_event"),
		.time = 120 * USEC_SECOND };
	object_set(&out.object, OBJECT_COLUMN, SPAN("batchId"));
	memset(out.plan_hash, 'a', SHA256_HEX - 1);
	memset(out.proposal.checksum, 'c', SHA256_HEX - 1);
	own(frame) struct frame f = FRAME(1);
	job_put(&f, &out);
	own(job) struct job in;
	ck_assert_int_eq(job_get(&f, &in, NULL), 0);
	ck_assert_int_eq(in.kind, JOB_MEND);
	ck_assert_str_eq(in.app, "moverz-v4");
	ck_assert(object_eq(&in.object, &out.object));
	ck_assert_uint_eq(in.incident, 12);
	ck_assert_str_eq(in.key, out.key);
	ck_assert_str_eq(in.plan_hash, out.plan_hash);
	ck_assert_uint_eq(in.time, out.time);
	ck_assert_str_eq(in.proposal.name, "2026_event");
	ck_assert_str_eq(in.proposal.checksum, out.proposal.checksum);
}
END_TEST

START_TEST(a_job_for_no_app_is_broken)
{
	own(job) struct job out = { .kind = JOB_LOOK };
	own(frame) struct frame f = FRAME(1);
	job_put(&f, &out);
	own(job) struct job in;
	ck_assert_int_eq(job_get(&f, &in, NULL), -EBADMSG);
}
END_TEST

CHECK_MAIN("result", a_result_survives_the_wire,
	an_outcome_out_of_range_is_broken,
	a_proposal_without_a_checksum_is_broken,
	outcomes_are_found_by_their_names, a_job_survives_the_wire,
	a_job_for_no_app_is_broken)
