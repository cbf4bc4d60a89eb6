#include "config.h"
#include "head/roles/job-queue.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io/spawn.h"
#include "head/policy/overdue.h"
#include "support/check_main.h"
#include "wire/role.h"

/* No longer than the test, whatever becomes of it. */
static _Noreturn void
hang(void)
{
	(void)signal(SIGTERM, SIG_IGN);
	if (fork() == 0)
		(void)setsid();
	own(frame) struct frame step = FRAME(HANDS_STEP);
	frame_put_str(&step, "looking");
	(void)frame_send(ROLE_SOCKET, &step);
	(void)alarm(60);
	for (;;)
		(void)pause();
}

static int
await_stop(void)
{
	own(frame) struct frame f = FRAME(0);
	own(frame) struct frame result = FRAME(HANDS_RESULT);
	if (frame_recv(ROLE_SOCKET, &f) <= 0 || f.type != HANDS_STOP)
		return 1;
	own(str) char *text = frame_get_str(&f, FRAME_MAX);
	struct result res = { .outcome = OUTCOME_HELD_BACK, .text = text };
	result_put(&result, &res);
	return frame_send(ROLE_SOCKET, &result) < 0;
}

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
	if (strcmp(j.app, "hangs") == 0)
		hang();
	if (strcmp(j.app, "stops") == 0)
		return await_stop();
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
	struct app shop, blog, dies, hangs, stops;
	struct incident incident;
	struct attempt attempt;
	struct buf ended; /* a line for each job that ended */
	unsigned steps, waiting;
	unsigned hung; /* processes that hang, and said so */
	bool killed, stuck;
	bool send_next; /* from inside on_done, once */
};

static void send(struct world *w, enum job_purpose p, const struct app *a);

static void
on_step(void *arg, uint64_t incident, const char *text)
{
	struct world *w = arg;
	ck_assert_uint_eq(incident, 7);
	if (strstr(text, "did not end within"))
		return;
	ck_assert_str_eq(text, "looking");
	w->steps++;
	w->hung++;
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
	w->killed = report->killed;
	w->stuck = report->stuck;
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
		.hangs = { .name = (char *)"hangs" },
		.stops = { .name = (char *)"stops" },
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
		{ FOR_DEPLOYED, "deployed shop 30 s" },
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

/* Hands of a mend, and their child in a session of its own, that hang. */
static void
hang_at(struct world *w)
{
	world_new(w);
	w->hangs.remedy[CLASS_MISSING_TABLE] = &prisma;
	send(w, FOR_MEND, &w->hangs);
	/* Until both of them are there. */
	while (w->hung < 2)
		ck_assert_int_ge(sd_event_run(w->loop, UINT64_MAX), 0);
	ck_assert(job_queue_at_app(w->queue, &w->hangs));
}

#define START (3 * USEC_DAY)
#define LENGTH (prisma.deadline + OVERDUE_GRACE)

START_TEST(hands_that_hang_are_killed_when_their_time_is_over)
{
	struct world w;
	hang_at(&w);
	ck_assert_uint_eq(job_queue_tend(w.queue, START), START + LENGTH);
	ck_assert_uint_eq(
		job_queue_tend(w.queue, START + LENGTH - 1), START + LENGTH);
	/* SIGTERM, which they ignore, as hands do. */
	ck_assert_uint_eq(job_queue_tend(w.queue, START + LENGTH),
		START + LENGTH + OVERDUE_TERM);
	(void)job_queue_tend(w.queue, START + LENGTH + OVERDUE_TERM);
	/* Their socket ends when the last of them is gone, which has it too. */
	ck_assert_str_eq(run(&w), "no result\n");
	ck_assert(w.killed);
	ck_assert(!w.stuck);
	ck_assert(!job_queue_at_app(w.queue, &w.hangs));
	ck_assert_uint_eq(job_queue_tend(w.queue, START), USEC_NEVER);
	world_free(&w);
}
END_TEST

/* As if SIGKILL did not end them: nobody looks whether it did. */
START_TEST(hands_that_no_signal_ends_hold_nothing_up)
{
	struct world w;
	hang_at(&w);
	usec now = START;
	w.waiting++; /* for the job that comes below */
	for (int stage = 0; stage < 4; stage++)
		now = job_queue_tend(w.queue, now);
	w.waiting--;
	ck_assert_uint_eq(now, USEC_NEVER);
	ck_assert_str_eq(buf_str(&w.ended), "no result\n");
	ck_assert(w.stuck);
	ck_assert(!job_queue_at_app(w.queue, &w.hangs));
	ck_assert(!job_queue_at_incident(w.queue, 7));
	ck_assert_uint_eq(job_queue_count(w.queue), 0);
	/* The next job of the app, and no second word of the first. */
	send(&w, FOR_DIAGNOSIS, &w.dies);
	ck_assert_str_eq(run(&w), "no result\nno result\n");
	world_free(&w);
}
END_TEST

START_TEST(hands_that_mend_are_told_to_stop_once)
{
	struct world w;
	world_new(&w);
	send(&w, FOR_DIAGNOSIS, &w.shop);
	ck_assert(!job_queue_mends(w.queue));
	send(&w, FOR_MEND, &w.stops);
	ck_assert(job_queue_mends(w.queue));
	job_queue_stop(w.queue, "frozen by eve");
	ck_assert(!job_queue_mends(w.queue));
	job_queue_stop(w.queue, "frozen again");
	ck_assert_ptr_nonnull(strstr(run(&w), "frozen by eve\n"));
	world_free(&w);
}
END_TEST

START_TEST(hands_of_one_app_are_told_to_stop)
{
	struct world w;
	world_new(&w);
	send(&w, FOR_MEND, &w.stops);
	job_queue_stop_app(w.queue, &w.shop, true, "not meant");
	ck_assert(job_queue_mends(w.queue));
	job_queue_stop_app(w.queue, &w.stops, false, "lowered by a label");
	ck_assert(!job_queue_mends(w.queue));
	job_queue_stop(w.queue, "frozen");
	ck_assert_ptr_nonnull(strstr(run(&w), "lowered by a label\n"));
	world_free(&w);
}
END_TEST

/* Whatever of it cannot be had, the job can be sent once it can. */
START_TEST(a_start_that_fails_leaves_nothing_behind)
{
	struct world w;
	struct rlimit limit, few;
	struct why why = { "" };
	world_new(&w);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	int next = dup(0);
	close(next);
	few = limit;
	for (rlim_t n = 0; n < 12; n++) {
		few.rlim_cur = (rlim_t)next + n;
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
		int r = job_queue_send(w.queue, FOR_DIAGNOSIS, &w.shop,
			&w.incident, NULL, &why);
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
		if (r < 0) {
			ck_assert_msg(spawn_may_pass(r), "%s", why.text);
			ck_assert(!job_queue_at_app(w.queue, &w.shop));
			continue;
		}
		w.waiting++;
		ck_assert_ptr_nonnull(strstr(run(&w), "look shop"));
		break;
	}
	ck_assert_uint_eq(w.waiting, 0);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	world_free(&w);
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
		a_queue_that_is_freed_calls_nobody,
		hands_that_hang_are_killed_when_their_time_is_over,
		hands_that_no_signal_ends_hold_nothing_up,
		hands_that_mend_are_told_to_stop_once,
		hands_of_one_app_are_told_to_stop,
		a_start_that_fails_leaves_nothing_behind };
	return check_main("job-queue", tests, ELEMENTS(tests));
}
