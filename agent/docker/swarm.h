/* What Swarm says of the services and tasks of containers, as far as it does so
 * at once: a swarm without a leader is silent, and then it is not asked again
 * for a while. */
#pragma once

#include "base/clock.h"
#include "docker/engine.h"

struct swarm {
	usec again; /* not before, by clock_mono() */
};

enum swarm_wish {
	WISH_UNKNOWN, /* it does not say */
	WISH_END,     /* it had the task ended */
	WISH_NONE,    /* the task failed, or came to its end, by itself */
	WISH_LIVE,    /* it has not noticed that the task ended */
};

/* Whether this host manages a swarm, and so knows its services. A manager that
 * is being started, or cannot reach the others, is neither. */
enum swarm_node { NODE_UNKNOWN, NODE_NO_MANAGER, NODE_MANAGER };
int swarm_node(struct engine *e, enum swarm_node *ret, struct why *why);

/* When the service was changed last; 0: not told. Only a manager of the swarm
 * knows. */
usec swarm_deployed(struct swarm *s, struct engine *e, const char *service);
/* Whether Swarm wished for the end of a task (NULL: unknown) that ended. */
enum swarm_wish swarm_wish(struct swarm *s, struct engine *e, const char *task);
/* When Swarm knew of its end at the latest, and whether it replaced the task
 * (engine_task_noticed()); 0: it does not say. */
usec swarm_noticed(struct swarm *s, struct engine *e, const char *service,
	const char *task, bool *ret_replaced);
