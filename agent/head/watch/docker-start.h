/* When Docker was started, and so which containers ended with the Docker that
 * ran before: a daemon that is started again ends all that ran, and nobody may
 * have watched. What Swarm knew before that start died by itself. Only the last
 * start is known: where Docker was started twice while nobody watched, what
 * ended with the first one ended together, which Swarm tells on a manager;
 * where there was one container alone, or no manager, it counts as a death. */
#pragma once

#include "wire/docker/docker-frames.h"

/* So long Swarm takes at the most to notice an end. What another manager
 * noticed later is that the whole node was gone. */
#define DOCKER_START_NOTICES (10 * USEC_SECOND)

struct docker_start {
	usec at;       /* by the host's clock; 0: not known */
	usec oldest;   /* start of the oldest container that lives; 0: none */
	usec said;     /* of which start people know */
	size_t ended;  /* how many containers ended with the one before */
	size_t doubts; /* of how many of them Swarm does not say so */
	char one[NEWS_TEXT + 1]; /* the name of one */
};

/* Docker answers at this socket again: it writes its pid file, which lies
 * beside it, when it starts. */
void docker_start_find(struct docker_start *s, const char *socket);
/* A container that lives: it outlived what it is older than. To be called
 * before those that are dead are asked for. */
void docker_start_lives(struct docker_start *s, const struct container_news *n);
/* Whether the end of a container counts as that of Docker, as it ended with it,
 * or may have. */
bool docker_start_ended(struct docker_start *s, const struct container_news *n);
/* Whether one that is `gone` ended with no start of Docker that is known. */
bool docker_start_knows(
	const struct docker_start *s, const struct container_news *n);
/* A sentence about those, once for each start of Docker; NULL: there is nothing
 * to say. Owned. */
char *docker_start_text(struct docker_start *s);
