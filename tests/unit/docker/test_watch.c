#include "config.h"
#include "docker/watch.h"

#include <errno.h>
#include <sys/socket.h>

#include "support/check_main.h"
#include "support/docker-daemon.h"
#include "wire/docker/docker-frames.h"

#define LABELS "\"com.docker.swarm.service.name\":\"shop\""
#define EVENT(action, more)                                      \
	"{\"Type\":\"container\",\"Action\":\"" action           \
	"\",\"Actor\":{\"ID\":\"c1\",\"Attributes\":{" LABELS    \
	",\"name\":\"shop.1.x\",\"image\":\"shop:7\"" more "}}," \
	"\"timeNano\":1795350344000000000}\n"
#define DEAD(more)                                                        \
	"{\"Id\":\"c1\",\"Name\":\"/shop.1.x\",\"State\":{\"Running\":"   \
	"false,\"ExitCode\":137,\"FinishedAt\":\"2200-01-01T00:00:00Z\"," \
	"\"StartedAt\":\"2026-11-22T12:00:00Z\"" more "},\"Config\":{"    \
	"\"Env\":[\"A=secret\"],\"Labels\":{" LABELS ","                  \
	"\"com.docker.swarm.task.id\":\"t1\"}}}"
#define EMPTY                                            \
	{                                                \
		"GET /v1.41/containers/json", 200, "[]", \
		{                                        \
			0                                \
		}                                        \
	}

/* 2026-11-22T12:25:44Z */
#define NOTICED ((usec)1795350344 * USEC_SECOND)

static char *const services[] = { (char *)"shop", NULL };

/* Runs the watch on a daemon until its events end. */
static int
run(struct watch *w, const struct daemon_answer *answers, struct why *why)
{
	own(str) char *folder = scratch_folder();
	struct docker_daemon d = daemon_start(folder, answers);
	int r = watch_run(w, d.socket, why);
	own(str) char *requests = daemon_stop(&d);
	return r;
}

/* What head got, as a line for each frame. Owned. */
static char *
got(int pair[2])
{
	struct buf all = { 0 };
	shutdown(pair[0], SHUT_WR);
	for (;;) {
		own(frame) struct frame f = FRAME(0);
		own(container_news) struct container_news n = { 0 };
		own(str) char *text = NULL;
		bool speaks = false;
		if (frame_recv(pair[1], &f) <= 0)
			break;
		if (docker_frames_get_news(&f, &n, NULL) == 0)
			buf_printf(&all, "news %s%s%s%s%s%s %d %s\n", n.name,
				n.running ? " runs" : "",
				n.unsure          ? " perhaps-asked"
					: n.asked ? " asked"
						  : "",
				n.out_of_memory ? " memory" : "",
				n.noticed == NOTICED ? " noticed" : "",
				n.replaced ? " replaced" : "", n.exit_code,
				n.health == HEALTH_BAD ? "bad" : "");
		f.at = 0;
		f.broken = false;
		if (f.type == DOCKER_LINK &&
			docker_frames_get_link(&f, &speaks, &text, NULL) == 0)
			buf_printf(&all, "link %d\n", speaks);
		if (f.type == DOCKER_GONE)
			buf_add_str(&all, "gone\n");
		if (f.type == DOCKER_LISTED)
			buf_add_str(&all, "listed\n");
	}
	fd_close(pair[0]);
	fd_close(pair[1]);
	buf_str(&all);
	return buf_take_str(&all);
}

static char *
watched(const struct daemon_answer *answers, int *ret_r, struct why *why)
{
	int pair[2];
	ck_assert_int_eq(frame_pair(pair, NULL), 0);
	own(watch) struct watch *w = watch_new(pair[0], services, 0);
	*ret_r = run(w, answers, why);
	return got(pair);
}

static void
expect(const char *events, const char *container, int status, const char *news)
{
	const struct daemon_answer answers[] = { DAEMON_VERSION,
		{ "GET /v1.41/info", 200, "{}", { 0 } }, EMPTY,
		{ "GET /v1.41/events", 200, events, { 0 } },
		{ "GET /v1.41/containers/c1/json", status, container, { 0 } },
		{ 0 } };
	int r;
	struct why why = { "" };
	own(str) char *all = watched(answers, &r, &why);
	own(str) char *whole = xprintf("link 1\nlisted\n%slink 0\n", news);
	ck_assert_msg(strcmp(all, whole) == 0, "%s, instead of %s: %s", all,
		whole, why.text);
	ck_assert_int_eq(r, -ECONNRESET);
}

