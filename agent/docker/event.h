/* What the Engine says has happened to a container: GET /events. */
#pragma once

#include "docker/engine.h"
#include "wire/docker/docker-frames.h"

enum event_kind {
	ENGINE_OTHER, /* nothing that matters here */
	ENGINE_CREATE,
	ENGINE_START,
	ENGINE_KILL, /* somebody had Docker send it a signal */
	ENGINE_OOM,  /* the kernel ended one of its processes */
	ENGINE_DIE,
	ENGINE_HEALTH,
	ENGINE_DESTROY, /* it was removed */
	ENGINE_SERVICE, /* a service was made, changed or removed */
	/* One that is longer than any may be was left out: nothing else is
	 * known of it. Labels of containers stand in their events. */
	ENGINE_TOO_LONG,
};

struct engine_event {
	enum event_kind kind;
	char *id; /* of the container, or the service */
	char *name, *service, *image, *task; /* NULL: not told */
	int signal;                          /* ENGINE_KILL */
	int exit_code;                       /* ENGINE_DIE */
	enum container_health health;
	int64_t at_ns; /* since 1970 */
};

void engine_event_free(struct engine_event *e);
static inline void
engine_event_let_go(struct engine_event *e)
{
	engine_event_free(e);
}
/* When it happened; never 0. */
static inline usec
engine_event_at(const struct engine_event *e)
{
	return e->at_ns > 0 ? MAX((usec)(e->at_ns / NSEC_USEC), 1u) : 1;
}
/* -EBADMSG: it is no event. */
int engine_event_read(
	const json_t *json, struct engine_event *ret, struct why *why);

/* Called for each event that matters; a negative errno ends the stream. */
typedef int (*event_sink)(void *arg, const struct engine_event *e);
/* Follows what happens from `since` (nanoseconds since 1970) on: first what
 * Docker remembers of that time, then what comes, for EVENTS_TIME. -ETIMEDOUT
 * is the end that is to be expected. */
#define EVENTS_TIME (60 * USEC_SECOND)
int engine_events(struct engine *e, int64_t since, event_sink sink, void *arg,
	struct why *why);
/* What Docker remembers of the time between these two moments, of which the
 * second is over: Docker ends the stream there. */
#define PAST_EVENTS_TIME (2 * USEC_SECOND)
int engine_past_events(struct engine *e, int64_t since, int64_t until,
	event_sink sink, void *arg, struct why *why);
