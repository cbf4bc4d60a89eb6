/* A Docker daemon for tests, as far as a table of answers makes one: a child
 * that listens on a Unix socket and answers each request by the first row that
 * its request line begins with. */
#pragma once

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io/file.h"

#define DAEMON_VERSION                                 \
	{                                              \
		"GET /version", 200,                   \
			"{\"ApiVersion\":\"1.41\","    \
			"\"MinAPIVersion\":\"1.12\"}", \
		{                                      \
			0                              \
		}                                      \
	}

/* What Docker says with status 503 where it manages no swarm. */
#define DAEMON_NO_MANAGER                                                   \
	"{\"message\":\"This node is not a swarm manager. Use \\\"docker "  \
	"swarm init\\\" or \\\"docker swarm join\\\" to connect this node " \
	"to swarm and try again.\"}"

struct daemon_answer {
	const char *request; /* as in `GET /v1.41/info`; "": any; NULL: end */
	int status;          /* 0: `body` is everything that is sent */
	const char *body;
	struct {
		size_t times; /* the body is sent so often; 0: once */
		bool hangs;   /* the connection stays open without its end */
		size_t less;  /* bytes that its length promises too many */
	} how;
};

struct docker_daemon {
	pid_t pid;
	char *socket; /* owned */
	int requests; /* the requests' lines and bodies, as they came */
};

static inline void
daemon_send(int fd, const struct daemon_answer *a)
{
	struct span body = span_of(a->body);
	size_t times = a->how.times ? a->how.times : 1;
	own(buf) struct buf head = { 0 };
	if (a->status)
		buf_printf(&head,
			"HTTP/1.1 %d Said\r\nContent-Length: %zu\r\n"
			"Connection: close\r\n\r\n",
			a->status, body.len * times + a->how.less);
	if (write_all(fd, buf_span(&head)) < 0)
		return;
	for (size_t i = 0; i < times; i++)
		if (write_all(fd, body) < 0)
			return;
	if (a->how.hangs)
		pause();
}

/* Reads a request: its head, and as much of a body as that promises. */
static inline void
daemon_serve(int fd, int out, const struct daemon_answer *answers)
{
	own(buf) struct buf got = { 0 };
	const char *end;
	for (;;) {
		ssize_t n = recv(fd, buf_reserve(&got, 4096), 4096, 0);
		if (n <= 0)
			return;
		got.len += (size_t)n;
		got.data[got.len] = '\0';
		const char *length = strcasestr(got.data, "content-length:");
		size_t body = length ? strtoul(length + 15, NULL, 10) : 0;
		end = strstr(got.data, "\r\n\r\n");
		if (end && strlen(end + 4) >= body)
			break;
	}
	own(buf) struct buf line = { 0 };
	buf_add(&line, got.data, strcspn(got.data, "\r"));
	buf_printf(&line, " %s\n", end + 4);
	(void)write_all(out, buf_span(&line));
	for (; answers->request; answers++)
		if (strncmp(got.data, answers->request,
			    strlen(answers->request)) == 0) {
			daemon_send(fd, answers);
			return;
		}
	daemon_send(fd,
		&(struct daemon_answer){
			"", 404, "{\"message\":\"page not found\"}", { 0 } });
}

static inline void
daemon_listen(int listening, int out, const struct daemon_answer *answers)
{
	for (;;) {
		int fd = accept(listening, NULL, NULL);
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			daemon_serve(fd, out, answers);
			_exit(0);
		}
		close(fd);
	}
}

/* Listens on `docker.sock` in the folder. */
static inline struct docker_daemon
daemon_start(const char *folder, const struct daemon_answer *answers)
{
	struct docker_daemon d = { .socket =
					   xprintf("%s/docker.sock", folder) };
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), pipes[2];
	ck_assert_uint_lt(strlen(d.socket), sizeof(a.sun_path));
	strcpy(a.sun_path, d.socket);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(listen(fd, 8), 0);
	ck_assert_int_eq(pipe(pipes), 0);
	d.requests = pipes[0];
	d.pid = fork();
	ck_assert_int_ge(d.pid, 0);
	if (d.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGPIPE, SIG_IGN);
		signal(SIGCHLD, SIG_IGN);
		daemon_listen(fd, pipes[1], answers);
	}
	close(fd);
	close(pipes[1]);
	return d;
}

/* Ends it; each request it got, a line each. Owned. */
static inline char *
daemon_stop(struct docker_daemon *d)
{
	kill(d->pid, SIGKILL);
	waitpid(d->pid, NULL, 0);
	struct buf all = { 0 };
	ssize_t n;
	while ((n = read(d->requests, buf_reserve(&all, 4096), 4096)) > 0)
		all.len += (size_t)n;
	close(d->requests);
	unlink(d->socket);
	str_free(d->socket);
	buf_str(&all);
	return buf_take_str(&all);
}
