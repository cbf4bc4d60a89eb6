#include "config.h"
#include "base/io/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io/descriptors.h"
#include "support/check_main.h"

#define SOON (clock_mono() + 20 * USEC_SECOND)

static int
sh(const char *script, struct spawn_result *ret, usec deadline, size_t max,
	struct why *why)
{
	const char *argv[] = { "/bin/sh", "-c", script, NULL };
	struct spawn s = { .argv = argv };
	return spawn_run(&s, deadline, max, ret, why);
}

START_TEST(output_and_status_come_back)
{
	own(spawn_result) struct spawn_result res = { 0 };
	struct why why;
	ck_assert_int_eq(
		sh("echo out; echo err >&2; exit 7", &res, SOON, 100, &why), 0);
	ck_assert_str_eq(buf_str(&res.out), "out\n");
	ck_assert_str_eq(buf_str(&res.err), "err\n");
	char text[64];
	ck_assert_str_eq(spawn_status_text(res.status, text), "exit status 7");
}
END_TEST

START_TEST(a_program_that_is_not_there_is_a_sentence)
{
	const char *argv[] = { "/nowhere/program", NULL };
	struct spawn s = { .argv = argv };
	own(spawn_result) struct spawn_result res = { 0 };
	struct why why;
	ck_assert_int_eq(spawn_run(&s, SOON, 100, &res, &why), -ENOENT);
	ck_assert_ptr_nonnull(strstr(why.text, "/nowhere/program"));
	pid_t pid = 0;
	ck_assert_int_eq(spawn_start(&s, &pid, &why), -ENOENT);
}
END_TEST

START_TEST(the_environment_is_given_whole)
{
	setenv("SECRET", "x", 1);
	own(spawn_result) struct spawn_result res = { 0 };
	struct why why;
	ck_assert_int_eq(
		sh("echo \"$SECRET.$LANG\"", &res, SOON, 100, &why), 0);
	ck_assert_str_eq(buf_str(&res.out), ".C\n");
	const char *argv[] = { "/bin/sh", "-c", "echo $A", NULL };
	const char *env[] = { "A=b", NULL };
	struct spawn s = { .argv = argv, .env = env };
	own(spawn_result) struct spawn_result given = { 0 };
	ck_assert_int_eq(spawn_run(&s, SOON, 100, &given, &why), 0);
	ck_assert_str_eq(buf_str(&given.out), "b\n");
}
END_TEST

START_TEST(input_larger_than_a_pipe_is_fed)
{
	size_t len = 300000;
	own(buf) struct buf in = { 0 };
	memset(buf_reserve(&in, len), 'x', len);
	in.len = len;
	const char *argv[] = { "/bin/cat", NULL };
	struct spawn s = { .argv = argv, .in = in.data, .in_len = in.len };
	own(spawn_result) struct spawn_result res = { 0 };
	struct why why;
	ck_assert_int_eq(spawn_run(&s, SOON, len, &res, &why), 0);
	ck_assert(span_eq(buf_span(&res.out), buf_span(&in)));
}
END_TEST

START_TEST(a_child_that_ignores_its_input_is_no_error)
{
	(void)signal(SIGPIPE, SIG_IGN);
	own(buf) struct buf in = { 0 };
	memset(buf_reserve(&in, 300000), 'x', 300000);
	in.len = 300000;
	const char *argv[] = { "/bin/true", NULL };
	struct spawn s = { .argv = argv, .in = in.data, .in_len = in.len };
	own(spawn_result) struct spawn_result res = { 0 };
	struct why why;
	ck_assert_int_eq(spawn_run(&s, SOON, 100, &res, &why), 0);
	ck_assert_int_eq(res.status, 0);
}
END_TEST

START_TEST(a_child_over_its_time_is_killed_with_its_children)
{
	own(spawn_result) struct spawn_result res = { 0 };
	struct why why;
	int r = sh("echo $$; sleep 1000 & sleep 1000", &res,
		clock_mono() + 3 * USEC_SECOND, 100, &why);
	ck_assert_int_eq(r, -ETIMEDOUT);
	ck_assert_ptr_nonnull(strstr(why.text, "did not end in time"));
	pid_t session = atoi(buf_str(&res.out));
	ck_assert_int_gt(session, 1);
	/* The grandchild is reaped by init in its own time. */
	for (int i = 0; i < 500 && kill(-session, 0) == 0; i++)
		usleep(10000);
	ck_assert_int_eq(kill(-session, 0), -1);
}
END_TEST

START_TEST(output_over_the_limit_is_cut_and_told)
{
	own(spawn_result) struct spawn_result res = { 0 };
	struct why why;
	int r = sh("while :; do echo xxxxxxxxxxxxxxxx; done", &res, SOON, 1000,
		&why);
	ck_assert_int_eq(r, -EFBIG);
	ck_assert(res.cut);
	ck_assert_ptr_nonnull(strstr(why.text, "wrote too much"));
}
END_TEST

