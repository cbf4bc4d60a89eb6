/* A call of Docker's API that turns its connection into a stream in both
 * directions, which Docker calls hijacked. libcurl makes no such call. */
#pragma once

#include <jansson.h>

#include "base/clock.h"
#include "base/why.h"
#include "docker/http/unix-http.h"

/* Posts the body, writes `in` and then the end of it, and passes what comes to
 * the sink, until the other side ends it. Errors are those of docker/engine.h.
 */
int hijack_post(const char *socket, const char *path, const json_t *body,
	struct span in, usec deadline, http_sink sink, void *arg,
	struct why *why);
