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

/* Runs the watch on a daemon until its events end; what head gets, as a line
 * for each frame. Owned. */
static char *
watched(const struct daemon_answer *answers, int *ret_r, struct why *why)
{
	own(str) char *folder = scratch_folder();
	struct docker_daemon d = daemon_start(folder, answers);
	int pair[2];
	ck_assert_int_eq(frame_pair(pair, NULL), 0);
	own(watch) struct watch *w = watch_new(pair[0]);
	*ret_r = watch_run(w, d.socket, why);
	shutdown(pair[0], SHUT_WR);
	struct buf all = { 0 };
	for (;;) {
		own(frame) struct frame f = FRAME(0);
		own(container_news) struct container_news n = { 0 };
		own(str) char *text = NULL;
		bool speaks;
		if (frame_recv(pair[1], &f) <= 0)
			break;
		if (docker_frames_get_news(&f, &n, NULL) == 0)
			buf_printf(&all, "news %s%s%s%s %d %s\n", n.name,
				n.running ? " runs" : "",
				n.asked ? " asked" : "",
				n.out_of_memory ? " memory" : "", n.exit_code,
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
	own(str) char *requests = daemon_stop(&d);
	fd_close(pair[0]);
	fd_close(pair[1]);
	buf_str(&all);
	return buf_take_str(&all);
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
	/* One that nobody can describe keeps no other from being watched. */
	expect(EVENT("die", ""), "{\"message\":\"oops\"}", 500, "");
	expect(EVENT("die", ""), "nonsense", 200, "");
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
		{ "nonsense", "news shop.1.x asked 137 \n" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct daemon_answer answers[] = { DAEMON_VERSION,
			{ "GET /v1.41/info", 200, "{}", { 0 } },
			{ "GET /v1.41/containers/json", 200,
				"[{\"Id\":\"c1\",\"State\":\"exited\"}]",
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

START_TEST(an_event_without_end_ends_the_stream)
{
	const struct daemon_answer answers[] = { DAEMON_VERSION,
		{ "GET /v1.41/info", 200, "{}", { 0 } }, EMPTY,
		{ "GET /v1.41/events", 200, "0123456789abcdef0123456789abcdef",
			{ .times = 16384 } },
		{ 0 } };
	int r;
	struct why why;
	own(str) char *all = watched(answers, &r, &why);
	ck_assert_int_eq(r, -EFBIG);
	ck_assert_str_eq(all, "link 1\nlisted\nlink 0\n");
}
END_TEST

CHECK_MAIN("watch", an_end_that_docker_brought_about_was_asked_for,
	one_that_is_gone_is_told_from_its_event, what_is_no_event_is_left_out,
	of_a_dead_one_in_a_list_swarm_says_whether_it_failed,
	docker_without_root_is_refused_in_a_sentence,
	an_event_without_end_ends_the_stream)
