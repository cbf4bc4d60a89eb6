/* What the store knows of the logs that are followed: where reading goes on, in
 * which files, and what nobody could read any more. */
#pragma once

#include "head/store.h"
#include "head/tail.h"

struct places {
	struct store *store;
	/* One sentence for people, escaped. */
	void (*note)(void *arg, const char *text);
	void *arg;
};

/* A log that was never read begins at the head of its oldest file. `history`:
 * it was there before the app was ever watched, so the app's `start` decides.
 */
int places_begin(
	const struct places *p, struct tail *t, bool history, struct why *why);
/* It goes on where `old` says, as far as its files are still here: what is
 * missing is told as a gap. */
int places_resume(const struct places *p, struct tail *t,
	const struct place *old, struct why *why);
/* Whether nothing was read of this file of the place. */
bool place_is_unread(const struct place *p, size_t file);
/* Takes the files of the list, oldest first, in as the newest ones: all, or
 * none if that fails. A store that cannot take them is no failure: they are
 * held all the same, and no position moves before places_save(). */
int places_add(const struct places *p, struct tail *t, struct logfile *list,
	struct why *why);
/* Stores the files that could not be stored when they were taken in. */
int places_save(const struct places *p, struct tail *t, struct why *why);
/* What was read of this file is no longer what stands there: it is read from
 * its head, with a gap. */
int places_begin_anew(const struct places *p, struct tail *t,
	struct logfile *broken, const char *reason, struct why *why);
/* Goes on with the file behind the one that the position is in, with a gap. */
int places_skip(const struct places *p, struct tail *t, const char *reason,
	struct why *why);
/* Something between its position and now is gone unread. */
void
places_gap(const struct places *p, const struct tail *t, const char *reason);
/* The position moved: forgets a file that is read, and knows one better whose
 * head has grown. */
void places_moved(const struct places *p, struct tail *t);
/* The file is read, and closed. */
void places_forget_file(const struct places *p, const char *key);
/* Everything of it is read. */
void places_forget(const struct places *p, uint64_t id);
