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
 * - What is known of an attempt under way: how often its hands ended before
 * they began (without it they are sent again a few times more, within the time
 * that the approval stands), and how long it is waited for (without it, as long
 *   again).
 * - How often in a row hands could not be started, and for which incidents.
 *   Without it that is tried again sooner; a rehearsal that was never sent
 * begins with a look.
 * - A trouble says since when an attempt's file cannot be read. Without it the
 *   file is asked for as long again before anybody gives up. */
#pragma once

#include "base/clock.h"
#include "head/policy/overdue.h"
#include "wire/job.h"

/* Zeroed: nothing happened yet. */
struct run_memory {
	struct hold *holds;
	struct loss *losses;
	struct trouble *troubles;
	char **begun;
	struct attempt_memory *attempts;
	unsigned unstarted;  /* how often in a row hands could not be started */
	unsigned unlaunched; /* the same, where their unit tells it later */
	struct unsent *unsent;
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

struct attempt_memory {
	struct attempt_memory *next;
	char key[KEY_TEXT];
	unsigned unbegun;       /* its hands ended so often before they began */
	struct overdue overdue; /* of hands that an earlier head sent */
	bool killed;            /* its hands, for they took too long */
};

/* What is remembered of the attempt, zeroed where nothing was. Borrowed until
 * run_memory_release(). */
struct attempt_memory *
run_memory_attempt(struct run_memory *m, const char *key);

/* Hands could not be started for the incident, or were. */
void run_memory_unsent(struct run_memory *m, uint64_t incident);
void run_memory_sent(struct run_memory *m, uint64_t incident);
bool run_memory_is_unsent(const struct run_memory *m, uint64_t incident);

/* The file of the incident's attempt cannot be read, or can. Since when it
 * could not. */
usec run_memory_unread(struct run_memory *m, uint64_t incident, usec now);
void run_memory_read(struct run_memory *m, uint64_t incident);

/* The clock was set: times move by this (usec), so that what is waited for
 * takes as long as it would have. */
void run_memory_shift(struct run_memory *m, int64_t by);
void run_memory_release(struct run_memory *m);
