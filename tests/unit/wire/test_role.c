#include "config.h"
#include "wire/role.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/frame.h"
#include "support/check_main.h"

extern char **environ;

/* This program in the place of a role: tells its arguments, its environment,
 * and which descriptors it found open. */
static int
play_role(char **argv)
{
	own(frame) struct frame f = FRAME(1);
	own(buf) struct buf args = { 0 }, env = { 0 };
	for (char **a = argv; *a; a++)
		buf_printf(&args, "%s ", *a);
	for (char **e = environ; *e; e++)
		buf_printf(&env, "%s\n", *e);
	frame_put_str(&f, buf_str(&args));
	frame_put_str(&f, buf_str(&env));
	uint32_t open_fds = 0;
	for (int fd = 0; fd < 32; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			open_fds |= 1u << fd;
	frame_put_u32(&f, open_fds);
	return frame_send(ROLE_SOCKET, &f) < 0;
}

struct told {
	char *args, *env;
	uint32_t open_fds;
};

static struct told
start(enum role role, const char *config)
{
	own(fd) int sock = -1;
	pid_t pid = 0;
	struct why why = { "" };
	ck_assert_msg(role_start(role, config, &sock, &pid, &why) == 0, "%s",
		why.text);
	ck_assert_int_ne(fcntl(sock, F_GETFD) & FD_CLOEXEC, 0);
	own(frame) struct frame f = FRAME(0);
	ck_assert_int_eq(frame_recv(sock, &f), 1);
	struct told told = { frame_get_str(&f, 4096),
		frame_get_str(&f, FRAME_MAX), frame_get_u32(&f) };
	ck_assert_int_eq(frame_end(&f, NULL), 0);
	int status = -1;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	/* The role has the only other end. */
	ck_assert_int_eq(frame_recv(sock, &f), 0);
	return told;
}

static void
told_free(struct told *t)
{
	str_free(t->args);
	str_free(t->env);
}

START_TEST(a_role_is_this_program_with_its_name_and_configuration)
{
	struct told eyes = start(ROLE_EYES, NULL);
	struct told hands = start(ROLE_HANDS, "/etc/logmend/a.conf");
	ck_assert_str_eq(eyes.args, "logmend --role=eyes ");
	ck_assert_str_eq(
		hands.args, "logmend --role=hands -c /etc/logmend/a.conf ");
	told_free(&eyes);
	told_free(&hands);
}
END_TEST

START_TEST(a_role_learns_no_more_of_the_environment_than_it_needs)
{
	ck_assert_int_eq(setenv("LOGMEND_DEBUG", "1", 1), 0);
	ck_assert_int_eq(setenv("NOTIFY_SOCKET", "/run/n", 1), 0);
	ck_assert_int_eq(setenv("DATABASE_URL", "postgresql://x", 1), 0);
	ck_assert_int_eq(setenv("LD_PRELOAD", "", 1), 0);
	ck_assert_int_eq(setenv("PATH", "/tmp/elsewhere", 1), 0);
	ck_assert_int_eq(unsetenv("JOURNAL_STREAM"), 0);
	struct told t = start(ROLE_EYES, NULL);
	ck_assert_ptr_nonnull(strstr(t.env, "LOGMEND_DEBUG=1\n"));
	ck_assert_ptr_nonnull(strstr(t.env, "LANG=C\n"));
	ck_assert_ptr_nonnull(strstr(t.env, "PATH=/usr/local/sbin:"));
	ck_assert_ptr_null(strstr(t.env, "NOTIFY_SOCKET"));
	ck_assert_ptr_null(strstr(t.env, "DATABASE_URL"));
	ck_assert_ptr_null(strstr(t.env, "LD_PRELOAD"));
	ck_assert_ptr_null(strstr(t.env, "JOURNAL_STREAM"));
	ck_assert_ptr_null(strstr(t.env, "/tmp/elsewhere"));
	told_free(&t);
}
END_TEST

START_TEST(a_role_has_its_socket_and_no_other_descriptor_of_ours)
{
	/* Inheritable, as a library's may be. */
	own(fd) int stray = open("/dev/null", O_RDONLY);
	ck_assert_int_ge(stray, 3);
	struct told t = start(ROLE_HANDS, NULL);
	ck_assert_uint_eq(t.open_fds, 0xf);
	told_free(&t);
}
END_TEST

int
main(int argc, char **argv)
{
	if (argc > 1 && strncmp(argv[1], "--role=", 7) == 0)
		return play_role(argv);
	const TTest *const tests[] = {
		a_role_is_this_program_with_its_name_and_configuration,
		a_role_learns_no_more_of_the_environment_than_it_needs,
		a_role_has_its_socket_and_no_other_descriptor_of_ours
	};
	return check_main("role", tests, ELEMENTS(tests));
}
