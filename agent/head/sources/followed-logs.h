/* All logs that are followed. For each of them three others must agree: the
 * store has its position and files, eyes have the descriptors, and the service
 * manager's fd store has duplicates of those. These functions change all three,
 * in the order that survives a kill in between. open-logs.c opens what appears
 * on disk, resume.c what an earlier head left; both end here. */
#pragma once

#include "head/sources/checkpoints.h"

struct json_t;
struct stat;

struct followed_logs {
	struct followed_log *first;
	struct checkpoints checkpoints;
	struct eyes_process *reader; /* NULL before the first eyes are ready */
	int appends; /* the inotify instance from which eyes learn of appends */
};

/* Closes every log. Their duplicates in the fd store stay there, for the next
 * head. */
void followed_logs_free(struct followed_logs *s);
size_t followed_logs_count(const struct followed_logs *l);
/* Tells people one sentence. */
void followed_logs_note(const struct followed_logs *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The log that has this file, by device and inode; NULL: none. */
struct followed_log *
followed_logs_by_file(const struct followed_logs *s, const struct stat *st);
/* The log that a container writes to; NULL: none. */
struct followed_log *followed_logs_by_container(
	const struct followed_logs *s, const char *container);
/* The log that eyes know by this number; NULL: none. */
struct followed_log *
followed_logs_by_id(const struct followed_logs *s, uint32_t id);

/* Holds a log whose checkpoint is stored, which it takes: watches it, puts its
 * files into the fd store, and tells eyes. */
void followed_logs_hold(struct followed_logs *s, struct followed_log *t);
/* Lets go of a log of which everything was read: closes its files, here and in
 * the fd store, and forgets it in the store and in eyes. */
void followed_logs_close(struct followed_logs *s, struct followed_log *t);
/* Holds further files of a log, oldest first, as followed_logs_hold() does.
 * Takes them in any case; 0 or a negative errno. */
int followed_logs_hold_files(struct followed_logs *s, struct followed_log *t,
	struct log_file *list, struct why *why);
/* The same of files that an earlier head had opened and not stored; NULL: there
 * are none. Each may be one that the checkpoint misses. */
int followed_logs_hold_orphans(struct followed_logs *s, struct followed_log *t,
	struct log_file *list, struct why *why);
/* Notes a gap: so many files of it were gone before head could open them. */
void followed_logs_note_missing(
	struct followed_logs *s, const struct followed_log *t, int files);
/* Notes the files that are still missing once a resumed log and all that is new
 * were opened, and closes logs without any file. */
void followed_logs_settle(struct followed_logs *s);
/* Stores that all of it was read, where it was and its container has ended, or
 * where head `stops`: what the container writes from then on may be lost. */
void followed_logs_look(struct followed_logs *s,
	const struct settings *settings, struct followed_log *t, bool stops);
/* followed_log_tick() for each log. */
void followed_logs_tick(struct followed_logs *s, usec now);
/* followed_log_json() of all logs: an array, owned. */
struct json_t *followed_logs_json(const struct followed_logs *s);
/* Closes files that were rotated away and read to their end. */
void
followed_logs_close_read_files(struct followed_logs *s, struct followed_log *t);
/* Nobody writes to the log any more: eyes read it to its end and say so. */
void followed_logs_finish(struct followed_logs *s, struct followed_log *t);
/* Makes eyes forget the log and read it again from its stored position. */
void followed_logs_tell_again(struct followed_logs *s, struct followed_log *t);
/* The file no longer holds what was read of it: notes a gap, and reads the file
 * from its head. */
void followed_logs_read_anew(struct followed_logs *s, struct followed_log *t,
	struct log_file *broken);
/* Gives all logs to eyes that have just started. */
void
followed_logs_tell_all(struct followed_logs *s, struct eyes_process *reader);
/* To be called when eyes cannot go on in a log, because its data is broken or
 * because it could not be read; `text` is what they say. A rotated file holds
 * up what comes after it: if it is torn, broken the second time, or could not
 * be read for two minutes, this skips the rest of it, notes a gap and returns
 * true. */
bool followed_logs_skip_file(struct followed_logs *s, struct followed_log *t,
	bool broken, const char *text);
