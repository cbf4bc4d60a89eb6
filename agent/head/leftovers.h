/* What an earlier head left: positions in logs, each with the files it belongs
 * to, which are found again whatever their names are now. */
#pragma once

#include "head/places.h"

struct leftovers;

/* Loads the positions. */
int
leftovers_load(struct store *store, struct leftovers **ret, struct why *why);
void leftovers_free(struct leftovers *l);
OWN(leftovers, struct leftovers *, leftovers_free);

/* Finds the files: among the descriptors that the service manager kept, under
 * the log's name and among its rotated copies. */
void leftovers_find(struct leftovers *l);
/* Whether any log of the app was ever read. */
bool leftovers_know(const struct leftovers *l, const char *app);

/* Makes the tails of the configured apps, with the files that were found, and
 * hands each over with what was stored of it. */
void leftovers_each(struct leftovers *l, const struct settings *settings,
	void (*on_tail)(void *arg, struct tail *t, const struct place *old),
	void *arg);
/* Files of the container that an earlier head had opened and not stored yet,
 * when it was killed: those that were written to after `since` (wall clock),
 * oldest first, now the caller's. */
struct logfile *
leftovers_orphans(struct leftovers *l, const char *container, usec since);
/* Lets go of the others, before any of them is opened again under its name. */
void leftovers_drop_orphans(struct leftovers *l);