START_TEST(an_end_that_docker_brought_about_was_asked_for)
{
	expect(EVENT("die", ""), DEAD(""), 200, "news shop.1.x 137 \n");
	expect(EVENT("kill", ",\"signal\":\"15\"") EVENT("die", ""), DEAD(""),
		200, "news shop.1.x asked 137 \n");
	expect(EVENT("kill", ",\"signal\":\"1\"") EVENT("die", ""), DEAD(""),
		200, "news shop.1.x 137 \n");
	expect(EVENT("oom", "") EVENT("die", ""), DEAD(""), 200,
		"news shop.1.x memory 137 \n");
	expect(EVENT("die", ""), DEAD(",\"OOMKilled\":true"), 200,
		"news shop.1.x memory 137 \n");
	/* Swarm ends what is unhealthy. */
	expect(EVENT("kill", ",\"signal\":\"9\"") EVENT("die", ""),
		DEAD(",\"Health\":{\"Status\":\"unhealthy\"}"), 200,
		"news shop.1.x 137 bad\n");
}
END_TEST

/* What happened to c1 then. Owned. */
static char *
event_at(int64_t ns, const char *action, const char *more)
{
	return xprintf("{\"Type\":\"container\",\"Action\":\"%s\",\"Actor\":{"
		       "\"ID\":\"c1\",\"Attributes\":{" LABELS
		       ",\"name\":\"shop.1.x\",\"image\":\"shop:7\"%s}},"
		       "\"timeNano\":%lld}\n",
		action, more, (long long)ns);
}

/* c1, which ended then. Owned. */
static char *
dead_at(int64_t ns)
{
	char text[CLOCK_TEXT];
	return xprintf("{\"Id\":\"c1\",\"Name\":\"/shop.1.x\",\"State\":{"
		       "\"Running\":false,\"ExitCode\":137,\"FinishedAt\":"
		       "\"%s\"},\"Config\":{\"Labels\":{" LABELS
		       ",\"com.docker.swarm.task.id\":\"t1\"}}}",
		clock_text_ns(ns, text));
}

#define HOURS (3600 * NSEC_SECOND)
#define TERM ",\"signal\":\"15\""

/* Of what came so long before the end, and then again, unless that is 0. */
static const struct {
	const char *action, *more;
	int64_t before, again;
	const char *news;
} old_signals[] = {
	{ "kill", TERM, 20 * HOURS, 0, "news shop.1.x 137 \n" },
	{ "kill", TERM, HOURS / 12, 0, "news shop.1.x 137 \n" },
	{ "kill", TERM, 5 * NSEC_SECOND, 0, "news shop.1.x asked 137 \n" },
	{ "kill", TERM, 20 * HOURS, 30 * NSEC_SECOND,
		"news shop.1.x asked 137 \n" },
	{ "oom", "", 20 * HOURS, 0, "news shop.1.x 137 \n" },
	{ "oom", "", 20 * HOURS, NSEC_SECOND, "news shop.1.x memory 137 \n" },
};

/* The row's signals before an end. Owned. */
static char *
old_events(size_t row, int64_t end)
{
	own(str) char *first = event_at(end - old_signals[row].before,
		old_signals[row].action, old_signals[row].more);
	own(str) char *second = event_at(end - old_signals[row].again,
		old_signals[row].action, old_signals[row].more);
	return xprintf("%s%s", first, old_signals[row].again ? second : "");
}

