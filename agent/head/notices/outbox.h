/* Empties the outbox: one notice at a time for each target, at least once, with
 * back-off; rows are marked only after the answer. The store is the queue: the
 * sender (head/roles/notify-process.h) has what is under way, and nothing that
 * could be lost with it. */
#pragma once

#include <systemd/sd-event.h>

#include "head/store/store.h"

struct json_t;
struct outbox;

struct outbox_calls {
	/* A notice of this incident was given up (a sentence without the URL):
	 * stores that in the incident's timeline, in the transaction that is
	 * open. Negative: it could not be stored, and the notice is tried
	 * again. */
	int (*on_given_up)(void *arg, uint64_t incident, const char *text,
		usec now, struct why *why);
	/* The same once it is stored, that a try failed and when the next one
	 * is, or that the store failed; for the log. */
	void (*on_trouble)(void *arg, uint64_t incident, const char *text);
	void *arg;
};

#define OUTBOX_BACKOFF_FIRST (30 * USEC_SECOND)
#define OUTBOX_BACKOFF_MOST USEC_HOUR
/* A refused notice may be a URL being exchanged: tried this often. */
#define OUTBOX_REFUSALS 5u
/* An answer nobody waits for any more. */
#define OUTBOX_AGE_MOST (2 * USEC_DAY)

/* A receiver that took nothing for so long is told to the others, once, and
 * that it takes notices again to all. */
#define OUTBOX_STUCK (30 * USEC_MINUTE)

/* Receivers are told that no sender could be started for so long, once there is
 * one again. */
#define OUTBOX_LACK USEC_MINUTE

/* Starts with what is queued; store and settings are borrowed. */
int outbox_start(sd_event *event, const struct clock *clock,
	struct store *store, const struct settings *settings,
	const struct outbox_calls *calls, struct outbox **ret, struct why *why);
/* Other settings are in force, and the old ones go. What is under way ends as
 * it began. */
void outbox_reload(struct outbox *o, const struct settings *settings);
/* Something was queued (after its transaction was committed). Does not send
 * before it has returned. */
void outbox_kick(struct outbox *o);
/* Adds `sender`, {pid, trouble}: its number, 0 while there is none, and why
 * there is none; and `store_trouble` (store-trouble.h). */
void outbox_status(const struct outbox *o, struct json_t *status);
void outbox_free(struct outbox *o);
OWN(outbox, struct outbox *, outbox_free);
