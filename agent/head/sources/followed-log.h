/* One log that is followed. Docker rotates a log into several files; here they
 * are one run of bytes, oldest first, in which each file begins at its `base`.
 * A file stays open until all of it is read, whatever became of its name:
 * Docker 23 and later unlink a rotated file at once where max-file is 1
 * (https://github.com/moby/moby/commit/49aa66b597), and then only this
 * descriptor still leads to its bytes. */
#pragma once

#include "head/sources/log-file.h"
#include "head/roles/eyes-process.h"
#include "config/settings.h"
#include "wire/source.h"

struct json_t;

struct followed_log {
	struct followed_log *next;
	struct source source; /* what eyes get to know; .from is as stored */
	const struct app *app;
	char *container;
	char *path; /* the log's name */
	struct log_file *oldest, *newest;
	uint64_t end;       /* the least offset of a further file */
	int64_t since_ns;   /* log time: older faults are left out by `start` */
	uint64_t old_end;   /* and that only before this offset: what was there
			       when head got the log */
	usec moved_at;      /* wall clock: when it was read last */
	usec whole;         /* wall clock: all of it was read then, as the store
			       has it; 0: nobody looked since it moved */
	bool ended;         /* its container had ended by then */
	int64_t life_ns;    /* when Docker wrote down the state of the container
			       that was looked at last */
	usec heard_at;      /* monotonic: so it did, or since head holds it */
	bool heard_now;     /* it moved while head holds it */
	unsigned n_missing; /* files of the checkpoint that were not found and
			       that nothing was read of */
	bool finishing;     /* nobody writes to it any more */
	usec tell_at;       /* monotonic: when eyes get it; 0: they have it */
	unsigned troubles;  /* how often eyes could not go on from here */
	/* Where the position was at the last tick, if bytes waited behind it;
	 * since when they do (wall clock), and for how many ticks. */
	uint64_t stuck_at;
	usec stuck_since;
	unsigned stuck_ticks; /* 0: nothing waits, or reading goes on */
};

/* A log without files, copying container and path. Owned. */
struct followed_log *followed_log_new(
	const struct app *app, const char *container, const char *path);
/* Closes its files and frees it. */
void followed_log_free(struct followed_log *t);
OWN(followed_log, struct followed_log *, followed_log_free);

/* Where in the log its newest file ends now. 0 or a negative errno. */
int
followed_log_end(const struct followed_log *t, uint64_t *ret, struct why *why);
/* When its newest file was written to last, or its position moved if it has no
 * file. Wall clock, as files have it. */
usec followed_log_last_write(const struct followed_log *t);
/* Adds the files of the list, oldest first, as the newest, each where the one
 * before it ends. Takes all of them and returns 0, or none and returns a
 * negative errno. */
int followed_log_add_files(
	struct followed_log *t, struct log_file *list, struct why *why);
/* Adds the file, whose base is set, as the newest, and takes it. */
void followed_log_add_file(struct followed_log *t, struct log_file *l);
/* Removes the oldest file if all of it was read and another follows, and gives
 * it to the caller; NULL if not. */
struct log_file *followed_log_take_read_file(struct followed_log *t);
/* Whether one of its files has the same content as l, compressed or not: 1, 0,
 * or a negative errno where that cannot be told now. */
int followed_log_has_copy(const struct followed_log *t,
	const struct log_file *l, struct why *why);
/* The file that the position lies in; NULL: there is none, or the position lies
 * before the first. */
struct log_file *followed_log_file_at_position(const struct followed_log *t);
/* The file that no longer holds what was read of it: it was truncated or
 * rewritten. NULL: as far as that can be told, none. */
struct log_file *followed_log_changed_file(const struct followed_log *t);

/* Eyes read until there, and the store has it. */
void followed_log_moved(struct followed_log *t, const struct position *to);
/* To be called every few seconds: counts for how long bytes have been waiting
 * that could be read, and none of them was. A line that has no end yet does not
 * wait. */
void followed_log_tick(struct followed_log *t, usec now);
/* Bytes behind the position. */
uint64_t followed_log_unread(const struct followed_log *t);
/* Gives eyes the log with all its files, from its stored position on. Does
 * nothing while eyes are not ready or tell_at lies ahead. */
void followed_log_tell_eyes(
	const struct followed_log *t, struct eyes_process *reader);
/* Gives eyes a further file of a log that they have. */
void followed_log_tell_eyes_file(const struct followed_log *t,
	const struct log_file *l, struct eyes_process *reader);

/* Adds {app, container, path, read, size, unlinked} of each file to the array.
 */
void followed_log_json(const struct followed_log *t, struct json_t *list);
