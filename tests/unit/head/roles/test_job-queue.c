#include "config.h"
#include "head/roles/job-queue.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/check_main.h"
#include "wire/role.h"

/* This program in the place of hands: says what job it got, as the result's
 * text. For app `dies` it ends without a result. */
static int
play_hands(void)
{
	own(frame) struct frame f = FRAME(0);
	own(job) struct job j = { 0 };
	if (frame_recv(ROLE_SOCKET, &f) <= 0 || job_get(&f, &j, NULL) < 0)
		return 1;
	if (strcmp(j.app, "dies") == 0)
		return 0;
	own(frame) struct frame step = FRAME(HANDS_STEP);
	frame_put_str(&step, "looking");
	own(str) char *text = xprintf("%s %s %llu s, incident %llu, attempt "
				      "%u, key '%s', hash %.2s",
		job_kind_name(j.kind), j.app,
		(unsigned long long)(j.time / USEC_SECOND),
		(unsigned long long)j.incident, j.attempt, j.key, j.plan_hash);
	struct result res = { .outcome = OUTCOME_DONE, .text = text };
	own(frame) struct frame result = FRAME(HANDS_RESULT);
	result_put(&result, &res);
	return frame_send(ROLE_SOCKET, &step) < 0 ||
		frame_send(ROLE_SOCKET, &result) < 0;
}

#define KEY "7b3e8a52-0d3c-4b7e-9a50-3c2f1d0e9b11"

static const struct remedy prisma = { .deadline = 200 * USEC_SECOND };

struct world {
	sd_event *loop;
	struct job_queue *queue;
	struct app shop, blog, dies;
	struct incident incident;
	struct attempt attempt;
	struct buf ended; /* a line for each job that ended */
	unsigned steps, waiting;
	bool send_next; /* from inside on_done, once */
};

static void send(struct world *w, enum job_purpose p, const struct app *a);

static void
on_step(void *arg, uint64_t incident, const char *text)
{
	struct world *w = arg;
	ck_assert_uint_eq(incident, 7);
	ck_assert_str_eq(text, "looking");
	w->steps++;
}

static void
on_done(void *arg, enum job_purpose purpose, const struct app *app,
	uint64_t incident, struct report *report)
{
	struct world *w = arg;
	(void)purpose;
	(void)incident;
	buf_printf(&w->ended, "%s\n",
		report->answered ? report->result.text : "no result");
	ck_assert(!job_queue_at_app(w->queue, app));
	w->waiting--;
	if (w->send_next) {
		w->send_next = false;
		send(w, FOR_VERIFICATION, app);
	}
	if (!w->waiting)
		sd_event_exit(w->loop, 0);
}

static void
world_new(struct world *w)
{
	static const struct job_queue_calls calls = { .on_step = on_step,
		.on_done = on_done };
	*w = (struct world){ .shop = { .name = (char *)"shop" },
		.blog = { .name = (char *)"blog" },
		.dies = { .name = (char *)"dies" },
		.incident = { .id = 7,
			.class = CLASS_MISSING_TABLE,
			.attempts = 2 },
		.attempt = { .key = KEY } };
	memset(w->incident.plan.hash, 'a', SHA256_HEX - 1);
	memset(w->attempt.plan_hash, 'b', SHA256_HEX - 1);
	ck_assert_int_ge(sd_event_new(&w->loop), 0);
	struct job_queue_calls mine = calls;
	mine.arg = w;
	w->queue = job_queue_new(w->loop, "/etc/logmend/logmend.conf", &mine);
}

static void
world_free(struct world *w)
{
	job_queue_free(w->queue);
	sd_event_unref(w->loop);
	buf_free(&w->ended);
}

static void
send(struct world *w, enum job_purpose p, const struct app *a)
{
	bool attempts = p == FOR_MEND || p == FOR_RECOVERY;
	struct why why = { "" };
	int r = job_queue_send(w->queue, p, a,
		p == FOR_TARGET ? NULL : &w->incident,
		attempts ? &w->attempt : NULL, &why);
	ck_assert_msg(r == 0, "%s", why.text);
	w->waiting++;
}

static const char *
run(struct world *w)
{
	ck_assert_int_ge(sd_event_loop(w->loop), 0);
	return buf_str(&w->ended);
}