START_TEST(what_a_container_survived_did_not_end_it)
{
	const int64_t now = (int64_t)clock_wall() * NSEC_USEC;
	for (size_t i = 0; i < ELEMENTS(old_signals); i++) {
		own(str) char *old = old_events(i, now);
		own(str) char *die = event_at(now, "die", "");
		own(str) char *events = xprintf("%s%s", old, die);
		expect(events, DEAD(""), 200, old_signals[i].news);
	}
	/* The event knows when, and this word of Docker's does not; but where
	 * another event may have been lost, it counts. */
	own(str) char *oom = event_at(now - 20 * HOURS, "oom", "");
	own(str) char *die = event_at(now, "die", ",\"exitCode\":\"137\"");
	own(str) char *killed = xprintf("%s%s", oom, die);
	expect(killed, DEAD(",\"OOMKilled\":true"), 200,
		"news shop.1.x memory 137 \n");
	own(str) char *exits = xprintf("%s%s", oom, die);
	expect(exits,
		"{\"Id\":\"c1\",\"Name\":\"/shop.1.x\",\"State\":{\"ExitCode\":"
		"3,\"FinishedAt\":\"2200-01-01T00:00:00Z\",\"OOMKilled\":true},"
		"\"Config\":{\"Labels\":{" LABELS "}}}",
		200, "news shop.1.x 3 \n");
}
END_TEST

START_TEST(one_that_is_gone_is_told_from_its_event)
{
	expect(EVENT("die", ",\"exitCode\":\"3\"") EVENT("destroy", ""),
		"{\"message\":\"No such container\"}", 404,
		"news shop.1.x 3 \ngone\n");
	expect(EVENT("start", ""), "{\"message\":\"No such container\"}", 404,
		"");
}
END_TEST

START_TEST(what_is_no_event_is_left_out)
{
	expect("\n{}\n[]\n7\nnonsense\n{\"Action\":\"die\"}\n"
	       "{\"Action\":\"die\",\"Actor\":{\"ID\":\"a/../b\"}}\n"
	       "{\"Action\":7,\"Actor\":{\"ID\":\"c1\"}}\n" EVENT(
		       "exec_start: sh", "") EVENT("die", ""),
		DEAD(""), 200, "news shop.1.x 137 \n");
	/* Of no service. */
	expect("{\"Action\":\"die\",\"Actor\":{\"ID\":\"c1\"}}\n", DEAD(""),
		200, "");
	/* One that nobody can describe keeps no other from being watched, and
	 * its death is told from the event. */
	expect(EVENT("die", ",\"exitCode\":\"3\""), "{\"message\":\"oops\"}",
		500, "news shop.1.x 3 \n");
	expect(EVENT("die", ",\"exitCode\":\"3\""), "nonsense", 200,
		"news shop.1.x 3 \n");
}
END_TEST

