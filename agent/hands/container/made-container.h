/* A container that we make in Docker, and that nobody but us removes. What a
 * container's labels say may come from its image, so we know ours by a name
 * that nobody can guess, which is in a file of the folder `containers` beside
 * the store before the container is made. */
#pragma once

#include "docker/engine.h"

struct made_container {
	char *name; /* NULL: none */
	char *file; /* that has the name */
	int lock;   /* on it: its maker lives */
};

/* Chooses a name and writes it down; the container is the caller's to make. */
int made_container_plan(
	const char *store, struct made_container *ret, struct why *why);
/* Removes the container, if it was never started, and forgets it then. */
void made_container_remove(struct engine *e, struct made_container *m);
/* For who knows that no such container was made. */
void made_container_forget(struct made_container *m);
/* Lets go of it: what may be there is removed by made_container_sweep(). */
void made_container_leave(struct made_container *m);
/* Removes those whose makers are gone. */
void made_container_sweep(const char *store, struct engine *e);
