/* A role is this same program, started anew: this test program plays it. */
#include "config.h"
#include "wire/role.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io/frame.h"
#include "support/check_main.h"

#define ANSWER 77

static void
add_all(struct frame *f, char **list)
{
	own(buf) struct buf b = { 0 };
	for (; *list; list++)
		buf_printf(&b, "%s\n", *list);
	frame_put_str(f, buf_str(&b));
}

/* As a role: tells the socket with what it was started. */
static int
play_role(char **argv)
{
	own(frame) struct frame f = FRAME(ANSWER);
	add_all(&f, argv);
	add_all(&f, environ);
	frame_put_bool(&f, access("/proc/self/fd/4", F_OK) == 0);
	return frame_send(ROLE_SOCKET, &f) < 0;
}

struct told {
	char *argv, *env;
	bool more_fds;
};

static void
told_let_go(struct told *t)
{
	free(t->argv);
	free(t->env);
}

static void
start(enum role role, const char *config, struct told *ret)
{
	own(frame) struct frame f = FRAME(0);
	own(fd) int sock = -1;
	pid_t pid = -1;
	int status = -1;
	struct why why = { "" };
	ck_assert_msg(role_start(role, config, &sock, &pid, &why) == 0, "%s",
		why.text);
	ck_assert_int_eq(frame_recv(sock, &f), 1);
	ck_assert_uint_eq(f.type, ANSWER);
	ret->argv = frame_get_str(&f, FRAME_MAX);
	ret->env = frame_get_str(&f, FRAME_MAX);
	ret->more_fds = frame_get_bool(&f);
	ck_assert_int_eq(frame_end(&f, NULL), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

START_TEST(a_role_is_told_which_one_it_is_and_its_configuration)
{
	own(told) struct told eyes = { 0 };
	own(told) struct told hands = { 0 };
	start(ROLE_EYES, NULL, &eyes);
	ck_assert_str_eq(eyes.argv, "logmend\n--role=eyes\n");
	start(ROLE_HANDS, "/etc/logmend.conf", &hands);
	ck_assert_str_eq(
		hands.argv, "logmend\n--role=hands\n-c\n/etc/logmend.conf\n");
}
END_TEST

START_TEST(a_role_learns_nothing_else_of_our_environment)
{
	own(told) struct told t = { 0 };
	setenv("DATABASE_URL", "postgresql://u:secret@h/d", 1);
	setenv("LD_PRELOAD_OF_SOMEBODY", "x", 1);
	setenv("LANG", "fr_FR.UTF-8", 1);
	setenv("LOGMEND_DEBUG", "1", 1);
	unsetenv("JOURNAL_STREAM");
	start(ROLE_HANDS, NULL, &t);
	ck_assert_ptr_null(strstr(t.env, "secret"));
	ck_assert_ptr_null(strstr(t.env, "SOMEBODY"));
	ck_assert_ptr_nonnull(strstr(t.env, "LANG=C\n"));
	ck_assert_ptr_nonnull(strstr(t.env, "LOGMEND_DEBUG=1\n"));
	ck_assert_ptr_null(strstr(t.env, "JOURNAL_STREAM"));
}
END_TEST

START_TEST(a_role_has_its_socket_and_no_other_descriptor)
{
	own(told) struct told t = { 0 };
	own(fd) int other = dup(STDERR_FILENO); /* without close-on-exec */
	ck_assert_int_ge(other, 3);
	start(ROLE_EYES, NULL, &t);
	ck_assert(!t.more_fds);
}
END_TEST

int
main(int argc, char **argv)
{
	const TTest *const tests[] = {
		a_role_is_told_which_one_it_is_and_its_configuration,
		a_role_learns_nothing_else_of_our_environment,
		a_role_has_its_socket_and_no_other_descriptor,
	};
	if (argc > 1 && strncmp(argv[1], "--role=", 7) == 0)
		return play_role(argv);
	return check_main("role", tests, ELEMENTS(tests));
}
