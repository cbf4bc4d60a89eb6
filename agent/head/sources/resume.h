/* What an earlier head left: checkpoints in the store, each a position in a log
 * with the files it consists of. Finds those files again, whatever their names
 * are now: in the service manager's fd store, under the log's name, and among
 * its rotated copies. */
#pragma once

#include "head/sources/checkpoints.h"

struct resume;

/* Loads the checkpoints; *ret is owned. */
int resume_load(struct store *store, struct resume **ret, struct why *why);
void resume_free(struct resume *l);
OWN(resume, struct resume *, resume_free);

/* The open files of sources that were freed, for those of other settings: what
 * only a descriptor still leads to must not be lost between them. Zeroed:
 * none. */
struct left_files {
	struct left_file {
		char *name; /* as in the fd store (log-file.h) */
		int fd;
	} * files;
	size_t n;
};

/* Moves the descriptors of the log into the list. */
void left_files_add(struct left_files *left, struct followed_log *t);
void left_files_close(struct left_files *left);

/* Takes copies of what is left (NULL: nothing) as if the service manager had
 * given them. Fails where there are too few descriptors. */
int resume_take_left(
	struct resume *l, const struct left_files *left, struct why *why);
/* Finds the files. A checkpoint waits while a file that may be one of its own
 * cannot be opened or read: this is called again then, at last with `forced`,
 * which lets that file count as gone. A negative errno: there are too few
 * descriptors to open them all, and none of the others may count as gone. */
int resume_find(struct resume *l, bool forced, struct why *why);
/* Why a checkpoint of the container waits; NULL: all of them were given.
 * Nothing of its log may be opened as new before, or it is read twice. Borrowed
 * until the next call of resume_find(). */
const char *resume_trouble(const struct resume *l, const char *container);
/* Whether no checkpoint waits: all were given to somebody. */
bool resume_is_done(const struct resume *l);
/* Moves the descriptors of what waits into the list. */
void resume_leave(struct resume *l, struct left_files *left);
/* Whether there is a checkpoint of any log of the app. */
bool resume_knows(const struct resume *l, const char *app);

/* Makes the followed logs of the configured apps whose checkpoints do not wait,
 * with the files that were found, and gives each, once, to on_log, which owns
 * it, with its checkpoint, which is borrowed. */
void resume_each(struct resume *l, const struct settings *settings,
	void (*on_log)(void *arg, struct followed_log *t,
		const struct checkpoint *old),
	void *arg);
/* The orphans of the container that were written to after `since` (wall clock),
 * oldest first; the caller owns them. An orphan is a file in the fd store that
 * no checkpoint has: the earlier head was killed after it had opened the file
 * and before it had stored that. */
struct log_file *
resume_orphans(struct resume *l, const char *container, usec since);
/* Closes the other orphans, here and in the fd store, but for those of
 * containers whose checkpoint waits. To be called before any
 * of them is opened again under its name and stored there again. */
void resume_drop_orphans(struct resume *l);
