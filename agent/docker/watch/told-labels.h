/* The labels of the services that matter, asked of Swarm and told to head each
 * time they change. Where Swarm does not say (it has no leader, or is silent),
 * head is told nothing, and what it knows stays. */
#pragma once

#include "docker/news.h"

struct told_labels;
/* `services` is a list (own.h), borrowed; NULL: none matters. Owned. */
struct told_labels *told_labels_new(char *const *services);
void told_labels_free(struct told_labels *t);
OWN(told_labels, struct told_labels *, told_labels_free);
/* Docker was lost: all is told anew when it answers. */
void told_labels_untell(struct told_labels *t);
/* Asks for those of each service, or of the one to which something happened. A
 * negative errno: Docker or head is gone, and why. */
int told_labels_ask(struct told_labels *t, struct news *n, struct why *why);
int told_labels_ask_for(struct told_labels *t, struct news *n,
	const char *service, struct why *why);
