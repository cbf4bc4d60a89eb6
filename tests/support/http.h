/* A server for tests, in a child: hands the requests back through a pipe. */
#pragma once

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io/file.h"

struct http {
	pid_t pid;
	unsigned port;
	int requests; /* what came, as it came; ends when the server does */
};

static const char *http_answer;

static inline void
http_serve(int listening, int out)
{
	const char *answer = http_answer;
	for (;;) {
		int fd = accept(listening, NULL, NULL);
		char data[65536];
		size_t len = 0;
		/* The body of these tests ends its JSON object. */
		while (fd >= 0 && len < sizeof(data)) {
			ssize_t n = recv(fd, data + len, sizeof(data) - len, 0);
			if (n <= 0)
				break;
			len += (size_t)n;
			if (data[len - 1] == '}')
				break;
		}
		(void)write_all(out, (struct span){ data, len });
		if (!answer)
			pause();
		(void)write_all(fd, span_of(answer));
		close(fd);
	}
}

/* Starts `serve` in a child, with the listening socket and where to write what
 * it gets. */
static inline struct http
http_start_with(void (*serve)(int listening, int out))
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0), pipes[2];
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, len), 0);
	ck_assert_int_eq(listen(fd, 8), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	ck_assert_int_eq(pipe(pipes), 0);
	struct http h = { .port = ntohs(a.sin_port), .requests = pipes[0] };
	h.pid = fork();
	ck_assert_int_ge(h.pid, 0);
	if (h.pid == 0) {
		signal(SIGPIPE, SIG_IGN);
		serve(fd, pipes[1]);
	}
	close(fd);
	close(pipes[1]);
	return h;
}

/* Always the same answer; NULL: the request is read and never answered. */
static inline struct http
http_start(const char *answer)
{
	http_answer = answer;
	return http_start_with(http_serve);
}

/* Ends it; everything it got. Owned. */
static inline char *
http_stop(struct http *h)
{
	kill(h->pid, SIGKILL);
	waitpid(h->pid, NULL, 0);
	struct buf all = { 0 };
	ssize_t n;
	while ((n = read(h->requests, buf_reserve(&all, 4096), 4096)) > 0)
		all.len += (size_t)n;
	close(h->requests);
	return buf_take_str(&all);
}

/* A file with one line, in a folder of the test's own. Owned. */
static inline char *
url_file(const char *folder, const char *url)
{
	char *path = xprintf("%s/url", folder);
	FILE *f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fprintf(f, "%s\n", url);
	fclose(f);
	return path;
}
