/* What this process remembers beside the store. A restart forgets it, and may:
 *
 * - A hold leaves an incident alone for a while after something failed. Without
 *   it the incident is looked at sooner, and the limits on looks and attempts
 *   are in the store.
 * - A loss counts how often hands ended unheard in work that changes nothing.
 *   Without it they are sent again a few times more.
 * - A begun attempt is one of this run, so no hands of an earlier run can have
 *   its job. Without it they are taken to have it, which is the careful guess:
 *   the attempt's file is then asked before anything is decided.
 * - A trouble says since when an attempt's file cannot be read. Without it the
 *   file is asked for as long again before anybody gives up. */
#pragma once

#include "base/clock.h"

/* Zeroed: nothing happened yet. */
struct run_memory {
	struct hold *holds;
	struct loss *losses;
	struct trouble *troubles;
	char **begun;
};

void run_memory_hold(struct run_memory *m, uint64_t incident, usec until);
/* Until when the incident is left alone; 0: it is not. Forgets what is over. */
usec run_memory_held(struct run_memory *m, uint64_t incident, usec now);

/* The hands of an incident may end unheard so often. */
#define RUN_MEMORY_LOSSES 3u
/* Counts one more such end, and returns how many there were. */
unsigned run_memory_lost(struct run_memory *m, uint64_t incident);

/* Remembers the key of an attempt. */
void run_memory_begin(struct run_memory *m, const char *key);
bool run_memory_began(const struct run_memory *m, const char *key);

/* The file of the incident's attempt cannot be read, or can. Since when it
 * could not. */
usec run_memory_unread(struct run_memory *m, uint64_t incident, usec now);
void run_memory_read(struct run_memory *m, uint64_t incident);

/* The clock was set: times move by this (usec), so that what is waited for
 * takes as long as it would have. */
void run_memory_shift(struct run_memory *m, int64_t by);
void run_memory_release(struct run_memory *m);
