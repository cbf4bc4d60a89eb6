#include "config.h"
#include "hands/resolve.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/frame.h"

enum { FRAME_ADDRESSES = 1, FRAME_FAILED };

static void
look_up(const char *host, struct frame *answer)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list = NULL;
	int e = getaddrinfo(host, NULL, &hints, &list);
	if (e != 0) {
		answer->type = FRAME_FAILED;
		frame_put_str(answer, gai_strerror(e));
		return;
	}
	uint32_t n = 0;
	for (struct addrinfo *a = list; a && n < RESOLVE_MAX; a = a->ai_next)
		n++;
	frame_put_u32(answer, n);
	for (struct addrinfo *a = list; a && n; a = a->ai_next, n--) {
		char text[NI_MAXHOST] = "";
		/* A numeric form exists for every address it returned. */
		(void)getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof(text),
			NULL, 0, NI_NUMERICHOST);
		frame_put_str(answer, text);
	}
	freeaddrinfo(list);
}

/* It is to outlive nobody: an attempt's lock must go with its process. */
static _Noreturn void
be_resolver(const char *host, int sock)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)signal(SIGTERM, SIG_DFL);
	if (sock > 3)
		(void)close_range(3, (unsigned)sock - 1, 0);
	(void)close_range((unsigned)sock + 1, ~0u, 0);
	struct frame answer = FRAME(FRAME_ADDRESSES);
	look_up(host, &answer);
	_exit(frame_send(sock, &answer) < 0);
}

static int
await(int sock, usec deadline)
{
	for (;;) {
		usec now = clock_mono();
		if (now >= deadline)
			return -ETIMEDOUT;
		struct pollfd p = { sock, POLLIN, 0 };
		usec left = (deadline - now) / 1000 + 1;
		int n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			return 0;
	}
}

static int
read_answer(
	const char *host, int sock, usec deadline, char ***ret, struct why *why)
{
	own(str) char *shown = escape_str(span_of(host), 200, ESCAPE_LINE);
	int r = await(sock, deadline);
	if (r < 0)
		return because(why, r,
			"the name %s was not resolved in time: %s", shown,
			strerror(-r));
	own(frame) struct frame answer = FRAME(0);
	r = frame_recv(sock, &answer);
	if (r <= 0)
		return because(why, -EIO,
			"the name %s cannot be resolved: the resolver died",
			shown);
	if (answer.type == FRAME_FAILED) {
		own(str) char *text = frame_get_str(&answer, 1024);
		return because(why, -EHOSTUNREACH,
			"the name %s cannot be resolved: %s", shown,
			text ? text : "?");
	}
	own(strings) char **list = NULL;
	uint32_t n = frame_get_below(&answer, RESOLVE_MAX + 1);
	for (uint32_t i = 0; i < n; i++) {
		own(str) char *address = frame_get_str(&answer, NI_MAXHOST);
		if (address)
			strings_add(&list, address);
	}
	r = frame_end(&answer, why);
	if (r == 0)
		*ret = take(list);
	return r;
}

int
resolve(const char *host, usec deadline, char ***ret, struct why *why)
{
	int pair[2];
	int r = frame_pair(pair, why);
	if (r < 0)
		return r;
	own(fd) int ours = pair[0];
	pid_t pid = fork();
	if (pid < 0) {
		close(pair[1]);
		return because(why, -errno, "cannot fork: %s", strerror(errno));
	}
	if (pid == 0)
		be_resolver(host, pair[1]);
	close(pair[1]);
	r = read_answer(host, ours, deadline, ret, why);
	/* It may still hang in the resolver, and holds nothing of value. */
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return r;
}
