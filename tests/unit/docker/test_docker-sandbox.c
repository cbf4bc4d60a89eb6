#include "config.h"
#include "docker/docker-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "docker/engine.h"
#include "support/check_main.h"
#include "support/docker-daemon.h"
#include "support/refusals.h"

static void
inside(int (*visit)(void))
{
	struct why why;
	int status;
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(docker_sandbox_enter(&why) < 0 ? 255 : visit());
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	refusals_hold(status);
}

static int
try_doors(void)
{
	char name[] = "true", *argv[] = { name, NULL };
	REFUSED(execv("/bin/true", argv));
	REFUSED(kill(getppid(), 0));
	REFUSED(syscall(SYS_setresuid, 0, 0, 0));
	REFUSED(syscall(SYS_mount, "x", "/", "tmpfs", 0, NULL));
	REFUSED(mkdir("/tmp/no-such-folder/x", 0700));
	REFUSED(unlink("/tmp/no-such-file"));
#ifndef SANITIZED
	REFUSED(fork());
	REFUSED(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
	REFUSED(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
	REFUSED(open("/etc/passwd", O_RDWR | O_CLOEXEC));
	REFUSED(syscall(SYS_memfd_create, "x", 0));
	REFUSED(mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
#endif
	return 0;
}

START_TEST(nothing_is_executed_opened_or_signalled)
{
	inside(try_doors);
}
END_TEST

#ifndef SANITIZED
static int
try_sockets(void)
{
	int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	WORKS(sock);
	REFUSED(listen(sock, 1));
	REFUSED(accept4(sock, NULL, NULL, 0));
	for (int family = 0; family < 46; family++)
		if (family != AF_UNIX)
			REFUSED(socket(family, SOCK_STREAM, 0));
	return 0;
}

START_TEST(it_reaches_no_network)
{
	inside(try_sockets);
}
END_TEST
#define ONLY_OPTIMISED it_reaches_no_network,
#else
#define ONLY_OPTIMISED
#endif

static const char *at;

static int
try_docker(void)
{
	own(engine) struct engine *e = NULL;
	struct why why;
	if (engine_open(at, &e, &why) < 0)
		return __LINE__;
	json_t *answer = NULL;
	int r = engine_get(e, "/info", &answer, &why);
	json_decref(answer);
	return r == 0 ? 0 : __LINE__;
}

START_TEST(docker_answers)
{
	static const struct daemon_answer answers[] = {
		DAEMON_VERSION,
		{ "GET /v1.41/info", 200, "{\"ID\":\"x\"}", { 0 } },
		{ 0 },
	};
	own(str) char *folder = scratch_folder();
	struct docker_daemon d = daemon_start(folder, answers);
	at = d.socket;
	inside(try_docker);
	own(str) char *requests = daemon_stop(&d);
}
END_TEST

CHECK_MAIN("docker-sandbox",
	ONLY_OPTIMISED nothing_is_executed_opened_or_signalled, docker_answers)
