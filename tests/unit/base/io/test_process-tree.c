#include "config.h"
#include "base/io/process-tree.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/check_main.h"

/* Where a test fails, nobody else ends it. */
static void
last(void)
{
	(void)alarm(60);
	for (;;)
		(void)pause();
}

/* All of them keep the pipe open, and say when they are there. */
static void
stay(int pipe)
{
	(void)signal(SIGTERM, SIG_IGN);
	(void)!write(pipe, "x", 1);
	last();
}

/* A process with a child in a session of its own, which has a child that was
 * left by its parent: three that stay. */
static pid_t
start_tree(int pipe)
{
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid > 0)
		return pid;
	(void)setsid();
	if (fork() > 0)
		stay(pipe);
	(void)setsid();
	pid_t middle = fork();
	if (middle == 0) {
		if (fork() > 0)
			_exit(0);
		stay(pipe);
	}
	(void)waitpid(middle, NULL, 0);
	stay(pipe);
	return 0;
}

START_TEST(a_signal_reaches_all_that_was_started)
{
	int ends[2];
	char c;
	ck_assert_int_eq(pipe(ends), 0);
	pid_t pid = start_tree(ends[1]);
	close(ends[1]);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(read(ends[0], &c, 1), 1);
	/* Which is ignored: the last of them is asked as well. */
	process_tree_signal(pid, SIGTERM);
	process_tree_signal(pid, SIGKILL);
	/* The end of the pipe comes when the last of them is gone. */
	ck_assert_int_eq(read(ends[0], &c, 1), 0);
	int status = 0;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(WTERMSIG(status), SIGKILL);
	close(ends[0]);
}
END_TEST

#define OTHERS 200

/* The last child of many dies with its parent, long before its turn comes. It
 * leads a group in which it left a child, and has one in another session: these
 * two and `pid` stay. */
static pid_t
start_tree_that_falls_apart(int pipe)
{
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid > 0)
		return pid;
	(void)setsid();
	for (int i = 0; i < OTHERS; i++)
		if (fork() == 0) {
			close(pipe);
			last();
		}
	if (fork() > 0)
		stay(pipe);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)setsid();
	pid_t middle = fork();
	if (middle == 0) {
		if (fork() > 0)
			_exit(0);
		stay(pipe);
	}
	(void)waitpid(middle, NULL, 0);
	if (fork() > 0) {
		close(pipe);
		last();
	}
	(void)setsid();
	stay(pipe);
	return 0;
}

START_TEST(what_dies_with_its_parent_takes_its_own_along)
{
	int ends[2];
	char c;
	ck_assert_int_eq(pipe(ends), 0);
	pid_t pid = start_tree_that_falls_apart(ends[1]);
	close(ends[1]);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(read(ends[0], &c, 1), 1);
	process_tree_signal(pid, SIGKILL);
	/* The end of the pipe comes when the last of them is gone. */
	ck_assert_int_eq(read(ends[0], &c, 1), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	close(ends[0]);
}
END_TEST

START_TEST(whoever_signals_is_not_in_it)
{
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		for (;;)
			(void)pause();
	/* In our own group, which is not signalled. */
	process_tree_signal(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	process_tree_signal(pid, SIGKILL); /* nobody */
}
END_TEST

START_TEST(a_process_is_told_from_others_by_its_start)
{
	uint64_t mine = process_tree_born(getpid());
	ck_assert_uint_gt(mine, 0);
	ck_assert_uint_eq(process_tree_born(getpid()), mine);
	ck_assert_uint_le(process_tree_born(getppid()), mine);
	ck_assert_uint_eq(process_tree_born(0), 0);
}
END_TEST

CHECK_MAIN("process-tree", a_signal_reaches_all_that_was_started,
	what_dies_with_its_parent_takes_its_own_along,
	whoever_signals_is_not_in_it,
	a_process_is_told_from_others_by_its_start)
