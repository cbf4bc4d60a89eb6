/* The containers of a Docker root, as their config.v2.json describe them. Of
 * that file only id, name, labels and log path are kept: its Env holds secrets.
 */
#pragma once

#include <stdbool.h>

#include "base/own.h"
#include "base/why.h"

struct docker_container {
	char *id;
	char *name;
	char *service;  /* Swarm's; NULL for a container of no service */
	char *log_path; /* under the Docker root */
	char *driver;   /* json-file, journald, local, ...; NULL: not known */
};

void docker_container_free(struct docker_container *c);
OWN(docker_container, struct docker_container *, docker_container_free);

/* -ENOENT: there is none, or not yet. */
int docker_container_read(const char *docker_root, const char *id,
	struct docker_container **ret, struct why *why);
/* Whether this may be a container's folder below containers/: Docker's are 64
 * hex digits, what matters is that it is one plain name. */
bool docker_container_is_id(const char *name);
/* The ids of the folders that are there now; owned. */
int
docker_containers_list(const char *docker_root, char ***ret, struct why *why);
/* `<root>/containers`; owned. */
char *docker_containers_folder(const char *docker_root);
