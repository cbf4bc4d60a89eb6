#include "config.h"
#include "head/control/control.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io/file.h"
#include "support/check_main.h"

static char *path;
static sd_event *event;
static struct control *control;
static unsigned asked;

/* Says who asked and what. */
static json_t *
echo(const json_t *request, uid_t uid, void *arg)
{
	(void)arg;
	asked++;
	return control_reply(
		json_pack("{s:i, s:O}", "uid", (int)uid, "request", request));
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
	usec begun = clock_mono();
	close(dial());
	own(str) char *got = hear(idle);
	ck_assert_str_eq(got, "");
	usec took = clock_mono() - begun;
	ck_assert_uint_ge(took, 4 * USEC_SECOND);
	ck_assert_uint_lt(took, 15 * USEC_SECOND);
	control_free(control);
}
END_TEST

START_TEST(no_more_than_sixteen_are_served_at_once)
{
	set_up();
	int idle[CONTROL_CLIENTS];
	for (size_t i = 0; i < CONTROL_CLIENTS; i++)
		idle[i] = dial();
	while (sd_event_run(event, 20000) > 0)
		;
	/* The next one waits in the queue until one leaves. */
	int next = dial();
	ck_assert_int_eq(write_all(next, SPAN("{\"verb\":\"x\"}\n")), 0);
	while (sd_event_run(event, 20000) > 0)
		;
	ck_assert_uint_eq(asked, 0);
	close(idle[3]);
	own(str) char *got = hear(next);
	ck_assert_ptr_nonnull(strstr(got, "\"exit\":0"));
	/* Freeing closes those that are left. */
	control_free(control);
	char c;
	ck_assert_int_eq(recv(idle[0], &c, 1, 0), 0);
}
END_TEST

START_TEST(a_stale_socket_is_replaced_and_a_living_one_is_not)
{
	set_up();
	struct control *second = NULL;
	struct why why;
	ck_assert_int_eq(control_start(event, path, echo, NULL, &second, &why),
		-EADDRINUSE);
	ck_assert_ptr_nonnull(strstr(why.text, "another logmend"));
	/* Left over: bound, and nobody listens. */
	control_free(control);
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	close(fd);
	ck_assert_int_eq(
		control_start(event, path, echo, NULL, &second, &why), 0);
	control_free(second);
	/* Somebody's file is not. */
	fclose(fopen(path, "w"));
	ck_assert_int_eq(
		control_start(event, path, echo, NULL, &second, &why), -EEXIST);
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

START_TEST(a_socket_that_is_another_ones_by_now_stays)
{
	set_up();
	unlink(path);
	fclose(fopen(path, "w"));
	control_free(control);
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

START_TEST(only_root_and_the_group_may_connect)
{
	set_up();
	struct stat st;
	ck_assert_int_eq(stat(path, &st), 0);
	const struct group *group = getgrnam(CONTROL_GROUP);
	if (group && geteuid() == 0) {
		ck_assert_uint_eq(st.st_mode & 0777, 0660);
		ck_assert_uint_eq(st.st_gid, group->gr_gid);
	} else {
		ck_assert_uint_eq(st.st_mode & 0777, 0600);
	}
	if (geteuid() != 0)
		return;
	pid_t pid = fork();
	if (pid == 0) {
		struct sockaddr_un a = { .sun_family = AF_UNIX };
		snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);
		if (setgroups(0, NULL) < 0 || setresgid(65534, 65534, 65534) ||
			setresuid(65534, 65534, 65534))
			_exit(1);
		bool refused =
			connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0 &&
			errno == EACCES;
		_exit(refused ? 0 : 1);
	}
	int status;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	control_free(control);
}
END_TEST

START_TEST(a_path_that_cannot_be_is_told_in_a_sentence)
{
	set_up();
	struct control *c = NULL;
	struct why why;
	own(buf) struct buf deep = { 0 };
	for (int i = 0; i < 20; i++)
		buf_add_str(&deep, "/a-long-name");
	ck_assert_int_eq(
		control_start(event, buf_str(&deep), echo, NULL, &c, &why),
		-ENAMETOOLONG);
	ck_assert_int_lt(control_start(event, "/nonexistent/a/b/control", echo,
				 NULL, &c, &why),
		0);
	ck_assert_ptr_nonnull(strstr(why.text, "/nonexistent/a/b"));
	control_free(control);
}
END_TEST

CHECK_MAIN("control", a_request_gets_one_answer_and_the_uid_is_the_kernels,
	a_request_may_come_byte_by_byte, what_is_no_request_is_refused,
	a_request_that_is_too_long_is_refused,
	who_goes_on_and_on_sees_the_refusal_too,
	who_only_connects_is_sent_away_and_who_leaves_is_forgotten,
	no_more_than_sixteen_are_served_at_once,
	a_stale_socket_is_replaced_and_a_living_one_is_not,
	a_socket_that_is_another_ones_by_now_stays,
	only_root_and_the_group_may_connect,
	a_path_that_cannot_be_is_told_in_a_sentence)
