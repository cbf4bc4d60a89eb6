#include "config.h"
#include "head/control/control.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io/file.h"
#include "support/check_main.h"

static char *path;
static sd_event *event;
static struct control *control;
static unsigned asked;
static unsigned answer_times = 1;

/* Says who asked and what. */
static json_t *
echo(const json_t *request, uid_t uid, void *arg)
{
	(void)arg;
	asked++;
	json_t *all = json_array();
	for (unsigned i = 1; i < answer_times; i++)
		json_array_append_new(all, json_deep_copy(request));
	json_t *answer =
		json_pack("{s:i, s:O}", "uid", (int)uid, "request", request);
	if (answer_times > 1)
		json_object_set(answer, "more", all);
	json_decref(all);
	return control_reply(answer);
}

static void
set_up(void)
{
	own(str) char *folder = scratch_folder();
	path = xprintf("%s/run/control", folder);
	/* So that only the socket's own mode keeps others out. */
	ck_assert_int_eq(chmod(scratch_root, 0755), 0);
	ck_assert_int_eq(chmod(folder, 0755), 0);
	ck_assert_int_ge(sd_event_new(&event), 0);
	struct why why = { "" };
	ck_assert_msg(
		control_start(event, path, echo, NULL, &control, &why) == 0,
		"%s", why.text);
}

