/* What only the running daemon knows, for `logmend status`. */
#pragma once

#include <sys/types.h>

#include "base/clock.h"

struct json_t;
struct rules;

struct status_figures {
	usec started;
	usec loaded; /* when settings and rules were */
	pid_t eyes;
	size_t hands; /* at work now */
	uint64_t batches, bytes, faults, broken, undecided;
	size_t left; /* containers that are left out */
};

/* Adds them; the array of sources, and what is read of each app
 * (app_readings_json()), which are stolen. What waits to be read of the apps is
 * the array `unread`. */
void status_fill(struct json_t *status, const struct status_figures *f,
	struct json_t *sources, struct json_t *apps);
/* Adds what changed since `rules` were loaded, in their folders; and the path
 * of the configuration where it changed, else NULL. */
void status_changes(struct json_t *status, const struct rules *rules,
	char *const *folders, const char *configuration);
