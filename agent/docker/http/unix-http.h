/* HTTP over a Unix socket, as Docker speaks it: one request at a time, which
 * blocks up to its time, and whose answer is bounded. Errors are those of
 * docker/engine.h. */
#pragma once

#include <jansson.h>

#include "base/clock.h"
#include "base/own.h"
#include "base/why.h"

#define HTTP_ANSWER_MAX (16u << 20) /* bytes of an answer that is kept */
#define HTTP_SILENCE (30 * USEC_SECOND)

struct unix_http;
/* Readies libcurl for this process, for good: it reads its libraries' files,
 * which a filter of system calls may forbid from then on. */
int unix_http_begin(struct why *why);
/* Connects with the first request. *ret is owned. */
int unix_http_open(const char *socket, struct unix_http **ret, struct why *why);
void unix_http_close(struct unix_http *h);
OWN(unix_http, struct unix_http *, unix_http_close);
/* No request goes on beyond this moment of clock_mono(). */
void unix_http_set_deadline(struct unix_http *h, usec at);

/* Takes the next bytes of an answer; a negative errno ends the request. */
typedef int (*http_sink)(void *arg, const char *data, size_t len);

struct http_request {
	const char *method;
	const char *path;   /* percent-encoded, with the query */
	const json_t *body; /* NULL: none */
	usec time;
	bool patient; /* the sink may be left without a byte for all of that
			 time; else for HTTP_SILENCE at most */
	/* The sink gets what is no error, up to `most` bytes; NULL: the answer
	 * is kept, and JSON. */
	http_sink sink;
	void *arg;
	uint64_t most;
	/* A header of the answer that is kept: its name with the colon, and its
	 * value, owned by the caller. NULL: none, or none came. */
	const char *header;
	char **ret_header;
};
/* Makes the request. `ret` may be NULL; *ret, owned, is NULL where the answer
 * is empty. */
int unix_http_ask(struct unix_http *h, const struct http_request *what,
	json_t **ret, struct why *why);
