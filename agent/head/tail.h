/* One log that is followed: its files, oldest first, as if they were one. A
 * file stays until all of it is read, whatever became of its name. */
#pragma once

#include "head/logfile.h"
#include "head/reader.h"
#include "config/settings.h"
#include "wire/source.h"

struct json_t;

struct tail {
	struct tail *next;
	struct source source; /* what eyes are told; .from is as stored */
	const struct app *app;
	char *container;
	char *path; /* the log's name */
	struct logfile *oldest, *newest;
	uint64_t end;     /* a further file begins here or behind it */
	int64_t since_ns; /* older faults are history that `start` leaves out */
	usec moved;       /* wall clock: when the position moved last */
	unsigned missing; /* files nothing is known of but that they were there
			   */
	bool finishing;   /* nothing will be added any more */
	usec resume;      /* monotonic; eyes get it then; 0: they have it */
	unsigned troubles; /* eyes could not go on from here, so many times */
};

struct tail *
tail_new(const struct app *app, const char *container, const char *path);
/* Closes its files. */
void tail_free(struct tail *t);
OWN(tail, struct tail *, tail_free);

/* Where the log ends now. */
int tail_end(const struct tail *t, uint64_t *ret, struct why *why);
/* When its newest file was written to last, or its position moved if it has
 * none; by the wall clock. */
usec tail_written(const struct tail *t);
/* Takes the files of the list, oldest first, in as the newest, each where the
 * one before it ends: all, or none if that fails. */
int tail_append(struct tail *t, struct logfile *list, struct why *why);
/* Takes the file in as the newest; its base is set. */
void tail_add(struct tail *t, struct logfile *l);
/* Takes the oldest file out, now the caller's, if all of it is read and another
 * follows; NULL if not. */
struct logfile *tail_shift(struct tail *t);
/* Whether this part of the log, as it is or compressed, is here already. */
bool tail_has(const struct tail *t, const struct logfile *l);
/* The file that the position lies in; NULL: behind all that are here. */
struct logfile *tail_file(const struct tail *t);
/* The file that is no longer what was read; NULL: all that can be told holds.
 */
struct logfile *tail_broken(const struct tail *t);

/* Tells eyes the log from its stored position on, if they are ready for it. */
void tail_tell(const struct tail *t, struct reader *reader);
/* Tells them of a further file. */
void tail_tell_more(
	const struct tail *t, const struct logfile *l, struct reader *reader);

/* Adds {app, container, path, read, size, unlinked} of each file to the array.
 */
void tail_json(const struct tail *t, struct json_t *list);
