#include "config.h"
#include "base/io/call-filter.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"
#include "support/check_main.h"
#include "support/refusals.h"

static int
status_behind(const struct call_filter *filter, int (*visit)(void))
{
	struct why why;
	int status;
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(call_filter_enter(filter, &why) < 0 ? 255 : visit());
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return status;
}

static void
behind(const struct call_filter *filter, int (*visit)(void))
{
	refusals_hold(status_behind(filter, visit));
}

static int
try_doors(void)
{
	char name[] = "true", *argv[] = { name, NULL };
	REFUSED(execv("/bin/true", argv));
	REFUSED(kill(getppid(), 0));
	REFUSED(syscall(SYS_tkill, getppid(), 0));
	REFUSED(unlink("/tmp/no-such-file"));
	REFUSED(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0)
		return __LINE__;
	return 0;
}

START_TEST(nothing_is_started_signalled_or_removed)
{
	static const int refused[] = { SCMP_SYS(socket) };
#ifdef SANITIZED /* which allows all but what is refused */
	const struct call_filter none = { .refused = refused, .n_refused = 1 };
#else
	static const int allowed[] = { SCMP_SYS(prctl) };
	const struct call_filter none = { .allowed = allowed,
		.n_allowed = 1,
		.refused = refused,
		.n_refused = 1 };
#endif
	behind(&none, try_doors);
}
END_TEST

#ifndef SANITIZED
static const int to_open[] = { SCMP_SYS(open), SCMP_SYS(openat) };

static int
try_one_rule(void)
{
	WORKS(open("/dev/null", O_RDONLY | O_CLOEXEC));
	REFUSED(open("/dev/null", O_RDWR | O_CLOEXEC));
	REFUSED(open("/dev/null", O_WRONLY | O_CLOEXEC));
	WORKS(open("/dev/zero", O_RDONLY | O_APPEND | O_CLOEXEC));
	return 0;
}

START_TEST(a_rule_is_about_arguments)
{
	struct call_rule rules[ELEMENTS(to_open)];
	rules[0] = (struct call_rule){ to_open[0], 1,
		{ SCMP_A1(SCMP_CMP_MASKED_EQ, O_ACCMODE, O_RDONLY) } };
	rules[1] = (struct call_rule){ to_open[1], 1,
		{ SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE, O_RDONLY) } };
	const struct call_filter reads = { .rules = rules, .n_rules = 2 };
	behind(&reads, try_one_rule);
}
END_TEST

static int
try_memory(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	WORKS(page);
	WORKS(mprotect(page, 4096, PROT_READ));
	REFUSED(mprotect(page, 4096, PROT_READ | PROT_EXEC));
	REFUSED(mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	return 0;
}

START_TEST(memory_is_not_executed)
{
	const struct call_filter none = { 0 };
	behind(&none, try_memory);
}
END_TEST

static void *
see(void *arg)
{
	*(bool *)arg = true;
	return NULL;
}

static int
try_threads(void)
{
	pthread_t thread;
	bool seen = false;
	if (pthread_create(&thread, NULL, see, &seen) != 0 ||
		pthread_join(thread, NULL) != 0 || !seen)
		return __LINE__;
	REFUSED(fork());
	REFUSED(vfork());
	REFUSED(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
	REFUSED(syscall(SYS_clone, CLONE_VM | SIGCHLD, 0, 0, 0, 0));
	REFUSED(syscall(SYS_unshare, CLONE_NEWUSER));
	REFUSED(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	REFUSED(syscall(SYS_setresuid, 0, 0, 0));
	REFUSED(syscall(SYS_mount, "x", "/", "tmpfs", 0, NULL));
	return 0;
}

START_TEST(threads_are_no_processes)
{
	static const int calls[] = { SCMP_SYS(prctl) };
	const struct call_filter threads = {
		.allowed = calls, .n_allowed = ELEMENTS(calls), .threads = true
	};
	behind(&threads, try_threads);
}
END_TEST

static int
try_a_thread(void)
{
	pthread_t thread;
	bool seen = false;
	return pthread_create(&thread, NULL, see, &seen) == 0 ? __LINE__ : 0;
}

START_TEST(who_needs_no_threads_gets_none)
{
	static const int calls[] = { SCMP_SYS(mmap), SCMP_SYS(mprotect) };
	const struct call_filter none = { .allowed = calls,
		.n_allowed = ELEMENTS(calls) };
	behind(&none, try_a_thread);
}
END_TEST

/* Whoever may trace a process reads its memory, where secrets are. */
static int
try_dumpable(void)
{
	return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : __LINE__;
}

START_TEST(nobody_looks_in)
{
	static const int calls[] = { SCMP_SYS(prctl) };
	const struct call_filter asks = { .allowed = calls, .n_allowed = 1 };
	behind(&asks, try_dumpable);
}
END_TEST

static int
try_abort(void)
{
	abort();
}

START_TEST(a_failed_assertion_ends_the_process)
{
	const struct call_filter none = { 0 };
	int status = status_behind(&none, try_abort);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGABRT);
}
END_TEST
#define ONLY_OPTIMISED                                                    \
	a_rule_is_about_arguments, memory_is_not_executed,                \
		threads_are_no_processes, who_needs_no_threads_gets_none, \
		nobody_looks_in, a_failed_assertion_ends_the_process,
#else
#define ONLY_OPTIMISED
#endif

CHECK_MAIN(
	"call-filter", ONLY_OPTIMISED nothing_is_started_signalled_or_removed)
