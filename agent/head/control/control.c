#include "config.h"
#include "head/control/control.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "head/control/listening-socket.h"

/* For the whole request, and for taking the answer. */
#define REQUEST_TIME USEC_SECOND
#define ANSWER_TIME (5 * USEC_SECOND)

struct client {
	struct control *control;
	struct client *next;
	int fd;
	uid_t uid;
	sd_event_source *io, *timer;
	struct buf in, out;
	size_t sent;
	bool answered;
	bool too_long; /* more of its request comes than is read */
};

struct control {
	sd_event *event;
	struct listening_socket socket;
	sd_event_source *io;
	struct client *clients;
	unsigned n_clients;
	control_answer answer;
	void *arg;
};

json_t *
control_reply(json_t *answer)
{
	return json_pack("{s:i, s:o}", "exit", 0, "answer", answer);
}

json_t *
control_refuse(int code, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	own(str) char *text = xvprintf(fmt, args);
	va_end(args);
	return json_pack("{s:i, s:s}", "exit", code, "error", text);
}

static void
client_free(struct client *c)
{
	sd_event_source_disable_unref(c->io);
	sd_event_source_disable_unref(c->timer);
	fd_close(c->fd);
	buf_free(&c->in);
	buf_free(&c->out);
	free(c);
}

static void
client_leave(struct client *c)
{
	struct control *control = c->control;
	struct client **at = &control->clients;
	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	control->n_clients--;
	client_free(c);
}

static void
client_answer(struct client *c, json_t *reply)
{
	own(str) char *text = json_dumps(reply, JSON_COMPACT);
	json_decref(reply);
	bool fits = text && strlen(text) <= CONTROL_ANSWER_MAX;
	buf_add_str(&c->out,
		fits ? text
		     : "{\"exit\":3,\"error\":\"the answer could not be "
		       "written\"}");
	buf_add_char(&c->out, '\n');
	c->answered = true;
	(void)sd_event_source_set_time_relative(c->timer, ANSWER_TIME);
	(void)sd_event_source_set_io_events(c->io, EPOLLOUT);
}

static void
client_request(struct client *c, struct span line)
{
	json_t *request = json_loadb(line.data, line.len, 0, NULL);
	if (json_is_object(request))
		client_answer(c,
			c->control->answer(request, c->uid, c->control->arg));
	else
		client_answer(c,
			control_refuse(2, "the request is not a JSON object"));
	json_decref(request);
}

/* Refuses a request that is too long. If head closed the socket with bytes of
 * it unread, the kernel would send a reset and the client would lose the
 * answer: so the rest is drained. */
static void
client_refuse_long(struct client *c)
{
	client_answer(c,
		control_refuse(2, "the request is longer than %u bytes",
			CONTROL_REQUEST_MAX));
	c->too_long = true;
	(void)sd_event_source_set_io_events(c->io, EPOLLIN | EPOLLOUT);
}

/* false: the client is done with. */
static bool
client_read(struct client *c)
{
	char *room = buf_reserve(&c->in, CONTROL_REQUEST_MAX + 1);
	ssize_t n = recv(c->fd, room, CONTROL_REQUEST_MAX + 1 - c->in.len, 0);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	c->in.len += (size_t)n;
	ptrdiff_t end = span_find(buf_span(&c->in), SPAN("\n"));
	if (end >= 0)
		client_request(c, span_first(buf_span(&c->in), (size_t)end));
	else if (c->in.len > CONTROL_REQUEST_MAX)
		client_refuse_long(c);
	return true;
}

/* Reads and drops what the client sends beyond the limit, until it ends or its
 * time is over. */
static bool
client_drain(struct client *c)
{
	char rest[4096];
	ssize_t n = recv(c->fd, rest, sizeof(rest), 0);
	return n < 0 ? errno == EAGAIN || errno == EINTR : n > 0;
}

