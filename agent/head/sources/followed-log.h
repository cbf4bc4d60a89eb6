/* One log that is followed: its files, oldest first, as if they were one. A
 * file stays until all of it is read, whatever became of its name. */
#pragma once

#include "head/sources/log-file.h"
#include "head/roles/eyes-process.h"
#include "config/settings.h"
#include "wire/source.h"

struct json_t;

struct followed_log {
	struct followed_log *next;
	struct source source; /* what eyes are told; .from is as stored */
	const struct app *app;
	char *container;
	char *path; /* the log's name */
	struct log_file *oldest, *newest;
	uint64_t end;     /* a further file begins here or behind it */
	int64_t since_ns; /* older faults are history that `start` leaves out */
	usec moved;       /* wall clock: when the position moved last */
	unsigned missing; /* files nothing is known of but that they were there
			   */
	bool finishing;   /* nothing will be added any more */
	usec resume;      /* monotonic; eyes get it then; 0: they have it */
	unsigned troubles; /* eyes could not go on from here, so many times */
};

struct followed_log *followed_log_new(
	const struct app *app, const char *container, const char *path);
/* Closes its files. */
void followed_log_free(struct followed_log *t);
OWN(followed_log, struct followed_log *, followed_log_free);

/* Where the log ends now. */
int
followed_log_end(const struct followed_log *t, uint64_t *ret, struct why *why);
/* When its newest file was written to last, or its position moved if it has
 * none; by the wall clock. */
usec followed_log_written(const struct followed_log *t);
/* Takes the files of the list, oldest first, in as the newest, each where the
 * one before it ends: all, or none if that fails. */
int followed_log_append(
	struct followed_log *t, struct log_file *list, struct why *why);
/* Takes the file in as the newest; its base is set. */
void followed_log_add(struct followed_log *t, struct log_file *l);
/* Takes the oldest file out, now the caller's, if all of it is read and another
 * follows; NULL if not. */
struct log_file *followed_log_shift(struct followed_log *t);
/* Whether this part of the log, as it is or compressed, is here already. */
bool followed_log_has(const struct followed_log *t, const struct log_file *l);
/* The file that the position lies in; NULL: behind all that are here. */
struct log_file *followed_log_file(const struct followed_log *t);
/* The file that is no longer what was read; NULL: all that can be told holds.
 */
struct log_file *followed_log_broken(const struct followed_log *t);

/* Tells eyes the log from its stored position on, if they are ready for it. */
void
followed_log_tell(const struct followed_log *t, struct eyes_process *reader);
/* Tells them of a further file. */
void followed_log_tell_more(const struct followed_log *t,
	const struct log_file *l, struct eyes_process *reader);

/* Adds {app, container, path, read, size, unlinked} of each file to the array.
 */
void followed_log_json(const struct followed_log *t, struct json_t *list);
