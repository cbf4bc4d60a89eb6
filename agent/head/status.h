/* What only the running daemon knows, for `logmend status`. */
#pragma once

#include <sys/types.h>

#include "base/clock.h"

struct json_t;
struct rules;

struct status_figures {
	usec started;
	pid_t eyes;
	size_t hands; /* at work now */
	uint64_t batches, bytes, faults, broken, undecided;
	size_t left; /* containers that are left out */
};

/* Adds them; the array of sources, and what waits to be read of them, which are
 * stolen; and what changed in the folders of rules since `rules` were loaded.
 */
void status_fill(struct json_t *status, const struct status_figures *f,
	struct json_t *sources, struct json_t *unread);
void status_rules(
	struct json_t *status, const struct rules *rules, char *const *folders);
