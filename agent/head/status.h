/* What only the running daemon knows, for `logmend status`. */
#pragma once

#include <sys/types.h>

#include "base/clock.h"

struct json_t;

struct status_figures {
	usec started;
	pid_t eyes;
	size_t hands; /* at work now */
	uint64_t batches, bytes, faults, broken, undecided;
};

/* Adds them, and the array of sources, which is stolen. */
void status_fill(struct json_t *status, const struct status_figures *f,
	struct json_t *sources);
