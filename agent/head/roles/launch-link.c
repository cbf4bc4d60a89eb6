#include "config.h"
#include "head/roles/launch-link.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/io/descriptors.h"
#include "base/io/frame.h"
#include "wire/launch/launch.h"

/* systemd makes a unit for each connection; a busy host takes its time. */
#define START_TIME (20 * USEC_SECOND)
#define TEXT_MAX 4096u

struct launch_link {
	enum role role;
	int sock;
	sd_event_source *io, *late;
	bool started;
	struct launch_link_calls calls;
};

const char *
launch_link_folder(void)
{
	const char *folder = getenv("LOGMEND_ROLES");
	return folder && *folder ? folder : NULL;
}

/* The callee may free the link: nothing may touch it afterwards. */
static void
end(struct launch_link *l, int status, const char *why)
{
	l->io = sd_event_source_disable_unref(l->io);
	l->late = sd_event_source_disable_unref(l->late);
	l->calls.on_end(l->calls.arg, l->started, status, why);
}

/* The unit said nothing, and systemd's log may. */
static void
end_unheard(struct launch_link *l, const char *what)
{
	const char *name = role_name(l->role);
	own(str) char *text = xprintf(
		"the unit logmend-%s@.service %s; `systemctl status "
		"logmend-%s.socket` and `journalctl -u 'logmend-%s*'` say more",
		name, what, name, name);
	/* What became of a process that nobody waits for is not known. Its
	 * parent's end ends it, unless it outlives head. */
	end(l, SIGKILL, text);
}

static void
take_frame(struct launch_link *l, struct frame *f)
{
	own(str) char *text = NULL;
	uint32_t number = 0;
	if (f->type == LAUNCH_REFUSED)
		text = frame_get_str(f, TEXT_MAX);
	else
		number = frame_get_u32(f);
	if (frame_end(f, NULL) < 0) {
		end_unheard(l, "speaks another language: restart logmend");
	} else if (f->type == LAUNCH_STARTED) {
		l->started = true;
		l->late = sd_event_source_disable_unref(l->late);
		l->calls.on_started(l->calls.arg, (pid_t)number);
	} else if (f->type == LAUNCH_REFUSED) {
		end(l, 0, text ? text : "the unit gave no reason");
	} else if (f->type == LAUNCH_ENDED) {
		end(l, (int)number, "");
	}
}

/* One frame a turn: the callee may free the link. */
static int
on_link(sd_event_source *s, int fd, uint32_t events, void *arg)
{
	struct launch_link *l = arg;
	own(frame) struct frame f = FRAME(0);
	(void)s;
	(void)events;
	int r = frame_recv(fd, &f);
	if (r > 0)
		take_frame(l, &f);
	else if (r != -EAGAIN)
		end_unheard(l,
			l->started ? "ended before its process did"
				   : "did not start its process");
	return 0;
}

static int
on_late(sd_event_source *s, uint64_t now, void *arg)
{
	(void)s;
	(void)now;
	end_unheard(arg, "did not start its process within 20 s");
	return 0;
}

static int
reach(struct launch_link *l, struct why *why)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	const char *folder = launch_link_folder();
	const char *name = role_name(l->role);
	int n = snprintf(a.sun_path, sizeof(a.sun_path), "%s/%s",
		folder ? folder : "", name);
	if (n < 0 || (size_t)n >= sizeof(a.sun_path))
		return because(why, -EINVAL,
			"LOGMEND_ROLES: is longer than a socket's folder may "
			"be");
	l->sock = socket(
		AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->sock < 0)
		return because(why, -errno, "a socket cannot be made: %s",
			descriptors_error(-errno));
	if (connect(l->sock, (const struct sockaddr *)&a, sizeof(a)) < 0)
		return because(why, -EAGAIN,
			"%s: %s: `systemctl status logmend-%s.socket` says "
			"more, and `systemctl start logmend-%s.socket` starts "
			"it",
			a.sun_path, strerror(errno), name, name);
	return 0;
}

static int
ask(const struct launch_link *l, const struct launch_link_what *w,
	struct why *why)
{
	own(frame) struct frame f = FRAME(LAUNCH_START);
	struct launch what = {
		.config = (char *)w->config, /* borrowed */
		.debug = getenv("LOGMEND_DEBUG") != NULL,
		.outlive = w->outlive,
		.sock = w->theirs,
	};
	int r = program_find(&what.program, why);
	if (r < 0)
		return r;
	launch_put(&f, &what);
	r = frame_send(l->sock, &f);
	return r < 0 ? because(why, -EAGAIN,
			       "the unit logmend-%s@.service cannot be asked: "
			       "%s",
			       role_name(l->role), strerror(-r))
		     : 0;
}

static int
watch(struct launch_link *l, sd_event *loop, struct why *why)
{
	int r = sd_event_add_io(loop, &l->io, l->sock, EPOLLIN, on_link, l);
	if (r >= 0)
		r = sd_event_add_time_relative(loop, &l->late, CLOCK_MONOTONIC,
			START_TIME, 0, on_late, l);
	return r < 0 ? because(why, r, "a unit cannot be watched: %s",
			       descriptors_error(r))
		     : 0;
}

int
launch_link_open(sd_event *loop, const struct launch_link_what *what,
	const struct launch_link_calls *calls, struct launch_link **ret,
	struct why *why)
{
	struct launch_link *l = xcalloc(1, sizeof(*l));
	l->role = what->role;
	l->calls = *calls;
	l->sock = -1;
	int r = reach(l, why);
	if (r >= 0)
		r = ask(l, what, why);
	if (r >= 0)
		r = watch(l, loop, why);
	if (r < 0) {
		launch_link_free(l);
		return r;
	}
	*ret = l;
	return 0;
}

/* What does not fit into the socket of a launcher that does not read is lost:
 * the end of the link says the rest. */
void
launch_link_signal(struct launch_link *l, int sig)
{
	own(frame) struct frame f = FRAME(LAUNCH_SIGNAL);
	frame_put_u32(&f, (uint32_t)sig);
	(void)frame_send(l->sock, &f);
}

void
launch_link_free(struct launch_link *l)
{
	if (!l)
		return;
	sd_event_source_disable_unref(l->io);
	sd_event_source_disable_unref(l->late);
	fd_close(l->sock);
	free(l);
}
