/* The tasks that Swarm gave to this node, with those that ended: what a manager
 * knows of containers, also of those that are gone. */
#pragma once

#include "docker/service.h"

struct node_tasks {
	struct engine_task **list;
	size_t n;
};

void node_tasks_free(struct node_tasks *t);
static inline void
node_tasks_let_go(struct node_tasks *t)
{
	node_tasks_free(t);
}
/* Asks Docker. -EREMOTE: this host is no manager; free *ret in any case. */
int node_tasks_read(struct engine *e, struct node_tasks *ret, struct why *why);

/* When Swarm knew at the latest that the task had ended; 0: it may run. Whether
 * it made another one in its place by then (engine_task_noticed()). */
usec node_tasks_noticed(const struct node_tasks *t,
	const struct engine_task *one, bool *ret_replaced);
/* Whether all containers of this node ended when Swarm noticed the end of that
 * task, by its id: as a Docker that is started again ends them. False also
 * where there was no other. */
bool node_tasks_ended_together(const struct node_tasks *t, const char *id);
/* Whether the task's container came to its end by itself, and not with a Docker
 * that was stopped, which removes its containers: those are failed tasks, too,
 * but without an exit code. */
bool node_task_died(const struct engine_task *one);
