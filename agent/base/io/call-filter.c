#include "config.h"
#include "base/io/call-filter.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/own.h"

#ifndef SANITIZED
#define ALL_OTHERS SCMP_ACT_ERRNO(EPERM)

static const int always[] = { SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(poll),
	SCMP_SYS(ppoll), SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep),
	SCMP_SYS(gettimeofday), SCMP_SYS(brk), SCMP_SYS(munmap),
	SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex),
	SCMP_SYS(exit_group), SCMP_SYS(exit), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(close), SCMP_SYS(fstat),
	SCMP_SYS(lseek), SCMP_SYS(getrandom), SCMP_SYS(getpid),
	SCMP_SYS(gettid), SCMP_SYS(restart_syscall) };

static int
allow(scmp_filter_ctx filter, const int *calls, size_t n)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	return r;
}

static int
allow_where(scmp_filter_ctx filter, const struct call_rule *rules, size_t n)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW,
			rules[i].call, rules[i].n, rules[i].when);
	return r;
}

/* The flags of clone3() lie in memory, where no filter looks. The C library
 * takes clone() where a kernel does not know it. */
static int
allow_threads(scmp_filter_ctx filter)
{
	static const int calls[] = { SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
		SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity) };
	const scmp_datum_t spaces = CLONE_NEWNS | CLONE_NEWCGROUP |
		CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
		CLONE_NEWNET;
	const scmp_datum_t thread = CLONE_THREAD | CLONE_VM;
	const struct call_rule clones[] = {
		{ SCMP_SYS(clone), 1,
			{ SCMP_A0(SCMP_CMP_MASKED_EQ, spaces | thread,
				thread) } },
	};
	int r = allow(filter, calls, ELEMENTS(calls));
	if (r == 0)
		r = allow_where(filter, clones, ELEMENTS(clones));
	return r < 0 ? r
		     : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
			       SCMP_SYS(clone3), 0);
}

static int
allow_connections(scmp_filter_ctx filter)
{
	static const int calls[] = { SCMP_SYS(write), SCMP_SYS(writev),
		SCMP_SYS(readv), SCMP_SYS(sendto), SCMP_SYS(sendmsg),
		SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(connect),
		SCMP_SYS(shutdown), SCMP_SYS(getsockname),
		SCMP_SYS(getpeername), SCMP_SYS(getsockopt),
		SCMP_SYS(setsockopt), SCMP_SYS(select), SCMP_SYS(pselect6),
		SCMP_SYS(eventfd2), SCMP_SYS(pipe2), SCMP_SYS(rt_sigaction) };
	static const struct call_rule some[] = {
		/* Its other commands let the kernel send signals. */
		{ SCMP_SYS(fcntl), 1, { SCMP_A1(SCMP_CMP_EQ, F_GETFD) } },
		{ SCMP_SYS(fcntl), 1, { SCMP_A1(SCMP_CMP_EQ, F_SETFD) } },
		{ SCMP_SYS(fcntl), 1, { SCMP_A1(SCMP_CMP_EQ, F_GETFL) } },
		{ SCMP_SYS(fcntl), 2,
			{ SCMP_A1(SCMP_CMP_EQ, F_SETFL),
				SCMP_A2(SCMP_CMP_MASKED_EQ, O_ASYNC, 0) } },
		{ SCMP_SYS(fcntl), 1,
			{ SCMP_A1(SCMP_CMP_EQ, F_DUPFD_CLOEXEC) } },
		{ SCMP_SYS(ioctl), 1, { SCMP_A1(SCMP_CMP_EQ, FIONREAD) } },
		{ SCMP_SYS(ioctl), 1, { SCMP_A1(SCMP_CMP_EQ, FIONBIO) } },
		/* libcurl wakes itself with it. */
		{ SCMP_SYS(socketpair), 1, { SCMP_A0(SCMP_CMP_EQ, AF_UNIX) } },
	};
	int r = allow(filter, calls, ELEMENTS(calls));
	return r < 0 ? r : allow_where(filter, some, ELEMENTS(some));
}

static int
fill(scmp_filter_ctx filter, const struct call_filter *f)
{
	const struct call_rule own[] = {
		/* abort() ends this process with it, and no other. */
		{ SCMP_SYS(tgkill), 1,
			{ SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()) } },
		/* The C library asks about descriptors so. */
		{ SCMP_SYS(newfstatat), 1,
			{ SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH) } },
		{ SCMP_SYS(mmap), 1,
			{ SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) } },
		{ SCMP_SYS(mprotect), 1,
			{ SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) } },
	};
	int r = allow(filter, always, ELEMENTS(always));
	if (r == 0)
		r = allow(filter, f->allowed, f->n_allowed);
	if (r == 0)
		r = allow_where(filter, own, ELEMENTS(own));
	if (r == 0)
		r = allow_where(filter, f->rules, f->n_rules);
	if (r == 0 && f->threads)
		r = allow_threads(filter);
	if (r == 0 && f->connects)
		r = allow_connections(filter);
	return r;
}
#else
#define ALL_OTHERS SCMP_ACT_ALLOW

static int
refuse(scmp_filter_ctx filter, const int *calls, size_t n)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = seccomp_rule_add(
			filter, SCMP_ACT_ERRNO(EPERM), calls[i], 0);
	return r;
}

static int
fill(scmp_filter_ctx filter, const struct call_filter *f)
{
	static const int never[] = { SCMP_SYS(kill), SCMP_SYS(tkill),
		SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(unlink),
		SCMP_SYS(rename), SCMP_SYS(mkdir), SCMP_SYS(mount),
		SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(setuid),
		SCMP_SYS(setresuid) };
	int r = refuse(filter, never, ELEMENTS(never));
	return r < 0 ? r : refuse(filter, f->refused, f->n_refused);
}
#endif

/* No new rights, and nobody looks in. */
static int
seclude(struct why *why)
{
	int r = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#ifndef SANITIZED /* whose leak check looks into its own process */
	if (r == 0)
		r = prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
	return r < 0 ? because(why, -errno, "prctl: %s", strerror(errno)) : 0;
}

int
call_filter_enter(const struct call_filter *f, struct why *why)
{
	int r = seclude(why);
	if (r < 0)
		return r;
	scmp_filter_ctx filter = seccomp_init(ALL_OTHERS);
	if (!filter)
		return because(why, -ENOMEM, "no memory for the filter");
	r = fill(filter, f);
	if (r == 0)
		r = seccomp_load(filter);
	seccomp_release(filter);
	return r < 0 ? because(why, r, "the system call filter was refused: %s",
			       strerror(-r))
		     : 0;
}
