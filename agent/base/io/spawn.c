#include "config.h"
#include "base/io/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io/descriptors.h"
#include "base/io/process-tree.h"

#define PAUSE_LEAST USEC_SECOND
#define PAUSE_MOST (10 * USEC_SECOND)
/* How long spawn_run() tries to start a child. */
#define START_TIME (8 * USEC_SECOND)
#define START_PAUSE 200 /* milliseconds */

static const char *const plain_env[] = {
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"LANG=C",
	NULL,
};

bool
spawn_may_pass(int r)
{
	return r == -EAGAIN || r == -ENOBUFS || r == -ENOSPC ||
		descriptors_lack(r);
}

usec
spawn_pause(unsigned failures)
{
	usec pause = PAUSE_LEAST;
	for (unsigned i = 1; i < failures && pause < PAUSE_MOST; i++)
		pause *= 2;
	return MIN(pause, PAUSE_MOST);
}

/* Returns a duplicate whose number is `behind` or higher, so that it lies
 * beyond those that the program is to find; or a negative errno. */
static int
move_away(int fd, int behind)
{
	int moved = fcntl(fd, F_DUPFD_CLOEXEC, behind);
	return moved < 0 ? -errno : moved;
}

/* Closes every descriptor but those that are needed. head may have used up its
 * limit on open files with logs; without this the duplicates that follow would
 * fail with EMFILE in the child. close_range(2) does it in a few calls. */
static int
make_room(const int *needed, size_t n)
{
	unsigned from = 0;
	for (;;) {
		int next = -1;
		for (size_t i = 0; i < n; i++)
			if (needed[i] >= (int)from &&
				(next < 0 || needed[i] < next))
				next = needed[i];
		if (next < 0)
			return close_range(from, ~0u, 0) < 0 ? -errno : 0;
		if ((unsigned)next > from &&
			close_range(from, (unsigned)next - 1, 0) < 0)
			return -errno;
		from = (unsigned)next + 1;
	}
}

/* In the child: moves std to 0, 1, 2 and fds to 3, 4, ... The pipe that carries
 * the errno goes behind them, and stays usable whatever fails here. */
static int
arrange(const struct spawn *s, const int std[3], int *tell)
{
	int from[3 + SPAWN_FDS], needed[4 + SPAWN_FDS];
	size_t n = 3 + s->n_fds;
	if (s->n_fds > SPAWN_FDS)
		return -EINVAL;
	for (size_t i = 0; i < n; i++)
		needed[i] = from[i] = i < 3 ? std[i] : s->fds[i - 3];
	needed[n] = *tell;
	int r = make_room(needed, n + 1);
	if (r < 0)
		return r;
	/* In two steps: dup2() onto a number that another descriptor of the
	 * list still has would close that one. */
	int moved = move_away(*tell, (int)n);
	if (moved < 0)
		return moved;
	*tell = moved;
	for (size_t i = 0; i < n; i++)
		if ((from[i] = move_away(from[i], (int)n)) < 0)
			return from[i];
	for (size_t i = 0; i < n; i++)
		if (dup2(from[i], (int)i) < 0)
			return -errno;
	return close_range((unsigned)n, ~0u, CLOSE_RANGE_CLOEXEC) < 0 ? -errno
								      : 0;
}

/* Never returns. Between fork() and execve() only calls that are safe after a
 * fork of a threaded process (libcurl's resolver is a thread): no allocation,
 * no stdio. */
static void
run_child(const struct spawn *s, const int std[3], int tell)
{
	int e = 0;
	if (setsid() < 0)
		e = -errno;
	/* A parent that ended before this call is not noticed: then the child
	 * finds its pipes closed. */
	if (s->dies_with_us)
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int sig = 1; sig < NSIG; sig++)
		/* An ignored signal stays ignored over execve(), and ours are;
		 * KILL, STOP and the C library's own cannot be set. */
		(void)signal(sig, SIG_DFL);
	sigset_t none;
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (e == 0)
		e = arrange(s, std, &tell);
	if (e == 0 && !s->ours)
		descriptors_restore();
	if (e == 0) {
		const char *const *env = s->env ? s->env : plain_env;
		execve(s->path ? s->path : s->argv[0], (char *const *)s->argv,
			(char *const *)env);
		e = -errno;
	}
	(void)!write(tell, &e, sizeof(e));
	_exit(127);
}

/* Forks and waits until the program runs or cannot. The pipe tells which: it
 * is close-on-exec, so a successful execve() ends it without a byte, and a
 * failure before that writes its errno. */
static int
start(const struct spawn *s, const int std[3], pid_t *ret, struct why *why)
{
	int tell[2];
	if (pipe2(tell, O_CLOEXEC) < 0)
		return because(why, -errno, "%s cannot be run: %s", s->argv[0],
			descriptors_error(-errno));
	pid_t pid = fork();
	if (pid < 0) {
		int e = errno;
		close(tell[0]);
		close(tell[1]);
		return because(why, -e, "cannot fork: %s", strerror(e));
	}
	if (pid == 0)
		run_child(s, std, tell[1]);
	close(tell[1]);
	int e = 0;
	ssize_t n;
	do
		n = read(tell[0], &e, sizeof(e));
	while (n < 0 && errno == EINTR);
	close(tell[0]);
	if (n == sizeof(e)) {
		waitpid(pid, NULL, 0);
		return because(why, e, "%s cannot be run: %s", s->argv[0],
			descriptors_error(e));
	}
	*ret = pid;
	return 0;
}

