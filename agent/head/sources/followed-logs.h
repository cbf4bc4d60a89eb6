/* All logs that are followed, each told to eyes and known to the store. What is
 * found on disk becomes one of them, or a further file of one (sources.h); what
 * is done here is the same for all. */
#pragma once

#include "head/sources/checkpoints.h"

struct stat;

struct followed_logs {
	struct followed_log *first;
	struct checkpoints checkpoints;
	struct eyes_process *reader; /* NULL before the first eyes are ready */
	int appends;                 /* the inotify instance eyes read from */
};

/* Closes every log; those in the service manager's store stay there. */
void followed_logs_free(struct followed_logs *s);
/* Tells people one sentence. */
void followed_logs_note(const struct followed_logs *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The one that has this file; NULL: none. */
struct followed_log *
followed_logs_of_file(const struct followed_logs *s, const struct stat *st);
/* The one that a container writes to. */
struct followed_log *followed_logs_of_container(
	const struct followed_logs *s, const char *container);
/* The one that eyes know by this number. */
struct followed_log *
followed_logs_find(const struct followed_logs *s, uint32_t id);

/* Takes in a log whose checkpoint is stored. */
void followed_logs_insert(struct followed_logs *s, struct followed_log *t);
/* Everything of it is read: forgets and closes it. */
void followed_logs_drop(struct followed_logs *s, struct followed_log *t);
/* Adds the files of the list, oldest first; takes them in any case. */
int followed_logs_grow(struct followed_logs *s, struct followed_log *t,
	struct log_file *list, struct why *why);
/* So many files of it were gone before anybody could open them: a gap. */
void followed_logs_missing(
	struct followed_logs *s, const struct followed_log *t, int files);
/* Lets go of files that are read. */
void followed_logs_shift(struct followed_logs *s, struct followed_log *t);
/* Nothing will be added to it any more. */
void followed_logs_finish(struct followed_logs *s, struct followed_log *t);
/* Eyes forget what they know of it and go on at the stored position. */
void followed_logs_again(struct followed_logs *s, struct followed_log *t);
/* What was read of this file is no longer what stands there: reads it again
 * from its beginning. */
void followed_logs_anew(struct followed_logs *s, struct followed_log *t,
	struct log_file *broken);
/* These eyes are new: tells them everything. */
void followed_logs_tell(struct followed_logs *s, struct eyes_process *reader);
/* Eyes could not go on, and told why. A rotated file that cannot be read to its
 * end will not get better, and holds up what came after it: then it is passed
 * over, with a gap. Whether it was. */
bool followed_logs_pass(
	struct followed_logs *s, struct followed_log *t, const char *text);
