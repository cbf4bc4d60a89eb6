/* The containers of the apps that Docker told of, also some that are gone: what
 * ran before is the first question after a deploy. */
#pragma once

#include "head/watch/deaths.h"
#include "head/sources/docker-config.h"
#include "wire/docker/docker-frames.h"

/* Those that are gone are kept up to so many of an app. */
#define APP_CONTAINERS_GONE 4u

struct seen_container {
	struct seen_container *next;
	struct docker_container c;
	const struct app *app;
	enum container_health health;
	bool told; /* since Docker answers */
	bool gone;
};

struct seen_containers {
	struct seen_container *first; /* newest news first */
};

void seen_containers_free(struct seen_containers *a);
/* What is known of it; NULL: nothing. Borrowed. */
struct seen_container *
seen_containers_find(const struct seen_containers *a, const char *id);
/* Keeps the news; the container is borrowed. */
struct seen_container *seen_containers_put(struct seen_containers *a,
	const struct app *app, const struct container_news *n);
void seen_containers_gone(struct seen_containers *a, const char *id);
/* The link to Docker is gone: nobody knows what runs, until all is told anew.
 */
void seen_containers_untell(struct seen_containers *a);
/* All was told: the others are gone. */
void seen_containers_listed(struct seen_containers *a);
struct deaths_alive
seen_containers_alive(const struct seen_containers *a, const struct app *app);
/* Those of one app: borrowed, in a list that the caller frees. */
struct docker_container **seen_containers_list(
	const struct seen_containers *a, const struct app *app, size_t *ret_n);
/* The same, and those of its files (head/sources) whose start Docker did not
 * tell; all borrowed. */
struct docker_container **seen_containers_list_with(
	const struct seen_containers *a, const struct app *app,
	struct docker_container *const *files, size_t n_files, size_t *ret_n);