static bool
client_write(struct client *c)
{
	struct span rest = span_from(buf_span(&c->out), c->sent);
	ssize_t n = send(c->fd, rest.data, rest.len, MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	c->sent += (size_t)n;
	if (c->sent < c->out.len || !c->too_long)
		return c->sent < c->out.len;
	/* The client sees the end of the answer; then head waits for the end of
	 * what the client sends. */
	(void)sd_event_source_set_io_events(c->io, EPOLLIN);
	return shutdown(c->fd, SHUT_WR) == 0;
}

static bool
client_goes_on(struct client *c)
{
	if (!c->answered)
		return client_read(c);
	if (c->too_long && !client_drain(c)) {
		c->too_long = false;
		(void)sd_event_source_set_io_events(c->io, EPOLLOUT);
	}
	return c->sent < c->out.len ? client_write(c) : c->too_long;
}

static int
on_client(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	(void)source;
	(void)fd;
	(void)events;
	struct client *c = arg;
	if (!client_goes_on(c))
		client_leave(c);
	return 0;
}

static int
on_late(sd_event_source *source, uint64_t now, void *arg)
{
	(void)source;
	(void)now;
	client_leave(arg);
	return 0;
}

static int
peer_uid(int fd, uid_t *ret)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return -errno;
	*ret = peer.uid;
	return 0;
}

static unsigned
count_of(const struct control *control, uid_t uid)
{
	unsigned n = 0;
	for (const struct client *c = control->clients; c; c = c->next)
		n += c->uid == uid;
	return n;
}

/* The uid that has the most clients. */
static uid_t
busiest(const struct control *control)
{
	uid_t uid = control->clients->uid;
	for (const struct client *c = control->clients; c; c = c->next)
		if (count_of(control, c->uid) > count_of(control, uid))
			uid = c->uid;
	return uid;
}

/* Sends the oldest client of the uid away that did not ask yet; if all did, the
 * oldest that does not take its answer. Nobody else waits for them. */
static void
make_room(struct control *control, uid_t uid)
{
	struct client *oldest = NULL;
	for (struct client *c = control->clients; c; c = c->next)
		if (c->uid == uid &&
			(!oldest || !c->answered || oldest->answered))
			oldest = c;
	client_leave(oldest);
}

static int
client_add(struct control *control, int fd, struct client **ret)
{
	uid_t uid = (uid_t)-1;
	int r = peer_uid(fd, &uid);
	if (r < 0)
		return r;
	if (count_of(control, uid) >= CONTROL_CLIENTS_EACH)
		make_room(control, uid);
	else if (control->n_clients >= CONTROL_CLIENTS)
		make_room(control, busiest(control));
	struct client *c = xcalloc(1, sizeof(*c));
	c->control = control;
	c->fd = -1;
	c->uid = uid;
	r = sd_event_add_io(control->event, &c->io, fd, EPOLLIN, on_client, c);
	if (r >= 0)
		r = sd_event_add_time_relative(control->event, &c->timer,
			CLOCK_MONOTONIC, REQUEST_TIME, 0, on_late, c);
	if (r < 0) {
		client_free(c);
		return r;
	}
	c->fd = fd;
	c->next = control->clients;
	control->clients = c;
	control->n_clients++;
	*ret = c;
	return 0;
}

static int
on_connect(sd_event_source *source, int listening, uint32_t events, void *arg)
{
	(void)source;
	(void)events;
	own(fd) int fd =
		accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct client *c = NULL;
	/* Who cannot be served sees the connection closed, and asks again. */
	if (fd < 0 || client_add(arg, fd, &c) < 0)
		return 0;
	(void)take(fd);
	/* A request that came with the connection is answered before anybody
	 * else can take the place. */
	if (!client_goes_on(c))
		client_leave(c);
	return 0;
}

int
control_start(sd_event *event, const char *path, control_answer answer,
	void *arg, struct control **ret, struct why *why)
{
	own(control) struct control *c = xcalloc(1, sizeof(*c));
	c->event = sd_event_ref(event);
	c->answer = answer;
	c->arg = arg;
	int r = listening_socket_open(&c->socket, path, why);
	if (r < 0)
		return r;
	r = sd_event_add_io(
		event, &c->io, c->socket.fd, EPOLLIN, on_connect, c);
	if (r < 0)
		return because(why, r, "%s: cannot be watched: %s", path,
			strerror(-r));
	/* A connection that cannot be accepted (no descriptor is left) stays
	 * ready, and must not keep the loop busy. */
	(void)sd_event_source_set_ratelimit(c->io, USEC_SECOND, 200);
	*ret = take(c);
	return 0;
}

void
control_free(struct control *c)
{
	if (!c)
		return;
	while (c->clients) {
		struct client *client = c->clients;
		c->clients = client->next;
		client_free(client);
	}
	sd_event_source_disable_unref(c->io);
	listening_socket_close(&c->socket);
	sd_event_unref(c->event);
	free(c);
}
