#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/redact.h"
#include "eyes/sandbox.h"
#include "support/check_main.h"
#include "support/refusals.h"

static int own_end, other_end, strange; /* sockets */

static void
in_jail(int (*visit)(void))
{
	struct why why;
	int status, pair[2], others[2];
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, others), 0);
	own_end = pair[0];
	other_end = pair[1];
	strange = others[0];
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(sandbox_enter(own_end, &why) < 0 ? 255 : visit());
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	refusals_hold(status);
}

static int
try_doors(void)
{
	char name[] = "true", *argv[] = { name, NULL };
#ifndef SANITIZED /* they look into /proc */
	REFUSED(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
	REFUSED(fork());
	REFUSED(kill(getppid(), 0));
#endif
	REFUSED(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	REFUSED(execv("/bin/true", argv));
	REFUSED(unlink("/tmp/no-such-file"));
	return 0;
}

START_TEST(nothing_is_opened_connected_or_executed_in_jail)
{
	in_jail(try_doors);
}
END_TEST

#ifndef SANITIZED
/* What signals others, looks into them, or makes the kernel do so. */
static int
try_others(void)
{
	pid_t other = getppid(), own = getpid();
	siginfo_t info = { .si_code = SI_QUEUE };
	struct iovec to = { &info, 1 }, from = { &info, 1 };
	struct rlimit limit = { 1, 1 };
	struct sched_param param = { 0 };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = SIGTERM };
	timer_t timer;
	cpu_set_t cpus = { 0 };
	REFUSED(syscall(SYS_tgkill, other, other, SIGTERM));
	REFUSED(syscall(SYS_tgkill, 1, 1, 0));
	REFUSED(syscall(SYS_tgkill, -1, syscall(SYS_gettid), 0));
	WORKS(syscall(SYS_tgkill, own, syscall(SYS_gettid), 0));
	REFUSED(kill(other, SIGTERM));
	REFUSED(kill(own, 0));
	REFUSED(kill(-1, 0));
	REFUSED(syscall(SYS_tkill, other, SIGTERM));
	REFUSED(syscall(SYS_rt_sigqueueinfo, other, SIGTERM, &info));
	REFUSED(syscall(SYS_rt_tgsigqueueinfo, other, other, SIGTERM, &info));
	REFUSED(syscall(SYS_pidfd_open, other, 0));
	REFUSED(syscall(SYS_pidfd_send_signal, strange, SIGTERM, NULL, 0));
	REFUSED(syscall(SYS_pidfd_getfd, strange, 0, 0));
	REFUSED(syscall(SYS_process_vm_readv, other, &to, 1, &from, 1, 0));
	REFUSED(syscall(SYS_process_vm_writev, other, &to, 1, &from, 1, 0));
	REFUSED(syscall(SYS_ptrace, PTRACE_ATTACH, other, 0, 0));
	REFUSED(syscall(SYS_prlimit64, other, RLIMIT_CPU, &limit, NULL));
	REFUSED(syscall(SYS_prlimit64, 0, RLIMIT_CPU, &limit, NULL));
	REFUSED(syscall(SYS_sched_setparam, other, &param));
	REFUSED(syscall(SYS_sched_setaffinity, other, sizeof(cpus), &cpus));
	REFUSED(syscall(SYS_sched_setscheduler, other, SCHED_OTHER, &param));
	REFUSED(syscall(SYS_setpriority, PRIO_PROCESS, other, 5));
	REFUSED(syscall(SYS_ioprio_set, 1, other, 0));
	REFUSED(fcntl(own_end, F_SETOWN, other));
	REFUSED(fcntl(own_end, F_SETSIG, SIGTERM));
	REFUSED(fcntl(own_end, F_SETFL, O_ASYNC));
	REFUSED(fcntl(own_end, F_NOTIFY, 1));
	REFUSED(ioctl(own_end, FIOSETOWN, &other));
	REFUSED(ioctl(own_end, TIOCSTI, "x"));
	REFUSED(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
	REFUSED(prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0));
	REFUSED(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
	REFUSED(syscall(SYS_clone3, NULL, 0));
#ifdef SYS_vfork /* arm64 has clone only */
	REFUSED(syscall(SYS_vfork));
#endif
	REFUSED(syscall(SYS_unshare, CLONE_NEWUSER));
	REFUSED(syscall(SYS_setns, strange, 0));
	REFUSED(syscall(SYS_timer_create, CLOCK_REALTIME, &event, &timer));
	REFUSED(syscall(SYS_mq_notify, strange, &event));
	REFUSED(syscall(SYS_setresuid, 0, 0, 0));
	REFUSED(syscall(SYS_capset, NULL, NULL));
	REFUSED(syscall(SYS_seccomp, 0, 0, NULL));
	REFUSED(syscall(SYS_bpf, 0, NULL, 0));
	REFUSED(syscall(SYS_keyctl, 0, 0));
	REFUSED(syscall(SYS_io_uring_setup, 1, NULL));
	REFUSED(syscall(SYS_userfaultfd, 0));
	REFUSED(syscall(SYS_perf_event_open, NULL, other, -1, -1, 0));
	REFUSED(syscall(SYS_personality, 0x400000));
	return 0;
}

START_TEST(no_other_process_is_signalled_or_changed_from_jail)
{
	in_jail(try_others);
}
END_TEST

/* Only head hears of it. */
static int
try_sending(void)
{
	struct iovec one = { (char *)"x", 1 };
	struct msghdr msg = { .msg_iov = &one, .msg_iovlen = 1 };
	char byte;
	struct iovec into = { &byte, 1 };
	struct msghdr got = { .msg_iov = &into, .msg_iovlen = 1 };
	WORKS(sendmsg(own_end, &msg, MSG_NOSIGNAL));
	REFUSED(sendmsg(strange, &msg, MSG_NOSIGNAL));
	REFUSED(recvmsg(strange, &got, MSG_DONTWAIT));
	REFUSED(recvmsg(other_end, &got, MSG_DONTWAIT));
	REFUSED(write(strange, "x", 1));
	REFUSED(write(own_end, "x", 1));
	REFUSED(writev(strange, &one, 1));
	REFUSED(send(own_end, "x", 1, 0));
	REFUSED(syscall(SYS_sendmmsg, own_end, NULL, 0, 0));
	for (int family = 0; family < 46; family++)
		REFUSED(socket(family, SOCK_STREAM, 0));
	REFUSED(socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){ 0 }));
	REFUSED(dup(own_end));
	REFUSED(syscall(SYS_memfd_create, "x", 0));
	REFUSED(syscall(SYS_openat2, AT_FDCWD, "/", NULL, 0));
	REFUSED(syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", NULL, 0));
	REFUSED(syscall(SYS_statx, AT_FDCWD, "/etc/passwd", 0, 0, NULL));
	REFUSED(access("/etc/passwd", F_OK));
	return 0;
}

START_TEST(nothing_is_sent_but_to_head_from_jail)
{
	in_jail(try_sending);
}
END_TEST

/* abort() ends the process in jail, as it does outside. */
static int
try_abort(void)
{
	abort();
}

START_TEST(a_failed_assertion_ends_the_process_in_jail)
{
	struct why why;
	int status;
	pid_t pid = fork();
	if (pid == 0)
		_exit(sandbox_enter(3, &why) < 0 ? 255 : try_abort());
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGABRT);
}
END_TEST
#define ONLY_OPTIMISED                                      \
	no_other_process_is_signalled_or_changed_from_jail, \
		nothing_is_sent_but_to_head_from_jail,      \
		a_failed_assertion_ends_the_process_in_jail,
