#include "config.h"
#include "docker/watch/node-tasks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "docker/engine-text.h"
#include "docker/engine.h"

/* Swarm notices within this what ends at one time. */
#define TOGETHER (2 * USEC_SECOND)

void
node_tasks_free(struct node_tasks *t)
{
	for (size_t i = 0; i < t->n; i++)
		engine_task_free(t->list[i]);
	free(t->list);
	*t = (struct node_tasks){ 0 };
}

static int
own_node(struct engine *e, char **ret, struct why *why)
{
	json_t *info = NULL;
	int r = engine_get(e, "/info", &info, why);
	*ret = engine_plain(json_object_get(info, "Swarm"), "NodeID");
	json_decref(info);
	if (r == 0 && (!*ret || !**ret))
		return because(why, -EREMOTE, "this host is in no swarm");
	return r;
}

static void
add_all(const json_t *json, const char *node, struct node_tasks *to)
{
	size_t i;
	json_t *one;
	to->list = xcalloc(json_array_size(json) + 1, sizeof(*to->list));
	json_array_foreach ((json_t *)json, i, one) {
		own(engine_task) struct engine_task *t = NULL;
		if (engine_task_read(one, &t, NULL) == 0 && t->node &&
			strcmp(t->node, node) == 0)
			to->list[to->n++] = take(t);
	}
}

int
node_tasks_read(struct engine *e, struct node_tasks *ret, struct why *why)
{
	own(str) char *node = NULL;
	json_t *json = NULL;
	*ret = (struct node_tasks){ 0 };
	int r = own_node(e, &node, why);
	if (r < 0)
		return r;
	own(str) char *path = engine_filtered("/tasks", "node", node, NULL);
	r = engine_get(e, path, &json, why);
	if (r == 0)
		add_all(json, node, ret);
	json_decref(json);
	return r;
}

usec
node_tasks_noticed(const struct node_tasks *t, const struct engine_task *one,
	bool *ret_replaced)
{
	usec at = engine_task_has_ended(one) ? one->reached : 0;
	*ret_replaced = false;
	for (size_t i = 0; i < t->n; i++) {
		const struct engine_task *next = t->list[i];
		if (!engine_task_replaces(next, one))
			continue;
		at = at ? MIN(at, next->created) : next->created;
		*ret_replaced = true;
	}
	return at;
}

static const struct engine_task *
find(const struct node_tasks *t, const char *id)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->list[i]->id, id) == 0)
			return t->list[i];
	return NULL;
}

bool
node_tasks_ended_together(const struct node_tasks *t, const char *id)
{
	const struct engine_task *of = find(t, id);
	bool replaced, together = false;
	usec at = of ? node_tasks_noticed(t, of, &replaced) : 0;
	for (size_t i = 0; at && i < t->n; i++) {
		const struct engine_task *other = t->list[i];
		usec end = node_tasks_noticed(t, other, &replaced);
		/* One without a container never ran, and those that take the
		 * places of others are made at that time. */
		if (other == of || !other->container ||
			other->created + TOGETHER >= at)
			continue;
		if (!end || end > at + TOGETHER)
			return false;
		together |= end + TOGETHER >= at;
	}
	return together;
}

bool
node_task_died(const struct engine_task *one)
{
	return one->container && *one->container && one->exit_code != 0 &&
		strcmp(one->state, "failed") == 0;
}
