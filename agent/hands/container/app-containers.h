/* What Docker's Engine says of one app: its containers on this node, and its
 * service in the swarm. Everything is asked anew each time, for all of it
 * changes at a deploy. */
#pragma once

#include <jansson.h>

#include "base/clock.h"
#include "base/why.h"
#include "config/settings.h"
#include "docker/engine.h"

struct app_containers {
	struct engine *engine;
	json_t *all;      /* each container of the node, in any state */
	json_t *services; /* NULL: the node manages no swarm */
	/* Borrowed from those two: the app's containers, newest first, and its
	 * service's Spec, or NULL. */
	const json_t **list;
	size_t n;
	const json_t *service;
};

/* Fails as engine_get() does. Free *ret in any case. */
int app_containers_find(const struct app *app, usec deadline,
	struct app_containers *ret, struct why *why);
void app_containers_free(struct app_containers *c);
static inline void
app_containers_let_go(struct app_containers *c)
{
	app_containers_free(c);
}

/* Of one entry of the list; "" where it has none. Borrowed. */
const char *app_container_id(const json_t *container);
const char *app_container_service(const json_t *container);
bool app_container_runs(const json_t *container);
/* What the Engine tells of one container or network by its id, as in
 * `/containers/ID/json`; owned. */
int app_containers_inspect(const struct app_containers *c, const char *kind,
	const char *id, json_t **ret, struct why *why);
/* Follows keys into an object, to the NULL that ends them; NULL: not there. */
const json_t *json_at(const json_t *from, ...) __attribute__((sentinel));
