#include "config.h"
#include "head/roles/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io/descriptors.h"
#include "base/io/process-tree.h"
#include "head/roles/launch-link.h"

#define REAP_TIME USEC_SECOND

/* A frame that the role did not read yet. */
struct queued_frame {
	struct queued_frame *next;
	struct frame frame;
};

struct process {
	int sock;
	pid_t pid;                /* 0: its launcher did not say yet */
	int pidfd;                /* of a child of ours */
	struct launch_link *link; /* to its launcher, where it has one */
	sd_event_source *on_sock;
	sd_event_source *on_exit;
	struct queued_frame *first, **last; /* in the order of sending */
	process_frame_fn *on_frame;
	process_gone_fn *on_gone;
	void *arg;
	bool reaped; /* waitpid() got its status, or its launcher's did */
	bool ended;  /* its socket has ended */
	bool heard;  /* it sent something, and so was started */
	bool killed; /* by process_kill(); frames are dropped from then on */
	bool spared; /* it outlives head: a link that fails does not kill it */
	/* One that is freed by a call from on_socket() lasts until that ends.
	 */
	bool in_turn, freed;
	int status;
	struct why why; /* how the link to it failed; "": it did not */
};

static void
drop_first(struct process *p)
{
	struct queued_frame *w = p->first;
	p->first = w->next;
	if (!p->first)
		p->last = &p->first;
	frame_free(&w->frame);
	free(w);
}

/* Watches for room to write only while frames wait: a socket nearly always has
 * room, and the loop would spin. */
static void
watch(struct process *p)
{
	if (p->on_sock)
		(void)sd_event_source_set_io_events(
			p->on_sock, EPOLLIN | (p->first ? EPOLLOUT : 0));
}

/* The link failed, so that a frame is lost in one direction: the role would act
 * on less than head believes it knows, or head would never hear what it did. So
 * the role is killed, and its owner is told why. One that is spared sees the
 * end of the link instead, and what it did is found out in another way. */
static void
give_up(struct process *p, const char *what, int r)
{
	(void)because(&p->why, r, "a frame could not be %s it: %s", what,
		descriptors_error(r));
	if (p->spared)
		(void)shutdown(p->sock, SHUT_RDWR);
	else
		process_kill(p);
}

/* Whether the error says that the role has ended. on_socket() and on_child()
 * deal with that. */
static bool
is_gone(int r)
{
	return r == -EPIPE || r == -ECONNRESET;
}

/* Sends what waits, as far as the role reads. */
static void
flush(struct process *p)
{
	while (p->first && !p->ended && !p->killed) {
		int r = frame_send(p->sock, &p->first->frame);
		if (r == -EAGAIN)
			break;
		drop_first(p);
		if (r < 0 && !is_gone(r))
			give_up(p, "sent to", r);
	}
	watch(p);
}

/* The process may be freed in the callback: nothing may touch it afterwards. */
static void
tell_if_gone(struct process *p)
{
	if (p->reaped && p->ended)
		p->on_gone(p->arg, p->status, p->why.text);
}

/* A source on a socket whose peer is gone would fire for ever. */
static void
end_socket(struct process *p)
{
	p->on_sock = sd_event_source_disable_unref(p->on_sock);
	p->ended = true;
	tell_if_gone(p);
}

/* Reads what the role sent. The callback may free the process, which `freed`
 * tells, because everything here is then gone. */
static int
on_socket(sd_event_source *s, int fd, uint32_t events, void *arg)
{
	struct process *p = arg;
	(void)s;
	if (events & EPOLLOUT)
		flush(p);
	p->in_turn = true;
	/* At most 16 frames: a role that sends without end must not keep the
	 * loop from everything else. */
	for (int i = 0; i < 16 && !p->freed; i++) {
		own(frame) struct frame f = FRAME(0);
		int r = frame_recv(fd, &f);
		if (r == -EAGAIN)
			break;
		if (r < 0 && !p->killed)
			give_up(p, "received from", r);
		if (r <= 0) {
			end_socket(p);
			break;
		}
		p->heard = true;
		p->on_frame(p->arg, &f);
	}
	p->in_turn = false;
	if (p->freed)
		free(p);
	return 0;
}

/* A pidfd instead of SIGCHLD (pidfd_open(2)): it names this child alone, also
 * after its number went to another process, and needs no signal mask. */
static int
on_child(sd_event_source *s, int fd, uint32_t events, void *arg)
{
	struct process *p = arg;
	(void)s;
	(void)fd;
	(void)events;
	if (waitpid(p->pid, &p->status, WNOHANG) != p->pid)
		return 0;
	p->on_exit = sd_event_source_disable_unref(p->on_exit);
	p->reaped = true;
	tell_if_gone(p);
	return 0;
}

static void
on_launched(void *arg, pid_t pid)
{
	struct process *p = arg;
	p->pid = pid;
}

/* Without its launcher nobody can signal the role any more: one that was to be
 * killed sees the end of its socket at least. */
static void
on_launch_end(void *arg, bool started, int status, const char *why)
{
	struct process *p = arg;
	launch_link_free(take(p->link));
	/* A launcher that died may have had no time to say it. */
	p->status = started || p->heard ? status : PROCESS_UNSTARTED;
	p->reaped = true;
	if (*why)
		(void)because(&p->why, 0, "%s", why);
	/* Nor will one that nobody started end its socket: that may still lie
	 * in a connection that no unit took. */
	if ((p->killed || p->status == PROCESS_UNSTARTED) && !p->ended)
		(void)shutdown(p->sock, SHUT_RDWR);
	tell_if_gone(p);
}

