#include "config.h"
#include "notify/notify-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/check_main.h"
#include "support/refusals.h"

static void
inside(int (*visit)(void))
{
	struct why why;
	int status;
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(notify_sandbox_enter(&why) < 0 ? 255 : visit());
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	refusals_hold(status);
}

static int
try_doors(void)
{
	char name[] = "true", *argv[] = { name, NULL };
	REFUSED(execv("/bin/true", argv));
	REFUSED(kill(getppid(), 0));
	REFUSED(syscall(SYS_tkill, getppid(), 0));
	REFUSED(syscall(SYS_setresuid, 0, 0, 0));
	REFUSED(syscall(SYS_mount, "x", "/", "tmpfs", 0, NULL));
	REFUSED(mkdir("/tmp/no-such-folder/x", 0700));
	REFUSED(unlink("/tmp/no-such-file"));
	return 0;
}

START_TEST(nothing_is_executed_signalled_or_changed)
{
	inside(try_doors);
}
END_TEST

#ifndef SANITIZED
static int
try_others(void)
{
	pid_t other = getppid();
	int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	REFUSED(fork());
	REFUSED(vfork());
	REFUSED(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
	REFUSED(ptrace(PTRACE_ATTACH, other, NULL, NULL));
	REFUSED(syscall(SYS_process_vm_readv, other, NULL, 0, NULL, 0, 0));
	REFUSED(syscall(SYS_pidfd_open, other, 0));
	REFUSED(syscall(SYS_tgkill, other, other, 0));
	REFUSED(syscall(SYS_setuid, 0));
	REFUSED(syscall(SYS_setgid, 0));
	REFUSED(syscall(SYS_capset, NULL, NULL));
	REFUSED(syscall(SYS_unshare, CLONE_NEWUSER));
	REFUSED(syscall(SYS_setns, sock, 0));
	REFUSED(syscall(SYS_seccomp, 0, 0, NULL));
	REFUSED(syscall(SYS_prctl, 4 /* PR_SET_DUMPABLE */, 1, 0, 0, 0));
	REFUSED(syscall(SYS_bpf, 0, NULL, 0));
	REFUSED(syscall(SYS_io_uring_setup, 1, NULL));
	REFUSED(syscall(SYS_userfaultfd, 0));
	REFUSED(syscall(SYS_keyctl, 0, 0));
	/* What lets the kernel signal somebody. */
	REFUSED(fcntl(sock, F_SETOWN, other));
	REFUSED(fcntl(sock, F_SETSIG, SIGKILL));
	REFUSED(fcntl(sock, F_SETFL, O_ASYNC));
	REFUSED(ioctl(sock, FIOASYNC, &(int){ 1 }));
	REFUSED(ioctl(sock, FIOSETOWN, &(int){ other }));
	WORKS(fcntl(sock, F_SETFL, O_NONBLOCK));
	return 0;
}

START_TEST(no_other_process_is_reached_and_no_right_gained)
{
	inside(try_others);
}
END_TEST

static int
try_files(void)
{
	WORKS(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
	REFUSED(open("/etc/passwd", O_RDWR | O_CLOEXEC));
	REFUSED(open("/etc/passwd", O_WRONLY | O_CLOEXEC));
	REFUSED(open("/tmp/logmend-no-such", O_RDONLY | O_CREAT, 0600));
	REFUSED(open("/etc/passwd", O_RDONLY | O_TRUNC | O_CLOEXEC));
	REFUSED(open("/tmp", O_WRONLY | O_TMPFILE, 0600));
	REFUSED(syscall(SYS_openat2, AT_FDCWD, "/", NULL, 0));
	REFUSED(syscall(SYS_open_by_handle_at, 0, NULL, 0));
	REFUSED(syscall(SYS_memfd_create, "x", 0));
	REFUSED(rename("/tmp/no-such-file", "/tmp/nor-this"));
	REFUSED(link("/tmp/no-such-file", "/tmp/nor-this"));
	REFUSED(symlink("/tmp/no-such-file", "/tmp/nor-this"));
	REFUSED(chmod("/tmp/no-such-file", 0600));
	REFUSED(truncate("/tmp/no-such-file", 0));
	return 0;
}

START_TEST(files_are_read_and_never_written)
{
	inside(try_files);
}
END_TEST

static int
try_sockets(void)
{
	struct sockaddr_in here = { .sin_family = AF_INET };
	int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	WORKS(sock);
	WORKS(socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	WORKS(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	REFUSED(bind(sock, (struct sockaddr *)&here, sizeof(here)));
	REFUSED(listen(sock, 1));
	REFUSED(accept4(sock, NULL, NULL, 0));
	for (int family = 0; family < 46; family++)
		if (family != AF_INET && family != AF_INET6 &&
			family != AF_UNIX)
			REFUSED(socket(family, SOCK_RAW, 0));
	return 0;
}

START_TEST(it_connects_and_never_listens)
{
	inside(try_sockets);
}
END_TEST

static void *writable;

static int
try_code(void)
{
	int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	WORKS(file);
	REFUSED(mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	REFUSED(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		MAP_PRIVATE, file, 0));
	REFUSED(mprotect(writable, 4096, PROT_READ | PROT_EXEC));
	REFUSED(syscall(SYS_pkey_mprotect, writable, 4096, PROT_EXEC, -1));
	REFUSED(syscall(SYS_shmat, 0, NULL, 0));
	/* As the dynamic linker maps a module of nsswitch.conf. */
	WORKS(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0));
	return 0;
}

START_TEST(only_what_a_file_holds_can_become_code)
{
	writable = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(writable, MAP_FAILED);
	inside(try_code);
}
END_TEST
#define ONLY_OPTIMISED                                   \
	no_other_process_is_reached_and_no_right_gained, \
		files_are_read_and_never_written,        \
		it_connects_and_never_listens,           \
		only_what_a_file_holds_can_become_code,
#else
#define ONLY_OPTIMISED
#endif

static void *
look_up(void *arg)
{
	struct addrinfo *list = NULL;
	*(int *)arg = getaddrinfo("localhost", NULL, NULL, &list);
	if (list)
		freeaddrinfo(list);
	return NULL;
}

static int
try_a_name(void)
{
	pthread_t thread;
	int r = -1;
	if (pthread_create(&thread, NULL, look_up, &r) != 0 ||
		pthread_join(thread, NULL) != 0)
		return __LINE__;
	return r == 0 ? 0 : __LINE__;
}

START_TEST(a_thread_looks_a_name_up)
{
	inside(try_a_name);
}
END_TEST

CHECK_MAIN("notify-sandbox",
	ONLY_OPTIMISED nothing_is_executed_signalled_or_changed,
	a_thread_looks_a_name_up)