int
spawn_start(const struct spawn *s, pid_t *ret, struct why *why)
{
	own(fd) int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		return because(why, -errno, "%s cannot be run: /dev/null: %s",
			s->argv[0], descriptors_error(-errno));
	const int std[3] = { null, null,
		s->keep_stderr ? STDERR_FILENO : null };
	return start(s, std, ret, why);
}

/* A child whose streams are being served. */
struct run {
	const struct spawn *s;
	int in, out, err; /* our ends, -1 when ended */
	size_t fed;
	size_t max;
	struct spawn_result *result;
};

/* Writes what fits to the child's input. A child that closed it early is no
 * error: its exit status tells what it made of that. */
static void
feed(struct run *r)
{
	ssize_t n = write(r->in, r->s->in + r->fed, r->s->in_len - r->fed);
	if (n > 0)
		r->fed += (size_t)n;
	bool gone = n < 0 && errno != EAGAIN && errno != EINTR;
	if (gone || r->fed == r->s->in_len)
		fd_close(take(r->in));
}

static void
drain(struct run *r, int *fd, struct buf *to)
{
	char *room = buf_reserve(to, 16384);
	ssize_t n = read(*fd, room, 16384);
	if (n > 0) {
		to->len += (size_t)n;
		if (to->len > r->max)
			r->result->cut = true;
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		fd_close(take(*fd));
	}
}

/* Serves the three streams at once until all have ended: a child that blocks
 * on a full pipe while we wait on another would never end. */
static int
attend(struct run *r, usec deadline)
{
	while (r->in >= 0 || r->out >= 0 || r->err >= 0) {
		usec now = clock_mono();
		if (now >= deadline)
			return -ETIMEDOUT;
		struct pollfd p[] = {
			{ r->in, POLLOUT, 0 },
			{ r->out, POLLIN, 0 },
			{ r->err, POLLIN, 0 },
		};
		usec left = (deadline - now) / 1000 + 1;
		if (poll(p, 3, left > 60000 ? 60000 : (int)left) < 0 &&
			errno != EINTR)
			return -errno;
		if (p[0].revents)
			feed(r);
		if (p[1].revents)
			drain(r, &r->out, &r->result->out);
		if (p[2].revents)
			drain(r, &r->err, &r->result->err);
		if (r->result->cut)
			return -EFBIG;
	}
	return 0;
}

/* Waits until `deadline` for the end of a child that has closed its output and
 * may live on. There is no waitpid() with a time limit, and SIGCHLD belongs to
 * the process that uses this, so it asks every 5 ms. */
static int
reap(pid_t pid, usec deadline, int *status)
{
	for (;;) {
		pid_t got = waitpid(pid, status, WNOHANG);
		if (got == pid)
			return 0;
		if (got < 0 && errno != EINTR)
			return -errno;
		if (clock_mono() >= deadline)
			return -ETIMEDOUT;
		(void)poll(NULL, 0, 5);
	}
}

static int
open_pipes(int in[2], int out[2], int err[2])
{
	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 ||
		pipe2(err, O_CLOEXEC) < 0)
		return -errno;
	if (fcntl(in[1], F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	return 0;
}

static int
run_once(const struct spawn *s, usec deadline, size_t max_out,
	struct spawn_result *ret, bool *started, struct why *why)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, err[2] = { -1, -1 };
	pid_t pid = 0;
	int r = open_pipes(in, out, err);
	if (r < 0)
		(void)because(why, r, "%s cannot be run: %s", s->argv[0],
			descriptors_error(r));
	else
		r = start(s, (int[]){ in[0], out[1], err[1] }, &pid, why);
	fd_close(in[0]);
	fd_close(out[1]);
	fd_close(err[1]);
	struct run run = { s, in[1], out[0], err[0], 0, max_out, ret };
	*started = r == 0;
	if (r == 0) {
		if (!s->in_len)
			fd_close(take(run.in));
		r = attend(&run, deadline);
		if (r == 0)
			r = reap(pid, deadline, &ret->status);
		if (r < 0) {
			/* It, and all that it started. */
			process_tree_signal(pid, SIGKILL);
			waitpid(pid, &ret->status, 0);
			(void)because(why, r, "%s was stopped: %s", s->argv[0],
				r == -ETIMEDOUT       ? "it did not end in time"
					: r == -EFBIG ? "it wrote too much"
						      : strerror(-r));
		}
	}
	fd_close(run.in);
	fd_close(run.out);
	fd_close(run.err);
	return r;
}

/* Tries again where the start failed for what may pass: nothing ran then, so
 * nothing is done twice. */
int
spawn_run(const struct spawn *s, usec deadline, size_t max_out,
	struct spawn_result *ret, struct why *why)
{
	usec until = MIN(deadline, clock_mono() + START_TIME);
	bool started = false;
	for (;;) {
		int r = run_once(s, deadline, max_out, ret, &started, why);
		if (started || !spawn_may_pass(r) || clock_mono() >= until)
			return r;
		(void)poll(NULL, 0, START_PAUSE);
	}
}

void
spawn_result_free(struct spawn_result *r)
{
	buf_free(&r->out);
	buf_free(&r->err);
}

const char *
spawn_status_text(int status, char text[64])
{
	if (WIFEXITED(status))
		snprintf(text, 64, "exit status %d", WEXITSTATUS(status));
	else
		snprintf(text, 64, "killed by signal %d (%s)", WTERMSIG(status),
			strsignal(WTERMSIG(status)));
	return text;
}
