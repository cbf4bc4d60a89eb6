/* A container, alive or dead, as the Engine describes it. Texts are escaped and
 * at most ENGINE_TEXT bytes long. Of environment variables the names alone
 * are kept: the values are passwords, and are wiped. */
#pragma once

#include "docker/engine-text.h"
#include "docker/engine.h"
#include "wire/docker/docker-frames.h"

#define CONTAINER_LIST 256u /* networks, and names of variables */

struct container_network {
	char *name;
	char *address; /* IPv4 or IPv6; NULL: none, as of a dead container */
};

struct engine_container {
	char *id;
	char *name;       /* without the slash that Docker puts before it */
	char *service;    /* Swarm's; NULL: of no service */
	char *task;       /* Swarm's id of it; NULL: none */
	char *image;      /* as it was asked for: `img-captain-shop:7` */
	char *image_id;   /* `sha256:...` */
	char *workdir;    /* NULL: the root */
	char *log_driver; /* NULL: not told */
	/* Where its files are on the host; NULL where the image store keeps
	 * that for itself (containerd's), and of a dead container. */
	char *merged;
	struct container_network *networks;
	size_t n_networks;
	char **env; /* names; a list (own.h), NULL: none */
	bool running;
	unsigned pid; /* 0: it does not run */
	int exit_code;
	bool out_of_memory; /* the kernel ended it */
	enum container_health health;
	usec created, started, finished; /* 0: not yet, or not told */
};

void engine_container_free(struct engine_container *c);
OWN(engine_container, struct engine_container *, engine_container_free);

/* Asks for one container, by id or name; *ret is owned. -ESRCH: there is none.
 */
int engine_container_get(struct engine *e, const char *id,
	struct engine_container **ret, struct why *why);
/* The same of an answer that is there already; wipes the values of variables
 * in it. */
int engine_container_read(
	json_t *json, struct engine_container **ret, struct why *why);
/* What a list says of a container. */
struct engine_listed {
	char *id;
	char *name, *service, *image; /* NULL: none that is a plain word */
	bool running;
};
void engine_listed_free(struct engine_listed *list, size_t n);
/* Which containers of Swarm's services a list has, also those that are dead. */
struct engine_which {
	const char *service;   /* of this one alone; NULL: of `services` */
	char *const *services; /* of these alone (own.h); NULL: of none */
	size_t most;           /* what is beyond is left out */
	unsigned newest;       /* only so many that were made last; 0: all */
};
/* *ret is owned; *ret_left is how many are beyond `most`. */
int engine_containers(struct engine *e, const struct engine_which *which,
	struct engine_listed **ret, size_t *ret_n, size_t *ret_left,
	struct why *why);
/* Whether the service is one of the list; NULL: none is. */
bool engine_is_one_of(const char *service, char *const *services);
/* Docker's word: `healthy`. */
enum container_health container_health_of(const char *word);
