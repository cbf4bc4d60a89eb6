/* Speaks to a Docker Engine over its socket, in HTTP. Whoever may do so is root
 * on the host: only the role `docker` does it for long, and hands for a job.
 *
 * Every call blocks, up to its time; what the daemon answers is bounded in
 * size. Errors are sentences that name the socket and what to do; what the
 * daemon said stands in them escaped. Each call returns 0, or
 *	-ENOENT, -EACCES, -ECONNREFUSED	the socket: not there, not allowed, or
 *					nobody listens
 *	-EPROTO		what listens there is no Docker Engine, or no version of
 *			one that both sides speak
 *	-ESRCH		Docker knows no such thing (404)
 *	-EBUSY		its state forbids that (409)
 *	-EREMOTE	this node manages no swarm, and so knows no service
 *	-EREMOTEIO	any other error that Docker answers with
 *	-ETIMEDOUT	no whole answer within the time
 *	-EFBIG		an answer that is too long
 *	-EBADMSG	an answer that is cut off or is not JSON
 * or what a sink returned. Addresses are those of the Engine's API without the
 * version, as in `/containers/json?all=1`:
 * https://docs.docker.com/reference/api/engine/ */
#pragma once

#include <jansson.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/why.h"
#include "docker/http/unix-http.h"

#define ENGINE_TIME (10 * USEC_SECOND)
#define ENGINE_STREAM_TIME (5 * USEC_MINUTE)

struct engine;
/* Opens the socket, and asks for the version of the API: the older one of the
 * daemon's and ours is spoken. *ret is owned. */
int engine_open(const char *socket, struct engine **ret, struct why *why);
/* The same, and no call of it goes on beyond this moment of clock_mono(). */
int engine_open_until(const char *socket, usec deadline, struct engine **ret,
	struct why *why);
void engine_close(struct engine *e);
OWN(engine, struct engine *, engine_close);

/* The version of the API that is spoken, as in `1.41`; borrowed. */
const char *engine_version(const struct engine *e);
/* The socket's path; borrowed. */
const char *engine_socket(const struct engine *e);
/* No call goes on beyond this moment of clock_mono(). Without it, and before
 * it, a call has ENGINE_TIME, one with a sink ENGINE_STREAM_TIME. */
void engine_set_deadline(struct engine *e, usec at);

/* Asks for JSON; *ret is owned by the caller (json_decref). */
int
engine_get(struct engine *e, const char *path, json_t **ret, struct why *why);
/* Asks for one header of an answer without a body: its name with the colon.
 * *ret is owned; NULL: it is not there. */
int engine_head(struct engine *e, const char *path, const char *header,
	char **ret, struct why *why);
/* Posts a body; NULL is none. `ret` may be NULL, and *ret is NULL where the
 * answer is empty. */
int engine_post(struct engine *e, const char *path, const json_t *body,
	json_t **ret, struct why *why);
int engine_delete(struct engine *e, const char *path, struct why *why);

/* Passes what comes to the sink as it comes, at most `most` bytes of it. An
 * error that Docker answers with never reaches the sink. */
int engine_stream(struct engine *e, const char *path, uint64_t most,
	http_sink sink, void *arg, struct why *why);
/* A stream without an end of its own, which may be silent for long: it is
 * ended after `time` (-ETIMEDOUT). */
int engine_follow(struct engine *e, const char *path, usec time, http_sink sink,
	void *arg, struct why *why);
int engine_post_stream(struct engine *e, const char *path, const json_t *body,
	uint64_t most, http_sink sink, void *arg, struct why *why);

/* Adds a part of a path or of a query, percent-encoded: all but letters,
 * digits, `-` and `_`, and dots that do not begin it. */
void engine_add_part(struct buf *to, struct span part);
