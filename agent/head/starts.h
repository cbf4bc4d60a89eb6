/* How often the daemon was started after a bad end: one that ends again and
 * again, and works in between, is told to people once, and that it lasts.
 * Whoever was told that no daemon runs (failure.h) learns from here that one
 * does. */
#pragma once

#include <systemd/sd-event.h>

#include "head/store/store.h"

struct loaded;
struct outbox;
struct scheduler;
struct starts;

/* So many starts within an hour are told; an hour without one ends it. */
#define STARTS_MOST 5u
#define STARTS_LENGTH USEC_HOUR

/* All borrowed, and outlive it. */
struct starts_parts {
	sd_event *loop;
	struct store *store;
	struct scheduler *scheduler;
	struct outbox *outbox;
	struct loaded *const *loaded; /* what is in force then */
};

/* To be called at each start; *ret is owned. */
int starts_watch(
	const struct starts_parts *parts, struct starts **ret, struct why *why);
void starts_free(struct starts *s);
OWN(starts, struct starts *, starts_free);
/* It ends as it was asked to: the next start counts for nothing. */
int starts_end(struct store *store, struct why *why);
