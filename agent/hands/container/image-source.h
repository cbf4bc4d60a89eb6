/* The container whose files stand for an app's deployed image: one that runs or
 * ran from it, else one that is made for the purpose, is never started, and is
 * removed again. */
#pragma once

#include "hands/container/docker-app.h"
#include "hands/container/made-container.h"

struct image_source {
	char *id;      /* of the container; NULL: none */
	char *image;   /* as the service names it */
	json_t *whole; /* what the Engine tells of the container */
	bool runs;
	bool made; /* by us */
	struct made_container record;
};

/* Chooses by the image that the service is to run now, the newest first, those
 * that run before the others; without a service the newest container of all.
 * -ESRCH: there is neither. What is made is written down beside the store. Free
 * *ret in any case, which removes what was made. */
int image_source_find(const char *store, const struct app *app,
	const struct docker_app *c, struct image_source *ret, struct why *why);
/* The same of a container that is there already; none is made. Without one,
 * -ESRCH. */
int image_source_find_there(
	const struct docker_app *c, struct image_source *ret, struct why *why);
/* Why the deployed image may yet be another one than the container's, though it
 * is the newest; NULL: it is settled. Owned. *ret_passes: Docker is at it. */
char *image_source_unsettled(const struct docker_app *c,
	const struct image_source *s, bool *ret_passes);
void image_source_free(const struct docker_app *c, struct image_source *s);
