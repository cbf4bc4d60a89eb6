#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "eyes/sandbox.h"
#include "support/check_main.h"

/* Check talks through files, which is just what a jail forbids: what happens
 * inside is told by the exit status, 0 or the number of the line that was not
 * refused. */
#define REFUSED(call)                                     \
	do {                                              \
		errno = 0;                                \
		if ((long)(call) != -1 || errno != EPERM) \
			return __LINE__;                  \
	} while (0)
#define WORKS(call)                      \
	do {                             \
		if ((long)(call) == -1)  \
			return __LINE__; \
	} while (0)

static void
in_jail(int (*visit)(void))
{
	struct why why;
	int status;
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(sandbox_enter(&why) < 0 ? 255 : visit());
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status), "status %x", status);
	ck_assert_msg(WEXITSTATUS(status) == 0, "line %d was not refused",
		WEXITSTATUS(status));
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

static void *writable;

static int
try_code(void)
{
#ifndef SANITIZED
	REFUSED(mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	REFUSED(mprotect(writable, 4096, PROT_READ | PROT_EXEC));
#endif
	WORKS(mprotect(writable, 4096, PROT_READ));
	return 0;
}

START_TEST(memory_cannot_become_code_in_jail)
{
	writable = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(writable, MAP_FAILED);
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

CHECK_MAIN("jail", nothing_is_opened_connected_or_executed_in_jail,
	memory_cannot_become_code_in_jail, reading_goes_on_in_jail)
