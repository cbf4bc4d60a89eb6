#include "config.h"
#include "hands/run/sandboxed-child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io/spawn.h"

/* How long a fork is tried that fails for what may pass. */
#define START_TIME (8 * USEC_SECOND)
#define START_PAUSE 200 /* milliseconds */

/* An attempt's lock, and a connection, must go with the process that has them,
 * so the child keeps none of its parent's descriptors. */
static int
close_all_but(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int i = 0; i < 3; i++)
		if (dup2(null, i) < 0)
			return -errno;
	if (fd > 3 && close_range(3, (unsigned)fd - 1, 0) < 0)
		return -errno;
	return close_range((unsigned)fd + 1, ~0u, 0) < 0 ? -errno : 0;
}

static int
fork_once(struct sandboxed_child *ret, struct why *why)
{
	int pair[2];
	int r = frame_pair(pair, why);
	if (r < 0)
		return r;
	pid_t pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)signal(SIGTERM, SIG_DFL);
		if (close_all_but(pair[1]) < 0)
			_exit(3);
		*ret = (struct sandboxed_child){ 0, pair[1] };
		return 1;
	}
	r = pid < 0 ? because(why, -errno, "cannot fork: %s", strerror(errno))
		    : 0;
	close(pair[1]);
	if (r < 0)
		close(pair[0]);
	else
		*ret = (struct sandboxed_child){ pid, pair[0] };
	return r;
}

int
sandboxed_child_fork(struct sandboxed_child *ret, struct why *why)
{
	usec until = clock_mono() + START_TIME;
	for (;;) {
		int r = fork_once(ret, why);
		if (!spawn_may_pass(r) || clock_mono() >= until)
			return r;
		(void)poll(NULL, 0, START_PAUSE);
	}
}

/* Waits by the deadline and not by the child, which may hang in its input. */
int
sandboxed_child_recv(
	const struct sandboxed_child *h, usec deadline, struct frame *f)
{
	for (;;) {
		usec now = clock_mono();
		if (now >= deadline)
			return -ETIMEDOUT;
		struct pollfd p = { h->sock, POLLIN, 0 };
		usec left = (deadline - now) / 1000 + 1;
		int n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			return frame_recv(h->sock, f);
	}
}

void
sandboxed_child_end(struct sandboxed_child *h)
{
	fd_close(h->sock);
	(void)kill(h->pid, SIGKILL); /* it may have ended by itself */
	while (waitpid(h->pid, NULL, 0) < 0 && errno == EINTR)
		;
}