#else
#define ONLY_OPTIMISED
#endif

static void *writable, *code;

static int
try_code(void)
{
#ifndef SANITIZED
	REFUSED(mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	REFUSED(mprotect(writable, 4096, PROT_READ | PROT_EXEC));
#endif
	WORKS(mprotect(writable, 4096, PROT_READ));
#ifndef SANITIZED
	REFUSED(syscall(SYS_pkey_mprotect, writable, 4096, PROT_EXEC, -1));
	REFUSED(syscall(SYS_shmat, 0, NULL, 0));
	/* Code that could be written before can be run, and not written. */
	if (((unsigned char *)code)[0] != 0xc3)
		return __LINE__;
	int status;
	((void (*)(void))code)();
	status = (int)syscall(SYS_getrandom, code, 1, 0);
	if (status != -1 || errno != EFAULT)
		return __LINE__;
#endif
	return 0;
}

START_TEST(memory_cannot_become_code_in_jail)
{
	writable = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(writable, MAP_FAILED);
	code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(code, MAP_FAILED);
	memset(code, 0xc3, 4096); /* ret */
	in_jail(try_code);
}
END_TEST

static int log_fd;

static int
try_reading(void)
{
	char byte;
	WORKS(pread(log_fd, &byte, 1, 0));
	own(str) char *memory = xcalloc(1, 8u << 20);
	memory[5] = byte;
	return 0;
}

START_TEST(reading_goes_on_in_jail)
{
	log_fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(log_fd, 0);
	in_jail(try_reading);
	close(log_fd);
}
END_TEST

/* A pattern that was not needed before: there is room for its machine code
 * beside that of the others, which cannot be written any more. */
static int
try_redacting(void)
{
	own(str) char *shown = redact(SPAN("authorization: Bearer Hush12ab"));
	return strstr(shown, "Hush12ab") ? __LINE__ : 0;
}

START_TEST(what_is_logged_in_jail_loses_its_secrets)
{
	own(str) char *shown = redact(SPAN("password=Hush12"));
	ck_assert_ptr_null(strstr(shown, "Hush12"));
	redact_interpret();
	in_jail(try_redacting);
}
END_TEST

CHECK_MAIN("jail",
	ONLY_OPTIMISED nothing_is_opened_connected_or_executed_in_jail,
	memory_cannot_become_code_in_jail, reading_goes_on_in_jail,
	what_is_logged_in_jail_loses_its_secrets)