/* The unit of the role starts it. What is sent to the role meanwhile waits in
 * its socket. */
static int
launch(struct process *p, sd_event *loop, const struct process_what *what,
	struct why *why)
{
	const struct launch_link_calls calls = { on_launched, on_launch_end,
		p };
	int pair[2];
	int r = frame_pair(pair, why);
	if (r < 0)
		return r;
	p->sock = pair[0];
	own(fd) int theirs = pair[1];
	const struct launch_link_what link = { what->role, what->config,
		what->outlive, theirs };
	return launch_link_open(loop, &link, &calls, &p->link, why);
}

/* Our own child. If anything fails behind the start, the process is killed:
 * nobody would hear of its end. */
static int
start_child(struct process *p, sd_event *loop, const struct process_what *what,
	struct why *why)
{
	int r = role_start(what->role, what->config, &p->sock, &p->pid, why);
	if (r < 0)
		return r;
	p->pidfd = pidfd_open(p->pid, 0);
	r = p->pidfd < 0 ? -errno
			 : sd_event_add_io(loop, &p->on_exit, p->pidfd, EPOLLIN,
				   on_child, p);
	return r < 0 ? because(why, r, "a role cannot be watched: %s",
			       descriptors_error(r))
		     : 0;
}

int
process_start(sd_event *loop, const struct process_what *what,
	process_frame_fn *on_frame, process_gone_fn *on_gone, void *arg,
	struct process **ret, struct why *why)
{
	struct process *p = xcalloc(1, sizeof(*p));
	p->sock = p->pidfd = -1;
	p->spared = what->outlive != 0;
	p->last = &p->first;
	p->on_frame = on_frame;
	p->on_gone = on_gone;
	p->arg = arg;
	int r = launch_link_folder() ? launch(p, loop, what, why)
				     : start_child(p, loop, what, why);
	if (r >= 0) {
		r = fcntl(p->sock, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
		if (r >= 0)
			r = sd_event_add_io(loop, &p->on_sock, p->sock, EPOLLIN,
				on_socket, p);
		if (r < 0)
			(void)because(why, r, "a role cannot be watched: %s",
				descriptors_error(r));
	}
	if (r < 0) {
		if (p->pid || p->link)
			process_kill(p);
		process_free(p);
		return r;
	}
	*ret = p;
	return 0;
}

/* Keeps a copy of the frame until the role reads. Duplicates its descriptors,
 * for the caller may close those before that. */
static int
enqueue(struct process *p, const struct frame *f)
{
	struct queued_frame *w = xcalloc(1, sizeof(*w));
	w->frame = (struct frame)FRAME(f->type);
	buf_add(&w->frame.data, f->data.data, f->data.len);
	for (size_t i = 0; i < f->n_fds; i++) {
		int fd = fcntl(f->fds[i], F_DUPFD_CLOEXEC, 3);
		if (fd < 0) {
			int r = -errno;
			frame_free(&w->frame);
			free(w);
			return r;
		}
		w->frame.fds[w->frame.n_fds++] = fd;
	}
	*p->last = w;
	p->last = &w->next;
	watch(p);
	return 0;
}

/* Keeps the order: while frames wait, a new one waits behind them. */
void
process_send(struct process *p, const struct frame *f)
{
	if (p->ended || p->killed)
		return;
	int r = p->first ? -EAGAIN : frame_send(p->sock, f);
	if (r == -EAGAIN)
		r = enqueue(p, f);
	if (r < 0 && !is_gone(r))
		give_up(p, "sent to", r);
}

void
process_signal(struct process *p, int sig)
{
	if (p->link)
		launch_link_signal(p->link, sig);
	else if (!p->reaped)
		/* A process that has just ended is a zombie until we reap it,
		 * so the number cannot be another process's. */
		process_tree_signal(p->pid, sig);
	p->killed |= sig == SIGKILL;
	/* Its launcher died, and with it whoever could do that. */
	if (p->killed && p->reaped && !p->ended)
		(void)shutdown(p->sock, SHUT_RDWR);
}

void
process_kill(struct process *p)
{
	process_signal(p, SIGKILL);
}

/* A process that waits for a device may take SIGKILL late, or never. */
static void
reap_killed(const struct process *p)
{
	usec until = clock_mono() + REAP_TIME;
	while (waitpid(p->pid, NULL, WNOHANG) == 0 && clock_mono() < until)
		(void)poll(NULL, 0, 2);
}

pid_t
process_pid(const struct process *p)
{
	return p->pid;
}

void
process_free(struct process *p)
{
	if (!p)
		return;
	sd_event_source_disable_unref(p->on_sock);
	sd_event_source_disable_unref(p->on_exit);
	while (p->first)
		drop_first(p);
	fd_close(p->sock);
	fd_close(p->pidfd);
	/* A launcher reaps what it started. */
	if (p->killed && !p->reaped && !p->link)
		reap_killed(p);
	launch_link_free(p->link);
	p->freed = true;
	if (!p->in_turn)
		free(p);
}
