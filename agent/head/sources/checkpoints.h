/* What the store knows of the logs that are followed: where reading goes on, in
 * which files, and what nobody could read any more. */
#pragma once

#include "head/store/store.h"
#include "head/sources/followed-log.h"

struct checkpoints {
	struct store *store;
	/* One sentence for people, escaped. */
	void (*note)(void *arg, const char *text);
	void *arg;
};

/* A log that was never read begins at the head of its oldest file. `history`:
 * it was there before the app was ever watched, so the app's `start` decides.
 */
int checkpoints_begin(const struct checkpoints *p, struct followed_log *t,
	bool history, struct why *why);
/* It goes on where `old` says, as far as its files are still here: what is
 * missing is told as a gap. */
int checkpoints_resume(const struct checkpoints *p, struct followed_log *t,
	const struct checkpoint *old, struct why *why);
/* Whether nothing was read of this file of the checkpoint. */
bool checkpoint_is_unread(const struct checkpoint *p, size_t file);
/* Takes the files of the list, oldest first, in as the newest ones: all, or
 * none if that fails. A store that cannot take them is no failure: they are
 * held all the same, and no position moves before checkpoints_save(). */
int checkpoints_add(const struct checkpoints *p, struct followed_log *t,
	struct log_file *list, struct why *why);
/* Stores the files that could not be stored when they were taken in. */
int checkpoints_save(
	const struct checkpoints *p, struct followed_log *t, struct why *why);
/* What was read of this file is no longer what stands there: it is read from
 * its head, with a gap. */
int checkpoints_begin_anew(const struct checkpoints *p, struct followed_log *t,
	struct log_file *broken, const char *reason, struct why *why);
/* Goes on with the file behind the one that the position is in, with a gap. */
int checkpoints_skip(const struct checkpoints *p, struct followed_log *t,
	const char *reason, struct why *why);
/* Something between its position and now is gone unread. */
void checkpoints_gap(const struct checkpoints *p, const struct followed_log *t,
	const char *reason);
/* The position moved: forgets a file that is read, and knows one better whose
 * head has grown. */
void checkpoints_moved(const struct checkpoints *p, struct followed_log *t);
/* The file is read, and closed. */
void checkpoints_forget_file(const struct checkpoints *p, const char *key);
/* Everything of it is read. */
void checkpoints_forget(const struct checkpoints *p, uint64_t id);