static int
dial(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

/* Runs the loop until the other side closes; what it said. Owned. */
static char *
hear(int fd)
{
	struct buf all = { 0 };
	for (;;) {
		sd_event_run(event, 1000);
		ssize_t n =
			recv(fd, buf_reserve(&all, 4096), 4096, MSG_DONTWAIT);
		if (n == 0)
			break;
		/* No reset: who hears one may never see the answer. */
		ck_assert(n > 0 || errno == EAGAIN);
		all.len += n > 0 ? (size_t)n : 0;
	}
	close(fd);
	return buf_take_str(&all);
}

static char *
say(const char *text)
{
	int fd = dial();
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
	return hear(fd);
}

START_TEST(a_request_gets_one_answer_and_the_uid_is_the_kernels)
{
	set_up();
	own(str) char *got = say("{\"verb\":\"x\",\"uid\":12}\n");
	own(str) char *expected =
		xprintf("{\"exit\":0,\"answer\":{\"uid\":%d,\"request\":"
			"{\"verb\":\"x\",\"uid\":12}}}\n",
			(int)geteuid());
	ck_assert_str_eq(got, expected);
	control_free(control);
	ck_assert_int_lt(access(path, F_OK), 0);
}
END_TEST

START_TEST(a_request_may_come_byte_by_byte)
{
	set_up();
	int fd = dial();
	for (const char *p = "{\"verb\":\"x\"}\n"; *p; p++) {
		ck_assert_int_eq(send(fd, p, 1, 0), 1);
		sd_event_run(event, 1000);
	}
	own(str) char *got = hear(fd);
	ck_assert_ptr_nonnull(strstr(got, "\"exit\":0"));
	ck_assert_uint_eq(asked, 1);
	control_free(control);
}
END_TEST

START_TEST(what_is_no_request_is_refused)
{
	set_up();
	static const char *const bad[] = { "\n", "nonsense\n", "[1]\n",
		"{\"verb\":\n", "\"text\"\n", "{\"a\":\"\\u0000\"}\n" };
	for (size_t i = 0; i < ELEMENTS(bad); i++) {
		own(str) char *got = say(bad[i]);
		ck_assert_ptr_nonnull(strstr(got, "\"exit\":2"));
	}
	ck_assert_uint_eq(asked, 0);
	control_free(control);
}
END_TEST

START_TEST(a_request_that_is_too_long_is_refused)
{
	set_up();
	own(buf) struct buf big = { 0 };
	for (unsigned i = 0; i <= CONTROL_REQUEST_MAX; i++)
		buf_add_char(&big, 'x');
	own(str) char *got = say(buf_str(&big));
	ck_assert_ptr_nonnull(strstr(got, "longer than 4096 bytes"));
	/* Exactly as long as it may be, with its newline. */
	big.len = 0;
	buf_add_str(&big, "{\"verb\":\"");
	while (big.len < CONTROL_REQUEST_MAX - 2)
		buf_add_char(&big, 'x');
	buf_add_str(&big, "\"}\n");
	own(str) char *whole = say(buf_str(&big));
	ck_assert_ptr_nonnull(strstr(whole, "\"exit\":0"));
	control_free(control);
}
END_TEST

START_TEST(who_goes_on_and_on_sees_the_refusal_too)
{
	set_up();
	own(buf) struct buf big = { 0 };
	for (unsigned i = 0; i < 30 * CONTROL_REQUEST_MAX; i++)
		buf_add_char(&big, 'x');
	own(str) char *got = say(buf_str(&big));
	ck_assert_ptr_nonnull(strstr(got, "longer than 4096 bytes"));
	/* Also who says that this is all. */
	int fd = dial();
	ck_assert_int_eq(write_all(fd, span_of(buf_str(&big))), 0);
	ck_assert_int_eq(shutdown(fd, SHUT_WR), 0);
	own(str) char *again = hear(fd);
	ck_assert_ptr_nonnull(strstr(again, "longer than 4096 bytes"));
	ck_assert_uint_eq(asked, 0);
	control_free(control);
}
END_TEST

START_TEST(who_only_connects_is_sent_away_and_who_leaves_is_forgotten)
{
	set_up();
	int idle = dial();
	/* A part of a request is none. */
	ck_assert_int_eq(write_all(idle, SPAN("{\"verb\":")), 0);
	usec begun = clock_mono();
	close(dial());
	own(str) char *got = hear(idle);
	ck_assert_str_eq(got, "");
	usec took = clock_mono() - begun;
	ck_assert_uint_ge(took, USEC_SECOND / 2);
	ck_assert_uint_lt(took, 10 * USEC_SECOND);
	control_free(control);
}
END_TEST

/* Whether all of it was done before any idle client has had its time, which is
 * a second: else that ended them. */
static bool
is_answered_beside_idle_clients(void)
{
	set_up();
	usec begun = clock_mono();
	int idle[10 * CONTROL_CLIENTS_EACH];
	for (size_t i = 0; i < ELEMENTS(idle); i++) {
		idle[i] = dial();
		while (sd_event_run(event, 0) > 0)
			;
	}
	/* Those that came last are there, and those before them are not. */
	int last = idle[ELEMENTS(idle) - 1];
	char c;
	ck_assert_int_eq(recv(idle[0], &c, 1, MSG_DONTWAIT), 0);
	bool is_there = recv(last, &c, 1, MSG_DONTWAIT) < 0;
	own(str) char *got = say("{\"verb\":\"x\"}\n");
	bool in_time = clock_mono() - begun < USEC_SECOND / 2;
	ck_assert_ptr_nonnull(strstr(got, "\"exit\":0"));
	ck_assert(is_there || !in_time);
	/* Freeing closes those that are left. */
	control_free(control);
	ck_assert_int_eq(recv(last, &c, 1, 0), 0);
	for (size_t i = 0; i < ELEMENTS(idle); i++)
		close(idle[i]);
	return in_time;
}

/* A busy machine may take long by itself, though not each time. */
START_TEST(no_idle_client_keeps_another_waiting)
{
	for (int i = 0; i < 20; i++)
		if (is_answered_beside_idle_clients())
			return;
	ck_abort_msg("no request was answered within half a second");
}
END_TEST

START_TEST(who_does_not_take_the_answer_makes_room)
{
	set_up();
	own(buf) struct buf request = { 0 };
	buf_add_str(&request, "{\"verb\":\"");
	while (request.len < CONTROL_REQUEST_MAX - 2)
		buf_add_char(&request, 'x');
	buf_add_str(&request, "\"}\n");
	answer_times = 500; /* far more than a socket takes */
	for (size_t i = 0; i < 2 * CONTROL_CLIENTS_EACH; i++) {
		ck_assert_int_eq(write_all(dial(), buf_span(&request)), 0);
		while (sd_event_run(event, 0) > 0)
			;
	}
	answer_times = 1;
	own(str) char *got = say("{\"verb\":\"x\"}\n");
	ck_assert_ptr_nonnull(strstr(got, "\"exit\":0"));
	control_free(control);
}
END_TEST

CHECK_MAIN("control", a_request_gets_one_answer_and_the_uid_is_the_kernels,
	a_request_may_come_byte_by_byte, what_is_no_request_is_refused,
	a_request_that_is_too_long_is_refused,
	who_goes_on_and_on_sees_the_refusal_too,
	who_only_connects_is_sent_away_and_who_leaves_is_forgotten,
	no_idle_client_keeps_another_waiting,
	who_does_not_take_the_answer_makes_room)
