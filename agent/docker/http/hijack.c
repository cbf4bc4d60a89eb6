#include "config.h"
#include "docker/http/hijack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/escape.h"

#define HEAD_MAX (64u << 10)    /* bytes of the answer's head */
#define REFUSAL_MAX (64u << 10) /* bytes of an answer that is an error */
#define BLOCK 65536u
#define SAID_MAX 300

struct hijack {
	int fd;
	usec deadline;
	const char *socket, *path;
};

/* Lets the next call of this direction wait until the deadline at most. */
static int
limit(const struct hijack *h, int direction)
{
	usec now = clock_mono();
	usec left = h->deadline > now ? h->deadline - now : 0;
	/* Two zeroes would be no limit at all. */
	const struct timeval t = { .tv_sec = (time_t)(left / USEC_SECOND),
		.tv_usec = (suseconds_t)(left % USEC_SECOND) };
	if (left == 0)
		return -ETIMEDOUT;
	return setsockopt(h->fd, SOL_SOCKET, direction, &t, sizeof(t)) < 0
		? -errno
		: 0;
}

static int
error_of_call(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK ? -ETIMEDOUT : -errno;
}

static int
connect_to(struct hijack *h)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	if (strlen(h->socket) >= sizeof(at.sun_path))
		return -ENAMETOOLONG;
	memcpy(at.sun_path, h->socket, strlen(h->socket));
	h->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int r = h->fd < 0 ? -errno : limit(h, SO_SNDTIMEO);
	if (r == 0 &&
		connect(h->fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		r = error_of_call();
	return r;
}

static int
send_all(const struct hijack *h, struct span bytes)
{
	while (bytes.len) {
		int r = limit(h, SO_SNDTIMEO);
		if (r < 0)
			return r;
		ssize_t n = send(h->fd, bytes.data, bytes.len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_of_call();
		bytes = span_from(bytes, (size_t)n);
	}
	return 0;
}

/* Adds what has come; 0 at the end of the stream. */
static int
receive(const struct hijack *h, struct buf *to)
{
	for (;;) {
		int r = limit(h, SO_RCVTIMEO);
		if (r < 0)
			return r;
		char *at = buf_reserve(to, BLOCK);
		ssize_t n = recv(h->fd, at, BLOCK, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_of_call();
		to->len += (size_t)n;
		to->data[to->len] = '\0';
		return (int)n;
	}
}

static int
ask(const struct hijack *h, const json_t *body)
{
	own(buf) struct buf request = { 0 };
	char *text = json_dumps(body, JSON_COMPACT);
	if (!text)
		return -EINVAL;
	buf_printf(&request,
		"POST %s HTTP/1.1\r\nHost: docker\r\n"
		"Content-Type: application/json\r\n"
		"Connection: Upgrade\r\nUpgrade: tcp\r\n"
		"Content-Length: %zu\r\n\r\n%s",
		h->path, strlen(text), text);
	free(text);
	return send_all(h, buf_span(&request));
}

/* Reads up to the end of the answer's head and cuts that off: the status, or a
 * negative errno. What came behind it is left in `got`. */
static int
read_head(const struct hijack *h, struct buf *got)
{
	ptrdiff_t end;
	while ((end = span_find(buf_span(got), SPAN("\r\n\r\n"))) < 0) {
		if (got->len > HEAD_MAX)
			return -EFBIG;
		int r = receive(h, got);
		if (r <= 0)
			return r < 0 ? r : -EBADMSG;
	}
	struct span head = span_first(buf_span(got), (size_t)end);
	uint64_t status = 0;
	if (!span_starts(head, SPAN("HTTP/1.")) || head.len < 12 ||
		!span_u64(span_first(span_from(head, 9), 3), &status))
		return -EPROTO;
	size_t used = (size_t)end + 4;
	memmove(got->data, got->data + used, got->len - used + 1);
	got->len -= used;
	return (int)status;
}

/* Reads the rest of an answer that is an error. Told that nothing more will be
 * asked, Docker closes the connection behind it. */
static int
refused(const struct hijack *h, int status, struct buf *got, struct why *why)
{
	(void)shutdown(h->fd, SHUT_WR);
	while (got->len < REFUSAL_MAX && receive(h, got) > 0)
		;
	json_t *json = json_loadb(
		buf_str(got), got->len, JSON_DISABLE_EOF_CHECK, NULL);
	const char *message =
		json_string_value(json_object_get(json, "message"));
	own(str) char *text = escape_joined(
		span_of(message ? message : "no reason given"), SAID_MAX);
	json_decref(json);
	int r = status == 404 ? -ESRCH : status == 409 ? -EBUSY : -EREMOTEIO;
	return because(why, r, "%s: Docker answers POST %s with status %d: %s",
		h->socket, h->path, status, text);
}

static int
failed(const struct hijack *h, int r, struct why *why)
{
	if (r == -ETIMEDOUT)
		return because(why, r,
			"%s: POST %s did not end within its time", h->socket,
			h->path);
	return because(why, r, "%s: POST %s was cut off or is refused: %s",
		h->socket, h->path, strerror(-r));
}

static int
pass_on(const struct hijack *h, struct buf *got, http_sink sink, void *arg)
{
	int r = 1;
	while (r > 0) {
		int sunk = got->len ? sink(arg, got->data, got->len) : 0;
		if (sunk < 0)
			return sunk;
		buf_reset(got);
		r = receive(h, got);
	}
	/* Docker closed it with what the program never read: that is the end,
	 * too, and whether all has come the frames and the status tell. */
	return r == -ECONNRESET ? 0 : r;
}

/* What is written before the answer's head has come may be lost in Docker's
 * buffer for the request. */
static int
talk(struct hijack *h, const json_t *body, struct span in, http_sink sink,
	void *arg, struct why *why)
{
	own(buf) struct buf got = { 0 };
	int r = connect_to(h);
	if (r == 0)
		r = ask(h, body);
	int status = r < 0 ? r : read_head(h, &got);
	if (status < 0)
		return failed(h, status, why);
	if (status != 101 && status != 200)
		return refused(h, status, &got, why);
	r = send_all(h, in);
	/* A program that reads none of it may have ended. */
	if (r == -EPIPE)
		r = 0;
	(void)shutdown(h->fd, SHUT_WR);
	if (r == 0)
		r = pass_on(h, &got, sink, arg);
	return r < 0 ? failed(h, r, why) : 0;
}

int
hijack_post(const char *socket, const char *path, const json_t *body,
	struct span in, usec deadline, http_sink sink, void *arg,
	struct why *why)
{
	struct hijack h = { -1, deadline, socket, path };
	int r = talk(&h, body, in, sink, arg, why);
	if (h.fd >= 0)
		close(h.fd);
	return r;
}