START_TEST(each_purpose_has_its_job_and_time)
{
	static const struct {
		enum job_purpose purpose;
		const char *job;
	} cases[] = {
		{ FOR_DIAGNOSIS, "look shop 60 s" },
		{ FOR_REHEARSAL, "rehearse shop 260 s" },
		{ FOR_APPROVED, "look shop 60 s" },
		{ FOR_MEND, "mend shop 200 s" },
		{ FOR_RECOVERY, "recover shop 260 s" },
		{ FOR_VERIFICATION, "look shop 60 s" },
		{ FOR_RECHECK, "look shop 60 s" },
	};
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct world w;
		world_new(&w);
		w.shop.remedy[CLASS_MISSING_TABLE] = &prisma;
		send(&w, cases[i].purpose, &w.shop);
		const char *said = run(&w);
		ck_assert_msg(span_starts(span_of(said), span_of(cases[i].job)),
			"%s", said);
		ck_assert_uint_eq(w.steps, 1);
		world_free(&w);
	}
}
END_TEST

START_TEST(a_job_names_incident_attempt_and_plan)
{
	struct world w;
	world_new(&w);
	send(&w, FOR_REHEARSAL, &w.shop);
	ck_assert_ptr_nonnull(
		strstr(run(&w), "incident 7, attempt 2, key '', hash aa\n"));
	world_free(&w);
}
END_TEST

START_TEST(a_mend_has_the_plan_that_was_approved)
{
	struct world w;
	world_new(&w);
	send(&w, FOR_MEND, &w.shop);
	ck_assert_ptr_nonnull(strstr(
		run(&w), "incident 7, attempt 2, key '" KEY "', hash bb\n"));
	world_free(&w);
}
END_TEST

START_TEST(an_app_has_one_job_at_a_time_and_others_are_free)
{
	struct world w;
	struct why why = { "" };
	world_new(&w);
	send(&w, FOR_DIAGNOSIS, &w.shop);
	ck_assert_int_eq(job_queue_send(w.queue, FOR_RECHECK, &w.shop,
				 &w.incident, NULL, &why),
		-EBUSY);
	ck_assert_ptr_nonnull(strstr(why.text, "shop"));
	send(&w, FOR_DIAGNOSIS, &w.blog);
	ck_assert_uint_eq(job_queue_count(w.queue), 2);
	ck_assert(job_queue_at_app(w.queue, &w.shop));
	ck_assert(job_queue_at_incident(w.queue, 7));
	ck_assert(!job_queue_at_incident(w.queue, 8));
	ck_assert(!job_queue_at_incident(w.queue, 0));
	(void)run(&w);
	ck_assert_uint_eq(job_queue_count(w.queue), 0);
	world_free(&w);
}
END_TEST

START_TEST(the_next_job_may_be_sent_from_inside_the_end_of_the_last)
{
	struct world w;
	world_new(&w);
	w.send_next = true;
	send(&w, FOR_REHEARSAL, &w.shop);
	const char *said = run(&w);
	ck_assert_ptr_nonnull(strstr(said, "rehearse shop"));
	ck_assert_ptr_nonnull(strstr(said, "look shop"));
	world_free(&w);
}
END_TEST

START_TEST(hands_that_end_without_a_result_say_so)
{
	struct world w;
	world_new(&w);
	send(&w, FOR_DIAGNOSIS, &w.dies);
	ck_assert_str_eq(run(&w), "no result\n");
	world_free(&w);
}
END_TEST

START_TEST(a_queue_that_is_freed_calls_nobody)
{
	struct world w;
	world_new(&w);
	send(&w, FOR_DIAGNOSIS, &w.shop);
	send(&w, FOR_MEND, &w.blog);
	world_free(&w);
	ck_assert_uint_eq(w.waiting, 2);
}
END_TEST

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--role=hands") == 0)
		return play_hands();
	const TTest *const tests[] = { each_purpose_has_its_job_and_time,
		a_job_names_incident_attempt_and_plan,
		a_mend_has_the_plan_that_was_approved,
		an_app_has_one_job_at_a_time_and_others_are_free,
		the_next_job_may_be_sent_from_inside_the_end_of_the_last,
		hands_that_end_without_a_result_say_so,
		a_queue_that_is_freed_calls_nobody };
	return check_main("job-queue", tests, ELEMENTS(tests));
}
