/* The store's side of the logs that are followed: where reading goes on in
 * each, which files it consists of, and the gaps, which are bytes that went
 * away before anybody could read them. */
#pragma once

#include "head/store/store.h"
#include "head/sources/followed-log.h"

struct checkpoints {
	struct store *store;
	/* Tells people one sentence, which is escaped. */
	void (*note)(void *arg, const char *text);
	void *arg;
};

/* Stores a log that was never read, and sets where reading begins: at the head
 * of its oldest file. `history`: it was there before logmend ever watched the
 * app, so the app's `start` decides instead. 0 or a negative errno, and then
 * nothing is stored. */
int checkpoints_begin(const struct checkpoints *p, struct followed_log *t,
	bool history, struct why *why);
/* Sets the log's position to where `old` says, moves it behind files that were
 * not found again, and notes those as gaps. */
int checkpoints_resume(const struct checkpoints *p, struct followed_log *t,
	const struct checkpoint *old, struct why *why);
/* Whether the position of the checkpoint lies before this file of it, so that
 * nothing of the file was read. */
bool checkpoint_is_unread(const struct checkpoint *p, size_t file);
/* Adds the files of the list, oldest first, to the log as its newest: all of
 * them, or none and a negative errno. A store that fails is no error here: to
 * close the files now would lose what only their descriptors still hold. No
 * position moves before checkpoints_save() has stored them. */
int checkpoints_add(const struct checkpoints *p, struct followed_log *t,
	struct log_file *list, struct why *why);
/* Stores the files that checkpoints_add() could not. 0 if none is left. */
int checkpoints_save(
	const struct checkpoints *p, struct followed_log *t, struct why *why);
/* The file no longer holds what was read of it: notes a gap, and sets the
 * position back to the head of the file. */
int checkpoints_begin_anew(const struct checkpoints *p, struct followed_log *t,
	struct log_file *broken, const char *reason, struct why *why);
/* Notes a gap, and moves the position to the head of the next file. There must
 * be one. */
int checkpoints_skip_file(const struct checkpoints *p, struct followed_log *t,
	const char *reason, struct why *why);
/* Notes a gap that begins at the log's position, of so many bytes; 0: nobody
 * knows. */
void checkpoints_gap(const struct checkpoints *p, const struct followed_log *t,
	uint64_t lost, const char *reason);
/* A possible gap: the only file that is left of it, of which nothing was read,
 * went away. */
void
checkpoints_missing(const struct checkpoints *p, const struct followed_log *t);
/* Stores that all of it was read; `ended`: and that its container had ended
 * before that was looked at. Of one that had ended and runs again, that all was
 * read when it ended, whatever it wrote since. */
void checkpoints_whole(
	const struct checkpoints *p, struct followed_log *t, bool ended);
/* To be called when the position has moved: takes the identity of files anew
 * whose head was short when it was taken, and has grown. */
void checkpoints_moved(const struct checkpoints *p, struct followed_log *t);
/* Removes a file, which was read to its end, from the store. */
void checkpoints_forget_file(const struct checkpoints *p, const char *key);
/* Removes a log, of which everything was read, from the store. */
void checkpoints_forget(const struct checkpoints *p, uint64_t id);
