#include "config.h"
#include "wire/job.h"

#include <errno.h>
#include <string.h>

#include "support/check_main.h"

#define KEY "7b3e8a52-0d3c-4b7e-9a50-3c2f1d0e9b11"

static struct job
a_job(void)
{
	struct job j = { .kind = JOB_MEND,
		.app = xstrdup("shop"),
		.class = CLASS_MISSING_TABLE,
		.incident = (uint64_t)1 << 40,
		.attempt = 3,
		.key = KEY,
		.time = 120 * USEC_SECOND };
	object_set(&j.object, OBJECT_TABLE, SPAN("Event"));
	memset(j.plan_hash, 'c', SHA256_HEX - 1);
	return j;
}

START_TEST(a_job_arrives_as_it_was_sent)
{
	own(job) struct job sent = a_job(), got = { 0 };
	own(frame) struct frame f = FRAME(0);
	struct why why = { "" };
	job_put(&f, &sent);
	ck_assert_msg(job_get(&f, &got, &why) == 0, "%s", why.text);
	ck_assert_int_eq(got.kind, JOB_MEND);
	ck_assert_str_eq(got.app, "shop");
	ck_assert_int_eq(got.class, CLASS_MISSING_TABLE);
	ck_assert(object_eq(&got.object, &sent.object));
	ck_assert_uint_eq(got.incident, sent.incident);
	ck_assert_uint_eq(got.attempt, 3);
	ck_assert_str_eq(got.key, KEY);
	ck_assert_str_eq(got.plan_hash, sent.plan_hash);
	ck_assert_uint_eq(got.time, sent.time);
}
END_TEST

START_TEST(every_job_that_is_cut_or_longer_is_broken)
{
	own(job) struct job sent = a_job();
	own(frame) struct frame whole = FRAME(0);
	job_put(&whole, &sent);
	for (size_t len = 0; len <= whole.data.len + 1; len++) {
		own(frame) struct frame f = FRAME(0);
		own(job) struct job got = { 0 };
		buf_add_span(&f.data, span_first(buf_span(&whole.data), len));
		if (len > whole.data.len)
			buf_add_char(&f.data, 'x');
		ck_assert_int_eq(job_get(&f, &got, NULL),
			len == whole.data.len ? 0 : -EBADMSG);
	}
}
END_TEST

static int
arrives(const struct job *sent)
{
	own(frame) struct frame f = FRAME(0);
	own(job) struct job got = { 0 };
	job_put(&f, sent);
	return job_get(&f, &got, NULL);
}

START_TEST(a_job_needs_an_app_a_kind_and_a_class)
{
	own(job) struct job j = a_job();
	ck_assert_int_eq(arrives(&j), 0);
	j.kind = JOBS;
	ck_assert_int_eq(arrives(&j), -EBADMSG);
	j.kind = JOB_LOOK;
	j.class = CLASSES;
	ck_assert_int_eq(arrives(&j), -EBADMSG);
	j.class = CLASS_DISK_FULL;
	ck_assert_int_eq(arrives(&j), 0);
	char *app = j.app;
	j.app = NULL;
	ck_assert_int_eq(arrives(&j), -EBADMSG);
	j.app = app;
}
END_TEST

START_TEST(a_key_or_hash_that_does_not_fit_is_broken)
{
	own(frame) struct frame f = FRAME(0);
	own(job) struct job got = { 0 };
	struct object none = { 0 };
	frame_put_u32(&f, JOB_MEND);
	frame_put_str(&f, "shop");
	frame_put_u32(&f, CLASS_MISSING_TABLE);
	object_put(&f, &none);
	frame_put_u64(&f, 1);
	frame_put_u32(&f, 1);
	frame_put_str(&f, KEY "x");
	frame_put_str(&f, "");
	frame_put_u64(&f, 1);
	ck_assert_int_eq(job_get(&f, &got, NULL), -EBADMSG);
	ck_assert_str_eq(got.key, "");
}
END_TEST

START_TEST(every_kind_has_a_name_of_its_own)
{
	for (int a = 0; a < JOBS; a++) {
		ck_assert_ptr_nonnull(job_kind_name((enum job_kind)a));
		for (int b = 0; b < a; b++)
			ck_assert_str_ne(job_kind_name((enum job_kind)a),
				job_kind_name((enum job_kind)b));
	}
}
END_TEST

CHECK_MAIN("job", a_job_arrives_as_it_was_sent,
	every_job_that_is_cut_or_longer_is_broken,
	a_job_needs_an_app_a_kind_and_a_class,
	a_key_or_hash_that_does_not_fit_is_broken,
	every_kind_has_a_name_of_its_own)
