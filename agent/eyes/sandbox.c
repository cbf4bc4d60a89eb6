#include "config.h"
#include "eyes/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/io/privileges.h"
#include "base/own.h"

#ifndef SANITIZED
#define ALL_OTHERS SCMP_ACT_ERRNO(EPERM)

static const int allowed[] = { SCMP_SYS(read), SCMP_SYS(pread64),
	SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(brk),
	SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex),
	SCMP_SYS(exit_group), SCMP_SYS(exit), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(close), SCMP_SYS(fstat),
	SCMP_SYS(lseek), SCMP_SYS(getrandom), SCMP_SYS(getpid),
	SCMP_SYS(gettid), SCMP_SYS(restart_syscall) };

/* Allows a call only with this value of one argument. */
static int
allow_with(scmp_filter_ctx filter, int call, struct scmp_arg_cmp argument)
{
	return seccomp_rule_add_array(
		filter, SCMP_ACT_ALLOW, call, 1, &argument);
}

/* Calls that are harmless with one value of an argument and not with others.
 * What is refused fails with EPERM: libraries ask and go on without. */
static int
fill(scmp_filter_ctx filter, int sock)
{
	const struct {
		int call;
		struct scmp_arg_cmp argument;
	} pinned[] = {
		/* Messages for head, and lines of the own log. */
		{ SCMP_SYS(sendmsg), SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)sock) },
		{ SCMP_SYS(recvmsg), SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)sock) },
		{ SCMP_SYS(write), SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO) },
		{ SCMP_SYS(writev), SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO) },
		/* abort() ends this process with it, and no other. */
		{ SCMP_SYS(tgkill),
			SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()) },
		/* The C library asks about descriptors so. */
		{ SCMP_SYS(newfstatat), SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH) },
		/* Memory may be had, but none that can be executed. */
		{ SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
		{ SCMP_SYS(mprotect),
			SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0) },
	};
	int r = 0;
	for (size_t i = 0; r == 0 && i < ELEMENTS(allowed); i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; r == 0 && i < ELEMENTS(pinned); i++)
		r = allow_with(filter, pinned[i].call, pinned[i].argument);
	return r;
}

/* PCRE2 compiles patterns into memory that can be written and run. From here on
 * it can be run only. Where /proc is not there, it stays as it is. */
static int
seal_code(void)
{
	own(file) FILE *maps = fopen("/proc/self/maps", "re");
	char line[PATH_MAX + 128];
	unsigned long begin, end;
	char kind[5];
	int sealed = 0;
	while (maps && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %4s", &begin, &end, kind) != 3 ||
			kind[1] != 'w' || kind[2] != 'x')
			continue;
		if (mprotect((void *)begin, end - begin,
			    PROT_READ | PROT_EXEC) < 0)
			return -errno;
		sealed = 1;
	}
	return sealed;
}
#else
#define ALL_OTHERS SCMP_ACT_ALLOW

/* Sanitizers look at themselves in /proc and start a helper at the end. */
static int
seal_code(void)
{
	return 0;
}

static int
fill(scmp_filter_ctx filter, int sock)
{
	(void)sock;
	static const int refused[] = { SCMP_SYS(socket), SCMP_SYS(connect),
		SCMP_SYS(bind), SCMP_SYS(kill), SCMP_SYS(tkill),
		SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(unlink),
		SCMP_SYS(rename) };
	int r = 0;
	for (size_t i = 0; r == 0 && i < ELEMENTS(refused); i++)
		r = seccomp_rule_add(
			filter, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
	return r;
}
#endif

int
sandbox_prepare(struct why *why)
{
	int r = privileges_become(SANDBOX_USER, SANDBOX_UID, why);
#ifdef SANITIZED /* the leak check traces its own process */
	if (r == 0 && prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0)
		return because(why, -errno, "prctl: %s", strerror(errno));
#endif
	return r;
}

int
sandbox_enter(int sock, struct why *why)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return because(why, -errno, "prctl: %s", strerror(errno));
	int sealed = seal_code();
	if (sealed < 0)
		return because(why, sealed,
			"the patterns' machine code cannot be protected: %s",
			strerror(-sealed));
#ifndef SANITIZED /* whose leak check looks into its own process */
	/* Its memory holds what people's apps logged. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return because(why, -errno, "prctl: %s", strerror(errno));
#endif
	scmp_filter_ctx filter = seccomp_init(ALL_OTHERS);
	if (!filter)
		return because(why, -ENOMEM, "no memory for the filter");
	int r = fill(filter, sock);
	if (r == 0)
		r = seccomp_load(filter);
	seccomp_release(filter);
	if (r < 0)
		return because(why, r, "the system call filter was refused: %s",
			strerror(-r));
	return sealed;
}
