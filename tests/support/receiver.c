/* receiver: a webhook receiver for tests, on a free port of 127.0.0.1.
 *
 *	receiver -p PORTFILE -o BODIES [-f COUNT] [-c CODE] [-r FILE] [-d MS]
 *		[-w FILE]
 *
 * Writes its port number to PORTFILE as soon as it listens, and appends the
 * body of every request it accepted to BODIES, one line each (newlines inside
 * a body become blanks).
 *
 *	-f  refuses the first COUNT requests
 *	-c  with this status; 500 unless told. 429 comes with Retry-After: 1
 *	-r  and appends the bodies of those to FILE, once they are answered
 *	-d  waits so long before each answer
 *	-w  and while FILE exists, to which it adds the body before it waits
 *
 * One request at a time, until SIGTERM. */
#include "config.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/io/file.h"

#define REQUEST_MAX (1u << 20)

struct receiver {
	const char *port_file, *bodies, *refused, *wait;
	long failures;
	int code;
	int delay_ms;
};

static int
listen_local(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	if (fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof(any)) < 0 ||
		listen(fd, 16) < 0)
		err(1, "cannot listen");
	return fd;
}

/* Through a rename, so that who sees the file sees the whole number. */
static void
tell_port(int fd, const char *path)
{
	struct sockaddr_in at;
	socklen_t len = sizeof(at);
	if (getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		err(1, "getsockname");
	own(str) char *draft = xprintf("%s.new", path);
	own(file) FILE *f = fopen(draft, "we");
	if (!f || fprintf(f, "%u\n", ntohs(at.sin_port)) < 0 || fflush(f) ||
		rename(draft, path) < 0)
		err(1, "%s", path);
}

/* The length that the head promises; 0 without one. */
static size_t
content_length(struct span head)
{
	static const char name[] = "\r\ncontent-length:";
	for (size_t i = 0; i + sizeof(name) < head.len; i++) {
		if (strncasecmp(head.data + i, name, sizeof(name) - 1) != 0)
			continue;
		struct span rest = span_from(head, i + sizeof(name) - 1);
		ptrdiff_t end = span_find(rest, SPAN("\r"));
		uint64_t n = 0;
		if (end < 0 ||
			!span_u64(span_trim(span_first(rest, (size_t)end)), &n))
			return 0;
		return (size_t)n;
	}
	return 0;
}

/* Reads one request; its body, borrowed from `all`, or false. */
static bool
read_request(int fd, struct buf *all, struct span *body)
{
	for (;;) {
		ptrdiff_t end = span_find(buf_span(all), SPAN("\r\n\r\n"));
		if (end >= 0) {
			size_t head = (size_t)end + 4;
			size_t len =
				content_length(span_first(buf_span(all), head));
			if (all->len >= head + len) {
				*body = span_first(
					span_from(buf_span(all), head), len);
				return true;
			}
		}
		ssize_t n = read(fd, buf_reserve(all, 65536), 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || all->len > REQUEST_MAX)
			return false;
		all->len += (size_t)n;
	}
}

static void
keep_body(const char *path, struct span body)
{
	own(buf) struct buf line = { 0 };
	for (size_t i = 0; i < body.len; i++)
		buf_add_char(&line,
			body.data[i] == '\n' || body.data[i] == '\r'
				? ' '
				: body.data[i]);
	buf_add_char(&line, '\n');
	own(fd) int fd =
		open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write_all(fd, buf_span(&line)) < 0)
		err(1, "%s", path);
}

static void
answer(struct receiver *r, int fd)
{
	own(buf) struct buf all = { 0 };
	own(buf) struct buf reply = { 0 };
	struct span body;
	if (!read_request(fd, &all, &body))
		return;
	if (r->delay_ms)
		(void)poll(NULL, 0, r->delay_ms);
	if (r->wait && access(r->wait, F_OK) == 0)
		keep_body(r->wait, body);
	while (r->wait && access(r->wait, F_OK) == 0)
		(void)poll(NULL, 0, 10);
	bool refused = r->failures > 0;
	if (refused)
		r->failures--;
	else
		keep_body(r->bodies, body);
	buf_printf(&reply,
		"HTTP/1.1 %d x\r\n%sContent-Length: 2\r\n"
		"Connection: close\r\n\r\nok",
		refused ? r->code : 200,
		refused && r->code == 429 ? "Retry-After: 1\r\n" : "");
	/* A sender that did not wait has had its answer. */
	(void)write_all(fd, buf_span(&reply));
	if (refused && r->refused)
		keep_body(r->refused, body);
}

int
main(int argc, char **argv)
{
	struct receiver r = { .code = 500 };
	int c;
	while ((c = getopt(argc, argv, "p:o:f:c:r:d:w:")) != -1) {
		if (c == 'p')
			r.port_file = optarg;
		else if (c == 'o')
			r.bodies = optarg;
		else if (c == 'f')
			r.failures = strtol(optarg, NULL, 10);
		else if (c == 'c')
			r.code = (int)strtol(optarg, NULL, 10);
		else if (c == 'r')
			r.refused = optarg;
		else if (c == 'w')
			r.wait = optarg;
		else if (c == 'd')
			r.delay_ms = (int)strtol(optarg, NULL, 10);
		else
			errx(2, "see the head of receiver.c");
	}
	if (!r.port_file || !r.bodies)
		errx(2, "usage: receiver -p PORTFILE -o BODIES ...");
	(void)signal(SIGPIPE, SIG_IGN);
	own(fd) int door = listen_local();
	tell_port(door, r.port_file);
	for (;;) {
		own(fd) int fd = accept4(door, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			answer(&r, fd);
	}
}
