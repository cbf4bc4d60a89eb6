/* What the store knows of the logs that are held: where reading goes on, and
 * what nobody could read any more. */
#pragma once

#include "head/logfile.h"
#include "head/store.h"

struct places {
	struct store *store;
	/* One sentence for people, escaped. */
	void (*note)(void *arg, const char *text);
	void *arg;
};

/* A log that was never read begins at its head. `history`: it was there before
 * the app was ever watched, so the app's `start` decides. */
int places_begin(const struct places *p, struct logfile *l, bool history,
	struct why *why);
/* It goes on where `old` says; from its head, with a gap, where that does not
 * hold any more. */
int places_resume(const struct places *p, struct logfile *l,
	const struct place *old, struct why *why);
/* What was read is no longer what stands there: from its head, with a gap. */
int places_begin_anew(const struct places *p, struct logfile *l,
	const char *reason, struct why *why);
/* Bytes behind its position are gone unread; reading goes on there. */
void
places_gap(const struct places *p, const struct logfile *l, const char *reason);
/* Everything of it is read. */
void places_forget(const struct places *p, const char *key);
/* It went away while nobody watched: a gap, and forgotten. */
void places_lost(const struct places *p, const struct place *old);
