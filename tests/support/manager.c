/* Plays the service manager: starts a program with a notification socket, keeps
 * the descriptors it hands over (FDSTORE=1), and gives them to its next run.
 *
 *	manager [-r] SOCKET PROGRAM ARG...
 *
 * -r starts it again whenever it ends by itself, as Restart=always does.
 * SIGUSR1 kills the program as a crash would (SIGKILL) and starts it again;
 * SIGTERM ends it, and the manager with its exit status. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/own.h"

#define KEPT_MAX 512 /* FileDescriptorStoreMax= of our unit */

static struct kept {
	char *name;
	int fd;
} kept[KEPT_MAX];
static size_t n_kept;

static void
die(const char *what)
{
	fprintf(stderr, "manager: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* The value of NAME= in a datagram of lines; owned, NULL if it has none. */
static char *
field(const char *text, const char *name)
{
	size_t len = strlen(name);
	for (const char *p = text; p; p = strchr(p, '\n'), p = p ? p + 1 : p)
		if (strncmp(p, name, len) == 0)
			return xstrndup(p + len, strcspn(p + len, "\n"));
	return NULL;
}

static void
forget(const char *name)
{
	for (size_t i = 0; i < n_kept;)
		if (strcmp(kept[i].name, name) == 0) {
			close(kept[i].fd);
			free(kept[i].name);
			kept[i] = kept[--n_kept];
		} else {
			i++;
		}
}

static void
take_notice(int sock)
{
	char text[4096];
	char room[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { text, sizeof(text) - 1 };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = sizeof(room) };
	ssize_t n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	if (n < 0)
		die("recvmsg");
	text[n] = '\0';
	own(str) char *name = field(text, "FDNAME=");
	own(str) char *store = field(text, "FDSTORE=");
	own(str) char *drop = field(text, "FDSTOREREMOVE=");
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	int fd = -1;
	if (c && c->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	if (drop && name)
		forget(name);
	if (store && name)
		forget(name); /* kept once, as systemd does */
	if (store && name && fd >= 0 && n_kept < KEPT_MAX)
		kept[n_kept++] = (struct kept){ xstrdup(name), fd };
	else
		fd_close(fd);
}

/* In the child: the kept descriptors become 3, 4, ... */
static void
hand_over(void)
{
	own(str) char *names = xstrdup("");
	int high[KEPT_MAX];
	for (size_t i = 0; i < n_kept; i++) {
		high[i] = fcntl(kept[i].fd, F_DUPFD_CLOEXEC, 1000);
		char *more =
			xprintf("%s%s%s", names, i ? ":" : "", kept[i].name);
		free(names);
		names = more;
	}
	for (size_t i = 0; i < n_kept; i++)
		if (dup2(high[i], 3 + (int)i) < 0)
			die("dup2");
	own(str) char *count = xprintf("%zu", n_kept);
	own(str) char *pid = xprintf("%d", getpid());
	if (n_kept) {
		setenv("LISTEN_FDS", count, 1);
		setenv("LISTEN_FDNAMES", names, 1);
		setenv("LISTEN_PID", pid, 1);
	}
}

static pid_t
start(char **argv, const sigset_t *signals)
{
	pid_t pid = fork();
	if (pid < 0)
		die("fork");
	if (pid > 0)
		return pid;
	sigprocmask(SIG_UNBLOCK, signals, NULL);
	hand_over();
	execv(argv[0], argv);
	die(argv[0]);
	return -1;
}

static int
listen_at(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	if (sock < 0 || bind(sock, (struct sockaddr *)&at, sizeof(at)) < 0)
		die(path);
	setenv("NOTIFY_SOCKET", path, 1);
	return sock;
}

static void
block(sigset_t *signals, bool ends)
{
	sigemptyset(signals);
	sigaddset(signals, SIGUSR1);
	sigaddset(signals, SIGTERM);
	if (ends)
		sigaddset(signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, signals, NULL);
}

/* Ends the program, or finds that it has ended. Returns whether it is to be
 * started again. */
static bool
on_signal(uint32_t signo, pid_t pid, int *status)
{
	if (signo == SIGCHLD)
		return waitpid(pid, status, WNOHANG) == pid;
	kill(pid, signo == SIGUSR1 ? SIGKILL : SIGTERM);
	waitpid(pid, status, 0);
	return signo == SIGUSR1;
}

int
main(int argc, char **argv)
{
	bool restarts = argc > 1 && strcmp(argv[1], "-r") == 0;
	argc -= restarts;
	argv += restarts;
	if (argc < 3) {
		fputs("usage: manager [-r] SOCKET PROGRAM ARG...\n", stderr);
		return 2;
	}
	sigset_t signals;
	block(&signals, restarts);
	int sock = listen_at(argv[1]);
	int sig = signalfd(-1, &signals, SFD_CLOEXEC);
	pid_t pid = start(argv + 2, &signals);
	for (;;) {
		struct pollfd p[] = { { sock, POLLIN, 0 }, { sig, POLLIN, 0 } };
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			die("poll");
		if (p[0].revents) {
			take_notice(sock);
			continue; /* all notices before any signal */
		}
		struct signalfd_siginfo si;
		if (!p[1].revents || read(sig, &si, sizeof(si)) != sizeof(si))
			continue;
		int status = 0;
		bool again = on_signal(si.ssi_signo, pid, &status);
		if (!again && si.ssi_signo == SIGCHLD)
			continue;
		if (!again)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
		/* Like systemd, all that it said before it died. */
		while (poll(p, 1, 0) > 0)
			take_notice(sock);
		pid = start(argv + 2, &signals);
	}
}
