/* What Docker's Engine says of one app: its containers on this node, and its
 * service in the swarm. Everything is asked anew each time, for all of it
 * changes at a deploy. */
#pragma once

#include <jansson.h>

#include "base/clock.h"
#include "base/why.h"
#include "config/settings.h"
#include "docker/engine.h"

struct docker_app {
	struct engine *engine;
	json_t *all;      /* each container of the node, in any state */
	json_t *services; /* NULL: the node manages no swarm */
	/* Borrowed from those two: the app's containers, newest first, and its
	 * service's Spec, or NULL. */
	const json_t **list;
	size_t n;
	const json_t *service;
	const json_t *update; /* its UpdateStatus, or NULL */
};

/* Fails as engine_get() does. Free *ret in any case. */
int docker_app_find(const struct app *app, usec deadline,
	struct docker_app *ret, struct why *why);
void docker_app_free(struct docker_app *c);
static inline void
docker_app_let_go(struct docker_app *c)
{
	docker_app_free(c);
}

/* Of one entry of the list; "" where it has none. Borrowed. */
const char *docker_app_container_id(const json_t *container);
const char *docker_app_container_service(const json_t *container);
bool docker_app_container_runs(const json_t *container);
/* What the Engine tells of one container or network by its id, as in
 * `/containers/ID/json`; owned. */
int docker_app_inspect(const struct docker_app *c, const char *kind,
	const char *id, json_t **ret, struct why *why);
/* Follows keys into an object, to the NULL that ends them; NULL: not there. */
const json_t *json_at(const json_t *from, ...) __attribute__((sentinel));
/* What a JSON string says; "" where it is none. Borrowed. */
const char *json_text(const json_t *json);
