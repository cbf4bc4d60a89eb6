#include "config.h"
#include "eyes/jail.h"

#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "base/own.h"

/* Calls that are refused, not fatal: libraries ask and go on without. */
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

#ifdef SANITIZED
/* Sanitizers look at themselves in /proc and start a helper at the end. */
static const int sanitizers_too[] = { SCMP_SYS(mmap), SCMP_SYS(mprotect),
	SCMP_SYS(sigaltstack), SCMP_SYS(openat), SCMP_SYS(readlink),
	SCMP_SYS(readlinkat), SCMP_SYS(prctl), SCMP_SYS(clone),
	SCMP_SYS(ptrace), SCMP_SYS(wait4), SCMP_SYS(getdents64),
	SCMP_SYS(sched_yield), SCMP_SYS(rt_sigaction), SCMP_SYS(getppid),
	SCMP_SYS(arch_prctl), SCMP_SYS(getuid), SCMP_SYS(getrlimit),
	SCMP_SYS(prlimit64), SCMP_SYS(set_robust_list),
	SCMP_SYS(process_vm_readv), SCMP_SYS(sched_getaffinity), SCMP_SYS(rseq),
	SCMP_SYS(pipe2) };
#endif

static int
add_calls(scmp_filter_ctx filter, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Memory may be had, but none that can be executed. */
static int
add_memory(scmp_filter_ctx filter)
{
	struct scmp_arg_cmp not_exec =
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	int r = seccomp_rule_add(
		filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, not_exec);
	if (r < 0)
		return r;
	return seccomp_rule_add(
		filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, not_exec);
}

static int
fill(scmp_filter_ctx filter)
{
	int r = add_calls(filter, allowed, ELEMENTS(allowed));
#ifdef SANITIZED
	if (r == 0)
		r = add_calls(filter, sanitizers_too, ELEMENTS(sanitizers_too));
#endif
	return r < 0 ? r : add_memory(filter);
}

int
jail_enter(struct why *why)
{
	/* Not dumpable: its memory holds what people's apps logged. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return because(why, -errno, "prctl: %s", strerror(errno));
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
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
