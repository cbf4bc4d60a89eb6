#include "config.h"
#include "head/roles/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io/descriptors.h"

struct waiting {
	struct waiting *next;
	struct frame frame;
};

struct process {
	int sock;
	pid_t pid;
	int pidfd;
	sd_event_source *on_sock;
	sd_event_source *on_exit;
	struct waiting *first, **last;
	process_frame_fn *on_frame;
	process_gone_fn *on_gone;
	void *arg;
	bool reaped, ended, killed;
	bool *freed; /* set when it is freed under a loop of ours */
	int status;
	struct why why; /* why it was killed; "": it was not, or by its owner */
};

static void
drop_first(struct process *l)
{
	struct waiting *w = l->first;
	l->first = w->next;
	if (!l->first)
		l->last = &l->first;
	frame_free(&w->frame);
	free(w);
}

static void
watch(struct process *l)
{
	if (l->on_sock)
		(void)sd_event_source_set_io_events(
			l->on_sock, EPOLLIN | (l->first ? EPOLLOUT : 0));
}

/* A role that misses a frame knows something else than head does: it ends, and
 * its owner is told why. */
static void
give_up(struct process *l, int r)
{
	(void)because(&l->why, r, "a frame could not be sent to it: %s",
		descriptors_error(r));
	process_kill(l);
}

/* A role that is gone is noticed where it is read from. */
static bool
is_gone(int r)
{
	return r == -EPIPE || r == -ECONNRESET;
}

static void
flush(struct process *l)
{
	while (l->first && !l->ended && !l->killed) {
		int r = frame_send(l->sock, &l->first->frame);
		if (r == -EAGAIN)
			break;
		drop_first(l);
		if (r < 0 && !is_gone(r))
			give_up(l, r);
	}
	watch(l);
}

static void
tell_if_gone(struct process *l)
{
	if (l->reaped && l->ended)
		l->on_gone(l->arg, l->status, l->why.text);
}

static void
end_socket(struct process *l)
{
	l->on_sock = sd_event_source_disable_unref(l->on_sock);
	l->ended = true;
	tell_if_gone(l);
}

static int
on_socket(sd_event_source *s, int fd, uint32_t events, void *arg)
{
	struct process *l = arg;
	(void)s;
	if (events & EPOLLOUT)
		flush(l);
	bool freed = false;
	l->freed = &freed;
	/* A bounded turn, so that one role cannot hold up the others. */
	for (int i = 0; i < 16 && !freed; i++) {
		own(frame) struct frame f = FRAME(0);
		int r = frame_recv(fd, &f);
		if (r == -EAGAIN)
			break;
		if (r <= 0) {
			l->freed = NULL;
			end_socket(l);
			return 0;
		}
		l->on_frame(l->arg, &f);
	}
	if (!freed)
		l->freed = NULL;
	return 0;
}

static int
on_child(sd_event_source *s, int fd, uint32_t events, void *arg)
{
	struct process *l = arg;
	(void)s;
	(void)fd;
	(void)events;
	if (waitpid(l->pid, &l->status, WNOHANG) != l->pid)
		return 0;
	l->on_exit = sd_event_source_disable_unref(l->on_exit);
	l->reaped = true;
	tell_if_gone(l);
	return 0;
}

int
process_start(sd_event *loop, enum role role, const char *config,
	process_frame_fn *on_frame, process_gone_fn *on_gone, void *arg,
	struct process **ret, struct why *why)
{
	struct process *l = xcalloc(1, sizeof(*l));
	l->sock = l->pidfd = -1;
	l->last = &l->first;
	l->on_frame = on_frame;
	l->on_gone = on_gone;
	l->arg = arg;
	int r = role_start(role, config, &l->sock, &l->pid, why);
	if (r >= 0) {
		l->pidfd = pidfd_open(l->pid, 0);
		r = l->pidfd < 0 ? -errno : fcntl(l->sock, F_SETFL, O_NONBLOCK);
		if (r >= 0)
			r = sd_event_add_io(loop, &l->on_sock, l->sock, EPOLLIN,
				on_socket, l);
		if (r >= 0)
			r = sd_event_add_io(loop, &l->on_exit, l->pidfd,
				EPOLLIN, on_child, l);
		if (r < 0)
			(void)because(why, r, "a role cannot be watched: %s",
				descriptors_error(r));
	}
	if (r < 0) {
		if (l->pid)
			process_kill(l);
		process_free(l);
		return r;
	}
	*ret = l;
	return 0;
}

/* Keeps the frame until the role reads, with descriptors of its own: those it
 * was given may be closed before that. */
static int
enqueue(struct process *l, const struct frame *f)
{
	struct waiting *w = xcalloc(1, sizeof(*w));
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
	*l->last = w;
	l->last = &w->next;
	watch(l);
	return 0;
}

void
process_send(struct process *l, const struct frame *f)
{
	if (l->ended || l->killed)
		return;
	int r = l->first ? -EAGAIN : frame_send(l->sock, f);
	if (r == -EAGAIN)
		r = enqueue(l, f);
	if (r < 0 && !is_gone(r))
		give_up(l, r);
}

void
process_kill(struct process *l)
{
	if (!l->reaped)
		(void)kill(l->pid, SIGKILL); /* it may just have ended */
	l->killed = true;
}

pid_t
process_pid(const struct process *l)
{
	return l->pid;
}

void
process_free(struct process *l)
{
	if (!l)
		return;
	if (l->freed)
		*l->freed = true;
	sd_event_source_disable_unref(l->on_sock);
	sd_event_source_disable_unref(l->on_exit);
	while (l->first)
		drop_first(l);
	fd_close(l->sock);
	fd_close(l->pidfd);
	if (l->killed && !l->reaped)
		(void)waitpid(l->pid, NULL, 0); /* SIGKILL is on its way */
	free(l);
}
