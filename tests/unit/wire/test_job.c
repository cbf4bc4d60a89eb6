/* A job for hands: ids and typed values over the wire, and nothing else. */
#include "config.h"
#include "wire/job.h"

#include <errno.h>

#include "support/check_main.h"

#define UUID "0a1b2c3d-0000-4000-8000-000000000001"

static struct job
a_job(void)
{
	struct job j = { .kind = JOB_RECOVER,
		.app = xstrdup("moverz-v4"),
		.class = CLASS_MISSING_COLUMN,
		.incident = 1ull << 40,
		.attempt = 2,
		.key = UUID,
		.time = 3 * USEC_MINUTE,
		.approved = true,
		.migrations = xstrdup("container:/app/m") };
	ck_assert_int_eq(object_parse(j.class, SPAN("public.Job.batchId"),
				 &j.object, NULL),
		0);
	memset(j.plan_hash, 'a', sizeof(j.plan_hash) - 1);
	return j;
}

static int
there_and_back(const struct job *out, struct job *ret)
{
	own(frame) struct frame f = FRAME(1);
	job_put(&f, out);
	return job_get(&f, ret, NULL);
}

START_TEST(a_job_arrives_as_it_was_sent)
{
	own(job) struct job out = a_job();
	own(job) struct job in = { 0 };
	ck_assert_int_eq(there_and_back(&out, &in), 0);
	ck_assert_int_eq(in.kind, JOB_RECOVER);
	ck_assert_str_eq(in.app, "moverz-v4");
	ck_assert_int_eq(in.class, CLASS_MISSING_COLUMN);
	ck_assert(object_eq(&in.object, &out.object));
	ck_assert_uint_eq(in.incident, 1ull << 40);
	ck_assert_uint_eq(in.attempt, 2);
	ck_assert_str_eq(in.key, UUID);
	ck_assert_str_eq(in.plan_hash, out.plan_hash);
	ck_assert_uint_eq(in.time, 3 * USEC_MINUTE);
	ck_assert(in.approved);
	ck_assert_str_eq(in.migrations, "container:/app/m");
}
END_TEST

START_TEST(a_job_without_an_app_is_refused)
{
	own(job) struct job out = a_job();
	own(job) struct job in = { 0 };
	str_free(take(out.app));
	ck_assert_int_eq(there_and_back(&out, &in), -EBADMSG);
}
END_TEST

START_TEST(kinds_and_classes_that_nobody_knows_are_refused)
{
	own(job) struct job kind = a_job();
	own(job) struct job class = a_job();
	own(job) struct job in = { 0 };
	own(job) struct job again = { 0 };
	kind.kind = JOBS;
	class.class = CLASSES;
	ck_assert_int_eq(there_and_back(&kind, &in), -EBADMSG);
	ck_assert_int_eq(there_and_back(&class, &again), -EBADMSG);
}
END_TEST

/* A frame as job_put() writes it, with other texts. */
static void
put_with(struct frame *f, const char *app, const char *key, const char *hash)
{
	struct object none = { 0 };
	frame_put_u32(f, JOB_MEND);
	frame_put_str(f, app);
	frame_put_u32(f, CLASS_MISSING_TABLE);
	object_put(f, &none);
	frame_put_u64(f, 1);
	frame_put_u32(f, 1);
	frame_put_str(f, key);
	frame_put_str(f, hash);
	frame_put_u64(f, 1);
	frame_put_bool(f, false);
	frame_put_str(f, NULL);
	proposal_put(f, &(struct proposal){ 0 });
}

START_TEST(texts_that_are_too_long_are_refused_and_not_cut)
{
	own(buf) struct buf longer = { 0 };
	for (int i = 0; i < 129; i++)
		buf_add_char(&longer, 'a');
	const char *const rows[][3] = { { buf_str(&longer), UUID, "" },
		{ "shop", UUID "0", "" }, { "shop", UUID, buf_str(&longer) } };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(frame) struct frame f = FRAME(1);
		own(job) struct job in = { 0 };
		put_with(&f, rows[i][0], rows[i][1], rows[i][2]);
		ck_assert_int_eq(job_get(&f, &in, NULL), -EBADMSG);
	}
	own(frame) struct frame fine = FRAME(1);
	own(job) struct job in = { 0 };
	put_with(&fine, "shop", UUID, "");
	ck_assert_int_eq(job_get(&fine, &in, NULL), 0);
}
END_TEST

START_TEST(every_kind_has_a_name_of_its_own)
{
	for (int a = 0; a < JOBS; a++)
		for (int b = 0; b < a; b++)
			ck_assert_str_ne(job_kind_name((enum job_kind)a),
				job_kind_name((enum job_kind)b));
}
END_TEST

CHECK_MAIN("job", a_job_arrives_as_it_was_sent, a_job_without_an_app_is_refused,
	kinds_and_classes_that_nobody_knows_are_refused,
	texts_that_are_too_long_are_refused_and_not_cut,
	every_kind_has_a_name_of_its_own)
