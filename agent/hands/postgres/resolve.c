#include "config.h"
#include "hands/postgres/resolve.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "hands/run/sandboxed-child.h"

enum { FRAME_ADDRESSES = 1, FRAME_FAILED };

/* Runs in the child: getaddrinfo() has no deadline, and it loads modules (NSS)
 * that may do anything. */
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

/* The child's answer is checked like any other text from outside. */
static int
read_answer(const char *host, const struct sandboxed_child *h, usec deadline,
	char ***ret, struct why *why)
{
	own(str) char *shown = escape_str(span_of(host), 200, ESCAPE_LINE);
	own(frame) struct frame answer = FRAME(0);
	int r = sandboxed_child_recv(h, deadline, &answer);
	if (r == -ETIMEDOUT)
		return because(
			why, r, "the name %s was not resolved in time", shown);
	if (r <= 0)
		return because(why, -EIO,
			"the name %s cannot be resolved: the resolver died",
			shown);
	if (answer.type == FRAME_FAILED) {
		own(str) char *text = frame_get_str(&answer, 1024);
		/* What CapRover writes into an app's DATABASE_URL. */
		bool inside = strncmp(host, "srv-captain--", 13) == 0;
		return because(why, -EHOSTUNREACH,
			"the name %s cannot be resolved: %s%s", shown,
			text ? text : "?",
			inside ? "; it is one of Docker's network, which the "
				 "host does not know: with `docker-socket` in "
				 "[agent] its container is found"
			       : "");
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
	struct sandboxed_child h;
	int r = sandboxed_child_fork(&h, why);
	if (r < 0)
		return r;
	if (r == 1) {
		struct frame answer = FRAME(FRAME_ADDRESSES);
		look_up(host, &answer);
		_exit(frame_send(h.sock, &answer) < 0);
	}
	r = read_answer(host, &h, deadline, ret, why);
	sandboxed_child_end(&h); /* it may still hang in the resolver */
	return r;
}
