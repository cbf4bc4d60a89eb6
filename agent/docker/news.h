/* Asks Docker for a container to which something happened, or that a list
 * holds, and tells head. What Docker cannot tell of one container keeps no
 * other from being watched. */
#pragma once

#include "docker/container.h"
#include "docker/event.h"
#include "docker/known.h"
#include "docker/swarm.h"
#include "docker/watch/node-tasks.h"

struct news {
	int link; /* to head, which blocks */
	struct engine *engine;
	struct known *known; /* containers that head was told of */
	/* What came before it was told, in nanoseconds since 1970: of what
	 * comes behind it events tell. */
	int64_t since;
	/* By clock_wall(): when Docker was lost (0: it was not), and when it
	 * answered again. */
	usec lost, found;
	bool survived; /* a container outlived the loss: Docker ended none */
	struct swarm swarm;
	struct node_tasks tasks; /* while the role begins; else empty */
	int unsent;  /* why a frame did not reach head; 0: all did */
	usec waited; /* for descriptions that did not come, since the list */
	usec said;   /* a person was told of one, by clock_mono(); 0: never */
};

/* -ESHUTDOWN: head is gone. */
int news_send(struct news *n, const struct frame *f);
/* Whether a call failed because head or Docker is gone; else it failed for the
 * one thing that it asked for, or Swarm alone failed. */
bool news_is_lost(int r);
/* Whether a trouble is to be said to a person now: once in a while. *said is
 * when it was said last. */
bool news_is_due(usec *said);
/* Looks at a container to which something happened, or that a list holds: `e`
 * or `l` is NULL. -ESRCH: it is gone. */
int news_look(struct news *n, const char *id, const struct engine_listed *l,
	const struct engine_event *e, struct why *why);
/* What the event itself tells of a container that was removed (`gone`), or that
 * cannot be asked for. */
int news_of_event(struct news *n, const struct engine_event *e, bool gone);
/* Of a container that died by itself, and was removed while nobody watched,
 * only Swarm knows: tells of those of the service, whose id in Swarm this is.
 */
int news_of_tasks(struct news *n, const char *service, const char *id);
/* It was removed. */
int news_gone(struct news *n, const char *id);
