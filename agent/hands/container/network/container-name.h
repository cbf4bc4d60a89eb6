/* What a host's name stands for in Docker's networks that an app is in: names
 * of containers, services, and their aliases. Nothing of it is asked of a
 * resolver.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "hands/container/docker-app.h"

struct container_name {
	const struct docker_app *docker; /* borrowed, as host */
	const char *host;
	char **networks; /* ids, of the app's */
	char **services; /* that have the name, or it as an alias */
};
void container_name_free(struct container_name *n);
static inline void
container_name_let_go(struct container_name *n)
{
	container_name_free(n);
}

/* Fills both lists, for the `docker` and the `host` that are set. */
void container_name_look(struct container_name *n);
/* Whether the container has the name. */
bool
container_name_is_of(const struct container_name *n, const json_t *container);
/* The entry of a network that the container shares with the app, borrowed;
 * NULL: none. */
const json_t *
container_name_shared(const struct container_name *n, const json_t *container);
/* The entry of the network with that id, borrowed; NULL: it is not in it. */
const json_t *container_name_in(const json_t *container, const char *network);
/* The id of the network of such an entry; "" where it has none. Borrowed. */
const char *container_name_network(const json_t *entry);
/* Whether the app's networks may know the name, though Docker knows no such app
 * now: any network of this host does. */
bool container_name_may_be_known(const struct container_name *n);
/* The running containers that have the name, as ids, and the ids of those
 * networks that they share with the app; adds to both lists. */
void container_name_holders(const struct docker_app *c, const char *host,
	char ***ids, char ***networks);
