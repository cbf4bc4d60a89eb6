/* Eyes for a command: starts them, gives them logs one after the other, and
 * collects their faults. They run in the same sandbox as head's, because `scan`
 * reads logs that are just as hostile. */
#pragma once

#include "rule/rule.h"

struct eyes_client;
/* Starts eyes with these rules, which must outlive *ret; *ret is owned. */
int eyes_client_open(
	const struct rules *rules, struct eyes_client **ret, struct why *why);
/* Ends the eyes and waits for them. */
void eyes_client_close(struct eyes_client *s);
OWN(eyes_client, struct eyes_client *, eyes_client_close);

struct eyes_client_totals {
	uint64_t bytes;
	uint64_t broken; /* lines that are not in the log's format */
	uint64_t faults;
};

/* Gets the faults, in the order of their lines; the fault is borrowed. */
typedef void eyes_client_on_fault(const struct fault *fault, void *user);

/* Calls on_batch whenever eyes tell that they read on, with what they read of
 * the log so far; NULL: nobody wants to know. */
typedef void
eyes_client_on_batch(const struct eyes_client_totals *totals, void *user);
void eyes_client_watch(
	struct eyes_client *s, eyes_client_on_batch *on_batch, void *user);

/* Reads the log to its end. `source` says with which rules; its id and watch
 * are set here. The descriptor stays the caller's. Returns 0, or a negative
 * errno if the log could not be read to its end: -EIO if eyes gave it up, and
 * can read the next; for any other the caller must open eyes again. Faults
 * found before that were handed over. */
int eyes_client_read(struct eyes_client *s, struct source *source, int fd,
	eyes_client_on_fault *on_fault, void *user,
	struct eyes_client_totals *totals, struct why *why);
