#include "config.h"
#include "launch/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io/frame.h"
#include "base/io/log.h"
#include "base/io/process-tree.h"
#include "wire/launch/launch.h"
#include "wire/role.h"

/* From SIGTERM to SIGKILL, for a role that outlived head and hangs. */
#define TERM_TIME (2 * USEC_SECOND)
#define REFUSED 1

struct launcher {
	int head;  /* the socket; -1: head is gone */
	pid_t pid; /* the role's process */
	int pidfd;
	bool wanted;  /* its end: head sent a signal, or is gone */
	usec begun;   /* clock_mono() */
	usec outlive; /* a length; 0: it ends with head */
	usec due;     /* its next signal where head is gone */
	bool asked;   /* to end, with SIGTERM */
};

/* What head cannot be told any more is of no use to anybody. */
static void
tell(const struct launcher *l, const struct frame *f)
{
	if (l->head >= 0)
		(void)frame_send(l->head, f);
}

static int
refuse(const char *text)
{
	own(frame) struct frame f = FRAME(LAUNCH_REFUSED);
	frame_put_str(&f, text);
	(void)frame_send(ROLE_SOCKET, &f);
	log_error("%s", text);
	return REFUSED;
}

/* The kernel tells who connected (unix(7)). The socket's mode keeps others out;
 * this holds where somebody changed that. */
static int
check_peer(const char *user, struct why *why)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	const struct passwd *p = getpwnam(user);
	if (!p)
		return because(why, -ENOENT,
			"there is no user %s: systemd-sysusers makes it", user);
	uid_t uid = p->pw_uid;
	if (getsockopt(ROLE_SOCKET, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return because(why, -errno, "--role=launch is for systemd: %s",
			strerror(errno));
	if (peer.uid != uid && peer.uid != 0)
		return because(why, -EACCES,
			"uid %u asks for a process of logmend, and only user "
			"%s may",
			peer.uid, user);
	return 0;
}

/* Whoever asked may be gone, or have planned anew, before systemd took the
 * connection; the frame that it sent can still be read then. */
static bool
is_given_up(void)
{
	struct pollfd p = { .fd = ROLE_SOCKET, .events = POLLRDHUP };
	return poll(&p, 1, 0) > 0 && p.revents;
}

static int
receive(struct launch *ret, struct why *why)
{
	own(frame) struct frame f = FRAME(0);
	struct program ours = { 0 };
	int r = frame_recv(ROLE_SOCKET, &f);
	if (r <= 0 || f.type != LAUNCH_START)
		return because(why, r < 0 ? r : -EPIPE,
			"head did not say what to start");
	r = launch_get(&f, ret, why);
	if (r == 0)
		r = program_find(&ours, why);
	if (r == 0 && !program_same(&ours, &ret->program))
		r = because(why, -ESTALE,
			"the program of the unit is not the one that the "
			"daemon runs, for it was replaced meanwhile: restart "
			"it with `systemctl restart logmend`");
	if (r == 0 && is_given_up())
		r = because(why, -ECANCELED,
			"the daemon does not wait for it any more");
	return r;
}

static int
start(struct launcher *l, enum role role, const struct launch *what,
	struct why *why)
{
	if (what->debug)
		(void)setenv("LOGMEND_DEBUG", "1", 1);
	l->begun = clock_mono();
	l->outlive = what->outlive;
	int r = role_spawn(role, what->config, what->sock, &l->pid, why);
	if (r < 0)
		return r;
	l->pidfd = pidfd_open(l->pid, 0);
	if (l->pidfd < 0) {
		r = because(why, -errno, "pidfd_open: %s", strerror(errno));
		process_tree_signal(l->pid, SIGKILL);
		return r;
	}
	own(frame) struct frame f = FRAME(LAUNCH_STARTED);
	frame_put_u32(&f, (uint32_t)l->pid);
	tell(l, &f);
	return 0;
}

static void
signal_child(struct launcher *l, int sig)
{
	l->wanted = true;
	process_tree_signal(l->pid, sig);
}

/* What serves nobody but head ends with it. Hands that change a database go on
 * alone, and nobody but this process can end them when they hang: a later head
 * sees nothing of processes that have more rights than it has. */
static void
head_is_gone(struct launcher *l)
{
	l->head = -1;
	if (l->outlive)
		l->due = l->begun + l->outlive;
	else
		signal_child(l, SIGKILL);
}

static void
take_frame(struct launcher *l, struct frame *f)
{
	uint32_t sig = frame_get_u32(f);
	if (frame_end(f, NULL) == 0 && f->type == LAUNCH_SIGNAL &&
		(sig == SIGTERM || sig == SIGKILL))
		signal_child(l, (int)sig);
}

static void
hear_head(struct launcher *l)
{
	own(frame) struct frame f = FRAME(0);
	int r = frame_recv(l->head, &f);
	/* A head that died with frames unread resets the link, which is told
	 * before what it had sent: that is still to be read. */
	if (r > 0)
		take_frame(l, &f);
	else if (r != -EAGAIN && r != -ECONNRESET)
		head_is_gone(l);
}

static void
hurry(struct launcher *l)
{
	if (!l->due || clock_mono() < l->due)
		return;
	log_warn("process %d, which outlived the daemon, did not end in time: "
		 "it is %s",
		(int)l->pid, l->asked ? "killed" : "asked to end");
	signal_child(l, l->asked ? SIGKILL : SIGTERM);
	l->due = l->asked ? 0 : clock_mono() + TERM_TIME;
	l->asked = true;
}

/* Milliseconds for poll(): until the next signal is due, rounded up. */
static int
time_left(const struct launcher *l)
{
	usec now = clock_mono();
	if (!l->due)
		return -1;
	return l->due <= now ? 0 : (int)MIN((l->due - now) / 1000 + 1, 60000);
}

/* The frames that came are all read before a child that ended is reaped, so a
 * signal never goes to a number that is another process's by then. */
static int
attend(struct launcher *l)
{
	int status = 0;
	while (waitpid(l->pid, &status, WNOHANG) != l->pid) {
		struct pollfd p[] = {
			{ l->pidfd, POLLIN, 0 },
			{ l->head, POLLIN, 0 },
		};
		(void)poll(p, 2, time_left(l));
		if (l->head >= 0 && p[1].revents)
			hear_head(l);
		hurry(l);
	}
	return status;
}

/* systemd tells of a unit that failed; what head wished is no failure. */
static int
exit_code(const struct launcher *l, int status)
{
	if (l->wanted)
		return 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
launch_main(const char *name, const char *user)
{
	struct launcher l = { .head = ROLE_SOCKET, .pidfd = -1 };
	own(launch) struct launch what = LAUNCH;
	enum role role;
	struct why why;
	(void)prctl(PR_SET_NAME, "logmend-launch");
	(void)fcntl(ROLE_SOCKET, F_SETFD, FD_CLOEXEC);
	if (!role_by_name(name, &role)) {
		own(str) char *text = xprintf("there is no role '%s'", name);
		return refuse(text);
	}
	if (check_peer(user, &why) < 0 || receive(&what, &why) < 0 ||
		start(&l, role, &what, &why) < 0)
		return refuse(why.text);
	/* The role has it: else its end would not be seen at head's. */
	launch_free(&what);
	int status = attend(&l);
	own(frame) struct frame f = FRAME(LAUNCH_ENDED);
	frame_put_u32(&f, (uint32_t)status);
	tell(&l, &f);
	return exit_code(&l, status);
}