START_TEST(ignored_signals_are_not_inherited)
{
	(void)signal(SIGPIPE, SIG_IGN);
	own(spawn_result) struct spawn_result res = { 0 };
	struct why why;
	ck_assert_int_eq(
		sh("grep SigIgn /proc/$$/status", &res, SOON, 1000, &why), 0);
	unsigned long long ignored =
		strtoull(buf_str(&res.out) + strlen("SigIgn:"), NULL, 16);
	/* 32 and 33 are the C library's, which lets nobody touch them. */
	ck_assert_uint_eq(ignored & ~(3ull << 31), 0);
}
END_TEST

START_TEST(only_named_descriptors_get_in)
{
	own(fd) int secret = open("/etc/passwd", O_RDONLY);
	own(fd) int named = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(secret, 0);
	const char *argv[] = { "/bin/sh", "-c",
		"readlink /proc/$$/fd/3; ls /proc/$$/fd | wc -w", NULL };
	struct spawn s = { .argv = argv, .fds = &named, .n_fds = 1 };
	own(spawn_result) struct spawn_result res = { 0 };
	struct why why;
	ck_assert_int_eq(spawn_run(&s, SOON, 1000, &res, &why), 0);
	ck_assert_str_eq(buf_str(&res.out), "/dev/zero\n4\n");
}
END_TEST

START_TEST(a_started_child_runs_by_itself)
{
	const char *argv[] = { "/bin/sh", "-c", "exit 3", NULL };
	struct spawn s = { .argv = argv };
	pid_t pid = 0;
	struct why why;
	ck_assert_int_eq(spawn_start(&s, &pid, &why), 0);
	int status = 0;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(WEXITSTATUS(status), 3);
}
END_TEST

static void
limit_to(rlim_t n)
{
	struct rlimit limit = { n, n };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

START_TEST(a_child_needs_no_more_descriptors_than_it_is_given)
{
	/* Every number up to the limit is taken but those start() needs. */
	limit_to(40);
	while (dup(STDIN_FILENO) >= 0)
		;
	for (int fd = 34; fd < 40; fd++)
		close(fd);
	own(spawn_result) struct spawn_result res = { 0 };
	struct why why;
	int r = sh("ls /proc/self/fd", &res, SOON, 100, &why);
	ck_assert_int_eq(r, -EMFILE);
	for (int fd = 20; fd < 34; fd++)
		close(fd);
	ck_assert_msg(
		sh("echo out", &res, SOON, 100, &why) == 0, "%s", why.text);
	ck_assert_str_eq(buf_str(&res.out), "out\n");
}
END_TEST

START_TEST(too_few_descriptors_are_a_sentence_with_a_way_out)
{
	limit_to(20);
	for (int free = 0; free < 8; free++) {
		while (dup(STDIN_FILENO) >= 0)
			;
		for (int fd = 20 - free; fd < 20; fd++)
			close(fd);
		const char *argv[] = { "/bin/true", NULL };
		struct spawn s = { .argv = argv };
		struct why why;
		pid_t pid;
		int r = spawn_start(&s, &pid, &why);
		if (r == 0) {
			int status;
			ck_assert_int_eq(waitpid(pid, &status, 0), pid);
			ck_assert_int_eq(status, 0);
			continue;
		}
		ck_assert_int_eq(r, -EMFILE);
		ck_assert_ptr_nonnull(strstr(why.text, "/bin/true"));
		ck_assert_ptr_nonnull(strstr(why.text, "may have 20"));
		ck_assert_ptr_nonnull(strstr(why.text, "LimitNOFILE="));
	}
}
END_TEST

START_TEST(only_our_own_programs_keep_the_raised_limit)
{
	struct rlimit limit = { 100, 300 };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	descriptors_raise();
	ck_assert_uint_eq(descriptors_limit(), 300);
	own(spawn_result) struct spawn_result res = { 0 };
	struct why why;
	ck_assert_int_eq(sh("ulimit -n", &res, SOON, 100, &why), 0);
	ck_assert_str_eq(buf_str(&res.out), "100\n");
	own(spawn_result) struct spawn_result own_res = { 0 };
	const char *argv[] = { "/bin/sh", "-c", "ulimit -n", NULL };
	struct spawn s = { .argv = argv, .ours = true };
	ck_assert_int_eq(spawn_run(&s, SOON, 100, &own_res, &why), 0);
	ck_assert_str_eq(buf_str(&own_res.out), "300\n");
}
END_TEST

CHECK_MAIN("spawn", output_and_status_come_back,
	a_program_that_is_not_there_is_a_sentence,
	the_environment_is_given_whole, input_larger_than_a_pipe_is_fed,
	a_child_that_ignores_its_input_is_no_error,
	a_child_over_its_time_is_killed_with_its_children,
	output_over_the_limit_is_cut_and_told,
	ignored_signals_are_not_inherited, only_named_descriptors_get_in,
	a_started_child_runs_by_itself,
	a_child_needs_no_more_descriptors_than_it_is_given,
	too_few_descriptors_are_a_sentence_with_a_way_out,
	only_our_own_programs_keep_the_raised_limit)