START_TEST(of_a_dead_one_in_a_list_swarm_says_whether_it_failed)
{
	static const struct {
		const char *task, *news;
	} rows[] = {
		{ "{\"ID\":\"t1\",\"Status\":{\"State\":\"failed\"}}",
			"news shop.1.x 137 \n" },
		{ "{\"ID\":\"t1\",\"Status\":{\"State\":\"shutdown\"}}",
			"news shop.1.x asked 137 \n" },
		{ "{\"ID\":\"t1\",\"Status\":{\"State\":\"running\"},"
		  "\"DesiredState\":\"shutdown\"}",
			"news shop.1.x asked 137 \n" },
		/* It ended a moment ago: Swarm does not know yet. */
		{ "{\"ID\":\"t1\",\"Status\":{\"State\":\"running\"},"
		  "\"DesiredState\":\"running\"}",
			"news shop.1.x 137 \n" },
		{ "nonsense", "news shop.1.x perhaps-asked 137 \n" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct daemon_answer answers[] = { DAEMON_VERSION,
			{ "GET /v1.41/info", 200, "{}", { 0 } },
			{ "GET /v1.41/containers/json", 200,
				"[{\"Id\":\"c1\",\"State\":\"exited\","
				"\"Labels\":{" LABELS "}}]",
				{ 0 } },
			{ "GET /v1.41/containers/c1/json", 200, DEAD(""),
				{ 0 } },
			{ "GET /v1.41/tasks/t1", 200, rows[i].task, { 0 } },
			{ "GET /v1.41/events", 200, "", { 0 } }, { 0 } };
		int r;
		struct why why;
		own(str) char *all = watched(answers, &r, &why);
		own(str) char *whole =
			xprintf("link 1\n%slisted\nlink 0\n", rows[i].news);
		ck_assert_str_eq(all, whole);
	}
}
END_TEST

#define TASK_IS(id, slot, created, state, reached)               \
	"{\"ID\":\"" id "\",\"Slot\":" slot                      \
	",\"CreatedAt\":\"2026-11-22T" created                   \
	"Z\",\"Status\":{\"State\":\"" state "\",\"Timestamp\":" \
	"\"2026-11-22T" reached "Z\"}}"
#define TASK(id, slot, created, reached) \
	TASK_IS(id, slot, created, "failed", reached)

START_TEST(of_a_dead_one_in_a_list_swarm_says_when_it_noticed)
{
	static const struct {
		const char *tasks, *news;
	} rows[] = {
		{ "[" TASK("t1", "1", "12:00:00", "12:25:44") "]", " noticed" },
		/* It says so anew after a restart, but made another before. */
		{ "[" TASK("t1", "1", "12:00:00", "14:00:00") "," TASK(
			  "t2", "1", "12:25:44", "14:00:00") "," TASK("t3", "1",
			  "13:25:44", "14:00:00") "]",
			" noticed replaced" },
		{ "[" TASK("t0", "1", "11:00:00", "11:00:00") "," TASK(
			  "t2", "2", "12:01:00", "12:01:00") "," TASK("t1", "1",
			  "12:00:00", "12:25:44") "]",
			" noticed" },
		{ "[" TASK("t2", "1", "12:25:44", "12:25:44") "]", "" },
		{ "[" TASK_IS(
			  "t1", "1", "12:00:00", "complete", "12:25:44") "]",
			" noticed" },
		/* It does not know of the end yet, or not of its time. */
		{ "[" TASK_IS("t1", "1", "12:00:00", "running", "12:25:44") "]",
			"" },
		{ "[" TASK_IS(
			  "t1", "1", "12:00:00", "starting", "12:25:44") "]",
			"" },
		{ "[" TASK_IS("t1", "1", "12:00:00", "running",
			  "12:00:01") "," TASK("t2", "1", "12:25:44",
			  "14:00:00") "]",
			" noticed replaced" },
		{ "{}", "" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct daemon_answer answers[] = { DAEMON_VERSION,
			{ "GET /v1.41/info", 200, "{}", { 0 } },
			{ "GET /v1.41/containers/json", 200,
				"[{\"Id\":\"c1\",\"State\":\"exited\","
				"\"Labels\":{" LABELS "}}]",
				{ 0 } },
			{ "GET /v1.41/containers/c1/json", 200, DEAD(""),
				{ 0 } },
			{ "GET /v1.41/tasks/t1", 200,
				"{\"ID\":\"t1\",\"Status\":{\"State\":"
				"\"failed\"}}",
				{ 0 } },
			{ "GET /v1.41/tasks?filters=", 200, rows[i].tasks,
				{ 0 } },
			{ "GET /v1.41/events", 200, "", { 0 } }, { 0 } };
		int r;
		struct why why;
		own(str) char *all = watched(answers, &r, &why);
		own(str) char *whole = xprintf("link 1\nnews shop.1.x%s 137 \n"
					       "listed\nlink 0\n",
			rows[i].news);
		ck_assert_str_eq(all, whole);
	}
}
END_TEST

START_TEST(docker_without_root_is_refused_in_a_sentence)
{
	const struct daemon_answer answers[] = { DAEMON_VERSION,
		{ "GET /v1.41/info", 200,
			"{\"SecurityOptions\":[\"name=seccomp,profile=x\","
			"\"name=rootless\"]}",
			{ 0 } },
		{ 0 } };
	int r;
	struct why why;
	own(str) char *all = watched(answers, &r, &why);
	ck_assert_int_eq(r, -EPROTO);
	ck_assert_str_eq(all, "link 0\n");
	ck_assert_ptr_nonnull(strstr(why.text, "runs without root"));
}
END_TEST

START_TEST(an_event_that_is_too_long_is_left_out)
{
	static char label[300u << 10];
	memset(label, 'x', sizeof(label) - 1);
	own(str) char *events = xprintf("{\"Action\":\"die\",\"a\":\"%s\"}\n%s",
		label, EVENT("die", ""));
	expect(events, DEAD(""), 200, "news shop.1.x 137 \n");
	/* One without end. */
	own(str) char *half = xprintf("%s{\"a\":\"%s", EVENT("die", ""), label);
	expect(half, DEAD(""), 200, "news shop.1.x 137 \n");
}
END_TEST

#define INFO                                  \
	{                                     \
		"GET /v1.41/info", 200, "{}", \
		{                             \
			0                     \
		}                             \
	}
#define EVENTS(events)                              \
	{                                           \
		"GET /v1.41/events", 200, (events), \
		{                                   \
			0                           \
		}                                   \
	}
#define RUNS(id)                                                    \
	"{\"Id\":\"" id "\",\"Name\":\"/shop." id "\",\"State\":{"  \
	"\"Running\":true,\"StartedAt\":\"2026-11-22T12:00:00Z\"}," \
	"\"Config\":{\"Labels\":{" LABELS "}}}"
#define LISTED(id, state, labels)                                \
	"{\"Id\":\"" id "\",\"State\":\"" state "\",\"Names\":[" \
	"\"/shop." id "\"],\"Labels\":{" LABELS labels "}}"

START_TEST(a_nul_in_the_labels_of_one_hides_no_other)
{
	static const char nul[] = "[" LISTED(
		"c0", "running", ",\"a\\u0000\":\"\\u0000\"") "," LISTED("c2",
		"running", "") "]";
	static const char dies[] = EVENT("die", ",\"b\":\"\\u0000\"");
	const struct daemon_answer answers[] = { DAEMON_VERSION, INFO,
		{ "GET /v1.41/containers/json", 200, nul, { 0 } },
		{ "GET /v1.41/containers/c0/json", 200,
			"{\"Id\":\"c0\",\"Name\":\"/x\",\"Config\":{\"Labels\":"
			"{" LABELS ",\"\\u0000\":\"\"}}}",
			{ 0 } },
		{ "GET /v1.41/containers/c1/json", 200, DEAD(""), { 0 } },
		{ "GET /v1.41/containers/c2/json", 200, RUNS("c2"), { 0 } },
		EVENTS(dies), { 0 } };
	int r;
	struct why why;
	own(str) char *all = watched(answers, &r, &why);
	ck_assert_str_eq(all,
		"link 1\nnews x 0 \nnews shop.c2 runs 0 \nlisted\n"
		"news shop.1.x 137 \nlink 0\n");
}
END_TEST

START_TEST(one_that_docker_cannot_describe_keeps_no_other_from_it)
{
	static const char list[] = "[" LISTED("c0", "running", "") "," LISTED(
		"c3", "exited", "") "," LISTED("c2", "running", "") "]";
	const struct daemon_answer answers[] = { DAEMON_VERSION, INFO,
		{ "GET /v1.41/containers/json", 200, list, { 0 } },
		{ "GET /v1.41/containers/c0/json", 200, "",
			{ .less = 9, .hangs = true } },
		{ "GET /v1.41/containers/c3/json", 500, "oops", { 0 } },
		{ "GET /v1.41/containers/c1/json", 200, DEAD(""), { 0 } },
		{ "GET /v1.41/containers/c2/json", 200, RUNS("c2"), { 0 } },
		EVENTS(EVENT("die", "")), { 0 } };
	int r;
	struct why why;
	own(str) char *all = watched(answers, &r, &why);
	ck_assert_str_eq(all,
		"link 1\nnews shop.c0 runs 0 \nnews shop.c2 runs 0 \nlisted\n"
		"news shop.1.x 137 \nlink 0\n");
}
END_TEST

START_TEST(after_a_loss_all_is_told_anew)
{
	const struct daemon_answer answers[] = { DAEMON_VERSION, INFO,
		{ "GET /v1.41/containers/json", 200,
			"[" LISTED("c2", "running", "") "]", { 0 } },
		{ "GET /v1.41/containers/c2/json", 200, RUNS("c2"), { 0 } },
		EVENTS(""), { 0 } };
	int pair[2];
	struct why why;
	ck_assert_int_eq(frame_pair(pair, NULL), 0);
	own(watch) struct watch *w = watch_new(pair[0], services, 0);
	ck_assert_int_eq(run(w, answers, &why), -ECONNRESET);
	ck_assert_int_eq(run(w, answers, &why), -ECONNRESET);
	own(str) char *all = got(pair);
	ck_assert_str_eq(all,
		"link 1\nnews shop.c2 runs 0 \nlisted\nlink 0\n"
		"link 1\nnews shop.c2 runs 0 \nlisted\nlink 0\n");
}
END_TEST

/* What head gets after a loss, when c1 is dead, which ended then: one that the
 * role saw itself (0), or that an earlier role did, then. Owned. */
static char *
after_loss(const char *list, usec lost, int64_t ended_ns)
{
	const struct daemon_answer before[] = { DAEMON_VERSION, INFO, EMPTY,
		EVENTS(""), { 0 } };
	char text[CLOCK_TEXT];
	own(str) char *dead = xprintf(
		"{\"Id\":\"c1\",\"Name\":\"/shop.1.x\",\"State\":{\"ExitCode\":"
		"3,\"FinishedAt\":\"%s\"},\"Config\":{\"Labels\":{" LABELS
		",\"com.docker.swarm.task.id\":\"t1\"}}}",
		clock_text_ns(ended_ns, text));
	const struct daemon_answer after[] = { DAEMON_VERSION, INFO,
		{ "GET /v1.41/containers/json", 200, list, { 0 } },
		{ "GET /v1.41/containers/c1/json", 200, dead, { 0 } },
		{ "GET /v1.41/containers/c2/json", 200, RUNS("c2"), { 0 } },
		{ "GET /v1.41/tasks/t1", 200,
			"{\"ID\":\"t1\",\"Status\":{\"State\":\"failed\"}}",
			{ 0 } },
		EVENTS(""), { 0 } };
	int pair[2];
	struct why why;
	ck_assert_int_eq(frame_pair(pair, NULL), 0);
	own(watch) struct watch *w = watch_new(pair[0], services, lost);
	if (!lost)
		ck_assert_int_eq(run(w, before, &why), -ECONNRESET);
	ck_assert_int_eq(run(w, after, &why), -ECONNRESET);
	return got(pair);
}

#define LOST "link 1\nlisted\nlink 0\nlink 1\n"

START_TEST(only_what_ended_around_a_loss_ended_with_docker)
{
	static const char alone[] = "[" LISTED("c1", "exited", "") "]";
	static const char lives[] = "[" LISTED("c1", "exited", "") "," LISTED(
		"c2", "running", "") "]";
	const int64_t now = (int64_t)clock_wall() * NSEC_USEC;
	/* A moment before the link was lost; the role was not there then, and
	 * no event is to come. */
	own(str) char *ended = after_loss(alone, 0, now - NSEC_SECOND);
	ck_assert_str_eq(
		ended, LOST "news shop.1.x asked 3 \nlisted\nlink 0\n");
	own(str) char *died = after_loss(lives, 0, now - NSEC_SECOND);
	ck_assert_str_eq(died,
		LOST "news shop.c2 runs 0 \nnews shop.1.x 3 \nlisted\n"
		     "link 0\n");
	/* Long before it, and behind it. */
	own(str) char *old = after_loss(alone, 0, now - 61 * NSEC_SECOND);
	ck_assert_str_eq(old, LOST "news shop.1.x 3 \nlisted\nlink 0\n");
	own(str) char *later = after_loss(alone, 0, now + 3600 * NSEC_SECOND);
	ck_assert_str_eq(later, LOST "news shop.1.x 3 \nlisted\nlink 0\n");
}
END_TEST

START_TEST(what_an_earlier_role_lost_ended_with_docker)
{
	static const char alone[] = "[" LISTED("c1", "exited", "") "]";
	static const char lives[] = "[" LISTED("c1", "exited", "") "," LISTED(
		"c2", "running", "") "]";
	const usec lost = clock_wall() - USEC_HOUR;
	const int64_t then = (int64_t)lost * NSEC_USEC;
	own(str) char *ended = after_loss(alone, lost, then + NSEC_SECOND);
	ck_assert_str_eq(
		ended, "link 1\nnews shop.1.x asked 3 \nlisted\nlink 0\n");
	own(str) char *died = after_loss(lives, lost, then + NSEC_SECOND);
	ck_assert_str_eq(died,
		"link 1\nnews shop.c2 runs 0 \nnews shop.1.x 3 \nlisted\n"
		"link 0\n");
	own(str) char *later = after_loss(alone, lost, then + 61 * NSEC_SECOND);
	ck_assert_str_eq(later, "link 1\nnews shop.1.x 3 \nlisted\nlink 0\n");
}
END_TEST

START_TEST(what_was_asked_for_before_the_role_began_is_known)
{
	const int64_t now = (int64_t)clock_wall() * NSEC_USEC;
	own(str) char *dead = dead_at(now - NSEC_SECOND);
	own(str) char *term = event_at(now - 9 * NSEC_SECOND, "kill", TERM);
	own(str) char *sick =
		event_at(now - 9 * HOURS, "health_status: unhealthy", "");
	own(str) char *ended = xprintf("%s%s", sick, term);
	static const char list[] = "[" LISTED("c1", "exited", "") "]";
	static const char failed[] =
		"{\"ID\":\"t1\",\"Status\":{\"State\":\"failed\"}}";
	static const char wished[] =
		"{\"ID\":\"t1\",\"Status\":{\"State\":\"running\"},"
		"\"DesiredState\":\"shutdown\"}";
	const struct daemon_answer killed[] = { DAEMON_VERSION, INFO,
		{ "GET /v1.41/containers/json", 200, list, { 0 } },
		{ "GET /v1.41/containers/c1/json", 200, dead, { 0 } },
		{ "GET /v1.41/tasks/t1", 200, failed, { 0 } }, EVENTS(term),
		{ 0 } };
	const struct daemon_answer by_swarm[] = { DAEMON_VERSION, INFO, EMPTY,
		{ "GET /v1.41/containers/c1/json", 200, DEAD(""), { 0 } },
		{ "GET /v1.41/tasks/t1", 200, wished, { 0 } },
		EVENTS(EVENT("die", "")), { 0 } };
	int r;
	struct why why;
	const struct daemon_answer ill[] = { DAEMON_VERSION, INFO,
		{ "GET /v1.41/containers/json", 200, list, { 0 } },
		{ "GET /v1.41/containers/c1/json", 200, dead, { 0 } },
		{ "GET /v1.41/tasks/t1", 200, failed, { 0 } }, EVENTS(ended),
		{ 0 } };
	own(str) char *all = watched(killed, &r, &why);
	ck_assert_str_eq(
		all, "link 1\nnews shop.1.x asked 137 \nlisted\nlink 0\n");
	/* Swarm ends what is unhealthy. */
	own(str) char *health = watched(ill, &r, &why);
	static const char told[] = "link 1\nnews shop.1.x 137 bad\nlisted\n";
	ck_assert_int_eq(strncmp(health, told, sizeof(told) - 1), 0);
	own(str) char *seen = watched(by_swarm, &r, &why);
	ck_assert_str_eq(
		seen, "link 1\nlisted\nnews shop.1.x asked 137 \nlink 0\n");
}
END_TEST

START_TEST(what_was_survived_before_the_role_began_did_not_end_it)
{
	static const char list[] = "[" LISTED("c1", "exited", "") "]";
	static const char failed[] =
		"{\"ID\":\"t1\",\"Status\":{\"State\":\"failed\"}}";
	const int64_t end = (int64_t)clock_wall() * NSEC_USEC - NSEC_SECOND;
	own(str) char *dead = dead_at(end);
	for (size_t i = 0; i < ELEMENTS(old_signals); i++) {
		own(str) char *events = old_events(i, end);
		const struct daemon_answer answers[] = { DAEMON_VERSION, INFO,
			{ "GET /v1.41/containers/json", 200, list, { 0 } },
			{ "GET /v1.41/containers/c1/json", 200, dead, { 0 } },
			{ "GET /v1.41/tasks/t1", 200, failed, { 0 } },
			EVENTS(events), { 0 } };
		int r;
		struct why why;
		own(str) char *all = watched(answers, &r, &why);
		own(str) char *whole = xprintf(
			"link 1\n%slisted\nlink 0\n", old_signals[i].news);
		ck_assert_str_eq(all, whole);
	}
}
END_TEST

/* Of a container that Docker removed only Swarm knows, and says when it made
 * another one in its place. */
#define GONE_TASK(id, container, slot, code, made)                       \
	"{\"ID\":\"" id "\",\"NodeID\":\"n1\",\"ServiceID\":\"s1\","     \
	"\"Slot\":" slot ",\"CreatedAt\":\"" made                        \
	"\",\"Status\":{\"State\":\"failed\",\"Timestamp\":"             \
	"\"2126-11-22T12:30:00Z\",\"ContainerStatus\":{\"ContainerID\":" \
	"\"" container "\",\"ExitCode\":" code "}}}"

START_TEST(one_that_is_gone_is_told_by_swarm)
{
	const struct daemon_answer answers[] = { DAEMON_VERSION,
		{ "GET /v1.41/info", 200,
			"{\"Swarm\":{\"NodeID\":\"n1\",\"LocalNodeState\":"
			"\"active\",\"ControlAvailable\":true}}",
			{ 0 } },
		{ "GET /v1.41/tasks", 200,
			"[" GONE_TASK("t1", "c7", "1", "5",
				"2126-11-22T12:00:00Z") "," GONE_TASK("t2",
				"c8", "1", "6",
				"2126-11-22T12:10:00Z") "," GONE_TASK("t3",
				"c9", "2", "0",
				"2126-11-22T12:00:00Z") "," GONE_TASK("t4",
				"c1", "2", "7",
				"2126-11-22T12:05:00Z") "," GONE_TASK("t5",
				"c0", "2", "7", "2126-11-22T12:06:00Z") "]",
			{ 0 } },
		{ "GET /v1.41/services/shop", 200,
			"{\"ID\":\"s1\",\"Spec\":{\"Name\":\"shop\"}}", { 0 } },
		{ "GET /v1.41/containers/json", 200,
			"[" LISTED("c1", "running", "") "]", { 0 } },
		{ "GET /v1.41/containers/c1/json", 200,
			"{\"Id\":\"c1\",\"Name\":\"/shop.2.t4\",\"State\":"
			"{\"Running\":true},\"Config\":{\"Labels\":{" LABELS
			"}}}",
			{ 0 } },
		EVENTS(""), { 0 } };
	int r;
	struct why why;
	own(str) char *all = watched(answers, &r, &why);
	/* t2 was not replaced, t3 ended with Docker, and c1 is there. */
	ck_assert_str_eq(all,
		"link 1\nnews shop.2.t4 runs 0 \nlisted\n"
		"news shop.1.t1 replaced 5 \nlink 0\n");
}
END_TEST

START_TEST(what_does_not_reach_head_has_a_sentence)
{
	const struct daemon_answer answers[] = { DAEMON_VERSION, INFO, EMPTY,
		EVENTS(""), { 0 } };
	struct why why = { "something else" };
	own(watch) struct watch *w = watch_new(-1, services, 0);
	ck_assert_int_eq(run(w, answers, &why), -EBADF);
	ck_assert_ptr_nonnull(strstr(why.text, "head could not be told"));
}
END_TEST

/* Head names no service where the configuration has no app. */
START_TEST(where_no_service_matters_nothing_is_told_of_any)
{
	const struct daemon_answer answers[] = { DAEMON_VERSION, INFO,
		{ "GET /v1.41/containers/json", 200,
			"[" LISTED("c1", "running", "") "]", { 0 } },
		EVENTS(EVENT("die", "")),
		{ "GET /v1.41/containers/c1/json", 200, DEAD(""), { 0 } },
		{ 0 } };
	int pair[2];
	struct why why;
	ck_assert_int_eq(frame_pair(pair, NULL), 0);
	own(watch) struct watch *w = watch_new(pair[0], NULL, 0);
	ck_assert_int_eq(run(w, answers, &why), -ECONNRESET);
	own(str) char *all = got(pair);
	ck_assert_str_eq(all, "link 1\nlisted\nlink 0\n");
}
END_TEST

CHECK_MAIN("watch", an_end_that_docker_brought_about_was_asked_for,
	what_a_container_survived_did_not_end_it,
	one_that_is_gone_is_told_from_its_event, what_is_no_event_is_left_out,
	of_a_dead_one_in_a_list_swarm_says_whether_it_failed,
	of_a_dead_one_in_a_list_swarm_says_when_it_noticed,
	docker_without_root_is_refused_in_a_sentence,
	an_event_that_is_too_long_is_left_out,
	a_nul_in_the_labels_of_one_hides_no_other,
	one_that_docker_cannot_describe_keeps_no_other_from_it,
	after_a_loss_all_is_told_anew,
	only_what_ended_around_a_loss_ended_with_docker,
	what_an_earlier_role_lost_ended_with_docker,
	what_was_asked_for_before_the_role_began_is_known,
	what_was_survived_before_the_role_began_did_not_end_it,
	one_that_is_gone_is_told_by_swarm,
	what_does_not_reach_head_has_a_sentence,
	where_no_service_matters_nothing_is_told_of_any)
