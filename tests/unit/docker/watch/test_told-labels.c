/* The labels of services, as head is told them. */
#include "config.h"
#include "docker/watch/told-labels.h"

#include <errno.h>
#include <sys/socket.h>

#include "support/check_main.h"
#include "support/docker-daemon.h"

#define INFO(state, control)                                      \
	{                                                         \
		"GET /v1.41/info", 200,                           \
			"{\"Swarm\":{\"LocalNodeState\":\"" state \
			"\",\"ControlAvailable\":" control "}}",  \
		{                                                 \
			0                                         \
		}                                                 \
	}
#define MANAGER INFO("active", "true")
#define SERVICE(name, status, body)                            \
	{                                                      \
		"GET /v1.41/services/" name " ", status, body, \
		{                                              \
			0                                      \
		}                                              \
	}
#define WITH(name, labels)                                 \
	SERVICE(name, 200,                                 \
		"{\"ID\":\"s\",\"Spec\":{\"Name\":\"" name \
		"\",\"Labels\":{" labels "}}}")

/* What head got, a line for each frame. Owned. */
static char *
got(int pair[2])
{
	struct buf all = { 0 };
	shutdown(pair[0], SHUT_WR);
	for (;;) {
		own(frame) struct frame f = FRAME(0);
		own(service_labels) struct service_labels l = { 0 };
		if (frame_recv(pair[1], &f) <= 0)
			break;
		ck_assert_int_eq(docker_frames_get_labels(&f, &l, NULL), 0);
		buf_printf(&all, "%s %d%s", l.service, (int)l.state,
			l.cut ? " cut" : "");
		for (char **one = l.labels; one && *one; one++)
			buf_printf(&all, " %s", *one);
		buf_add_char(&all, '\n');
	}
	fd_close(pair[0]);
	fd_close(pair[1]);
	buf_str(&all);
	return buf_take_str(&all);
}

struct link {
	int pair[2];
	char **services;
	struct told_labels *told;
	struct news news;
};

static struct link
link_open(void)
{
	struct link l = { 0 };
	ck_assert_int_eq(frame_pair(l.pair, NULL), 0);
	strings_add(&l.services, "srv-captain--shop");
	strings_add(&l.services, "shop");
	l.told = told_labels_new(l.services);
	l.news.link = l.pair[0];
	return l;
}

static char *
link_close(struct link *l)
{
	char *all = got(l->pair);
	told_labels_free(l->told);
	strings_free(l->services);
	return all;
}

/* Asks a daemon with these answers once. */
static int
ask(struct link *l, const struct daemon_answer *answers)
{
	own(str) char *folder = scratch_folder();
	struct docker_daemon d = daemon_start(folder, answers);
	struct why why = { "" };
	ck_assert_int_eq(engine_open(d.socket, &l->news.engine, &why), 0);
	int r = told_labels_ask(l->told, &l->news, &why);
	engine_close(take(l->news.engine));
	own(str) char *requests = daemon_stop(&d);
	return r;
}

START_TEST(each_service_is_told_once_and_when_it_changes)
{
	const struct daemon_answer report[] = { DAEMON_VERSION, MANAGER,
		SERVICE("srv-captain--shop", 404, "{}"),
		WITH("shop", "\"a\":\"b\",\"logmend.mode\":\"report\""),
		{ 0 } };
	const struct daemon_answer none[] = { DAEMON_VERSION, MANAGER,
		SERVICE("srv-captain--shop", 404, "{}"), WITH("shop", ""),
		{ 0 } };
	struct link l = link_open();
	ck_assert_int_eq(ask(&l, report), 0);
	ck_assert_int_eq(ask(&l, report), 0);
	ck_assert_int_eq(ask(&l, none), 0);
	told_labels_untell(l.told);
	ck_assert_int_eq(ask(&l, none), 0);
	own(str) char *all = link_close(&l);
	ck_assert_str_eq(all,
		"srv-captain--shop 1\nshop 0 logmend.mode=report\nshop 0\n"
		"srv-captain--shop 1\nshop 0\n");
}
END_TEST

START_TEST(a_host_that_manages_no_swarm_says_so)
{
	const struct daemon_answer worker[] = { DAEMON_VERSION,
		INFO("active", "false"), { 0 } };
	const struct daemon_answer alone[] = { DAEMON_VERSION,
		INFO("inactive", "false"), { 0 } };
	struct link l = link_open();
	ck_assert_int_eq(ask(&l, worker), 0);
	ck_assert_int_eq(ask(&l, alone), 0);
	own(str) char *all = link_close(&l);
	ck_assert_str_eq(all, "srv-captain--shop 2\nshop 2\n");
}
END_TEST

/* Silence is no word: whatever head knows stays. */
START_TEST(a_swarm_that_does_not_say_tells_nothing)
{
	static const char *const states[] = { "pending", "error", "locked" };
	for (size_t i = 0; i < ELEMENTS(states); i++) {
		own(str) char *info = xprintf(
			"{\"Swarm\":{\"LocalNodeState\":\"%s\"}}", states[i]);
		const struct daemon_answer answers[] = { DAEMON_VERSION,
			{ "GET /v1.41/info", 200, info, { 0 } }, { 0 } };
		struct link l = link_open();
		ck_assert_int_eq(ask(&l, answers), 0);
		own(str) char *all = link_close(&l);
		ck_assert_str_eq(all, "");
	}
	const struct daemon_answer broken[] = { DAEMON_VERSION, MANAGER,
		SERVICE("srv-captain--shop", 500,
			"{\"message\":\"The swarm does not have a leader.\"}"),
		SERVICE("shop", 200, "{\"ID\":7}"), { 0 } };
	struct link l = link_open();
	ck_assert_int_eq(ask(&l, broken), 0);
	const struct daemon_answer no_info[] = { DAEMON_VERSION,
		{ "GET /v1.41/info", 500, "{}", { 0 } }, { 0 } };
	ck_assert_int_eq(ask(&l, no_info), 0);
	own(str) char *all = link_close(&l);
	ck_assert_str_eq(all, "");
}
END_TEST

START_TEST(what_happens_to_a_service_is_asked_for)
{
	const struct daemon_answer answers[] = { DAEMON_VERSION,
		WITH("shop", "\"logmend.mode\":\"ask\""), { 0 } };
	own(str) char *folder = scratch_folder();
	struct docker_daemon d = daemon_start(folder, answers);
	struct link l = link_open();
	struct why why;
	ck_assert_int_eq(engine_open(d.socket, &l.news.engine, &why), 0);
	ck_assert_int_eq(
		told_labels_ask_for(l.told, &l.news, "other", &why), 0);
	ck_assert_int_eq(told_labels_ask_for(l.told, &l.news, "shop", &why), 0);
	engine_close(take(l.news.engine));
	own(str) char *requests = daemon_stop(&d);
	ck_assert_ptr_null(strstr(requests, "other"));
	own(str) char *all = link_close(&l);
	ck_assert_str_eq(all, "shop 0 logmend.mode=ask\n");
}
END_TEST

CHECK_MAIN("told-labels", each_service_is_told_once_and_when_it_changes,
	a_host_that_manages_no_swarm_says_so,
	a_swarm_that_does_not_say_tells_nothing,
	what_happens_to_a_service_is_asked_for)
