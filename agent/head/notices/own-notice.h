/* Messages about the agent itself, for all receivers: that something of it does
 * not work, told once a day while it lasts, and that it works again, told once.
 * What belongs to one app is an incident instead (head/watch/own-faults.h). */
#pragma once

#include "config/settings.h"
#include "head/store/store.h"

/* A sentence, for people, about the trouble `name`. */
struct own_notice {
	const char *name;
	const char *text;
	const char *except; /* the receiver that is not told; NULL: none */
};

/* Queues it for each receiver. */
int own_notice_queue(struct store *store, const struct settings *settings,
	const struct own_notice *n, usec now, struct why *why);
/* The trouble is there: queues the notice unless people were told in the last
 * day. 1: it was queued; 0: not. In a transaction of its own. */
int own_notice_begin(struct store *store, const struct settings *settings,
	const struct own_notice *n, usec now, struct why *why);
/* The trouble is over: queues the notice if people were told of it. The same
 * results. */
int own_notice_end(struct store *store, const struct settings *settings,
	const struct own_notice *n, usec now, struct why *why);
