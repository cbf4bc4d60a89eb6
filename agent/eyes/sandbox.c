#include "config.h"
#include "eyes/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "base/own.h"

#ifndef SANITIZED
#define ALL_OTHERS SCMP_ACT_ERRNO(EPERM)

static const int allowed[] = { SCMP_SYS(read), SCMP_SYS(pread64),
	SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(recvmsg), SCMP_SYS(sendmsg),
	SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(brk),
	SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex),
	SCMP_SYS(exit_group), SCMP_SYS(exit), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(close), SCMP_SYS(fstat),
	SCMP_SYS(newfstatat), SCMP_SYS(lseek), SCMP_SYS(getrandom),
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(tgkill),
	SCMP_SYS(restart_syscall) };

/* Memory may be had, but none that can be executed. */
static const int without_exec[] = { SCMP_SYS(mmap), SCMP_SYS(mprotect) };

/* What is refused fails with EPERM: libraries ask and go on without. */
static int
fill(scmp_filter_ctx filter)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < ELEMENTS(allowed); i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; r == 0 && i < ELEMENTS(without_exec); i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, without_exec[i], 1,
			SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return r;
}
#else
#define ALL_OTHERS SCMP_ACT_ALLOW

/* Sanitizers look at themselves in /proc and start a helper at the end. */
static int
fill(scmp_filter_ctx filter)
{
	static const int refused[] = { SCMP_SYS(socket), SCMP_SYS(connect),
		SCMP_SYS(bind), SCMP_SYS(execve), SCMP_SYS(execveat),
		SCMP_SYS(unlink), SCMP_SYS(rename) };
	int r = 0;
	for (size_t i = 0; r == 0 && i < ELEMENTS(refused); i++)
		r = seccomp_rule_add(
			filter, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
	return r;
}
#endif

int
sandbox_enter(struct why *why)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return because(why, -errno, "prctl: %s", strerror(errno));
#ifndef SANITIZED /* whose leak check looks into its own process */
	/* Its memory holds what people's apps logged. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return because(why, -errno, "prctl: %s", strerror(errno));
#endif
	scmp_filter_ctx filter = seccomp_init(ALL_OTHERS);
	if (!filter)
		return because(why, -ENOMEM, "no memory for the filter");
	int r = fill(filter);
	if (r == 0)
		r = seccomp_load(filter);
	seccomp_release(filter);
	if (r < 0)
		return because(why, r, "the system call filter was refused: %s",
			strerror(-r));
	return 0;
}
