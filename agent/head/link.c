#include "config.h"
#include "head/link.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

struct waiting {
	struct waiting *next;
	struct frame frame;
};

struct link {
	int sock;
	pid_t pid;
	int pidfd;
	sd_event_source *on_sock;
	sd_event_source *on_exit;
	struct waiting *first, **last;
	link_frame_fn *on_frame;
	link_gone_fn *on_gone;
	void *arg;
	bool reaped, ended, killed;
	bool in_turn, freed; /* freed in its turn, it lasts until the end */
	int status;
};

static void
drop_first(struct link *l)
{
	struct waiting *w = l->first;
	l->first = w->next;
	if (!l->first)
		l->last = &l->first;
	frame_free(&w->frame);
	free(w);
}

static void
watch(struct link *l)
{
	if (l->on_sock)
		(void)sd_event_source_set_io_events(
			l->on_sock, EPOLLIN | (l->first ? EPOLLOUT : 0));
}

static void
flush(struct link *l)
{
	while (l->first && !l->ended) {
		int r = frame_send(l->sock, &l->first->frame);
		if (r == -EAGAIN)
			break;
		/* A role that is gone is noticed where it is read from. */
		drop_first(l);
	}
	watch(l);
}

static void
tell_if_gone(struct link *l)
{
	if (l->reaped && l->ended)
		l->on_gone(l->arg, l->status);
}

static void
end_socket(struct link *l)
{
	l->on_sock = sd_event_source_disable_unref(l->on_sock);
	l->ended = true;
	tell_if_gone(l);
}

static int
on_socket(sd_event_source *s, int fd, uint32_t events, void *arg)
{
	struct link *l = arg;
	(void)s;
	if (events & EPOLLOUT)
		flush(l);
	l->in_turn = true;
	/* A bounded turn, so that one role cannot hold up the others. */
	for (int i = 0; i < 16 && !l->freed; i++) {
		own(frame) struct frame f = FRAME(0);
		int r = frame_recv(fd, &f);
		if (r == -EAGAIN)
			break;
		if (r <= 0) {
			end_socket(l);
			break;
		}
		l->on_frame(l->arg, &f);
	}
	l->in_turn = false;
	if (l->freed)
		free(l);
	return 0;
}

static int
on_child(sd_event_source *s, int fd, uint32_t events, void *arg)
{
	struct link *l = arg;
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
link_start(sd_event *loop, enum role role, const char *config,
	link_frame_fn *on_frame, link_gone_fn *on_gone, void *arg,
	struct link **ret, struct why *why)
{
	struct link *l = xcalloc(1, sizeof(*l));
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
				strerror(-r));
	}
	if (r < 0) {
		if (l->pid)
			link_kill(l);
		link_free(l);
		return r;
	}
	*ret = l;
	return 0;
}

void
link_send(struct link *l, struct frame *f)
{
	struct waiting *w = xcalloc(1, sizeof(*w));
	w->frame = (struct frame)FRAME(f->type);
	w->frame.data = f->data;
	f->data = (struct buf){ 0 };
	for (size_t i = 0; i < f->n_fds; i++)
		w->frame.fds[i] = fcntl(f->fds[i], F_DUPFD_CLOEXEC, 3);
	w->frame.n_fds = f->n_fds;
	f->n_fds = 0;
	*l->last = w;
	l->last = &w->next;
	flush(l);
}

void
link_kill(struct link *l)
{
	if (!l->reaped)
		(void)kill(l->pid, SIGKILL); /* it may just have ended */
	l->killed = true;
}

pid_t
link_pid(const struct link *l)
{
	return l->pid;
}

void
link_free(struct link *l)
{
	if (!l)
		return;
	sd_event_source_disable_unref(l->on_sock);
	sd_event_source_disable_unref(l->on_exit);
	while (l->first)
		drop_first(l);
	fd_close(l->sock);
	fd_close(l->pidfd);
	if (l->killed && !l->reaped)
		(void)waitpid(l->pid, NULL, 0); /* SIGKILL is on its way */
	l->freed = true;
	if (!l->in_turn)
		free(l);
}
