/* That the daemon does not run, told by another process, which the service
 * manager starts whenever the daemon ended in a bad way; and by the daemon
 * itself that this is over. Between them lies the file `not-running`
 * (head/notices/kept-text.h): since when, and when people were told. It keeps a
 * daemon that ends over and over from telling so each time. */
#pragma once

#include "config/settings.h"
#include "head/store/store.h"

/* A daemon that lasts so long runs. */
#define FAILURE_SETTLED (15 * USEC_SECOND)
/* People who were told, and did nothing, are told again. */
#define FAILURE_AGAIN USEC_DAY

/* The daemon ended at `now`, or an earlier end is not over. */
int failure_note(const struct settings *settings, usec now, struct why *why);
/* What is to be told at `now` on a daemon that did not run since failure_note()
 * for FAILURE_SETTLED; `last` is its last line, escaped, or NULL. `unnoted`: it
 * ended then, and failure_note() could not write that; 0: it could. Owned;
 * NULL: nothing is, for it runs again, or people were told already. */
char *failure_text(const struct settings *settings, usec unnoted,
	const char *last, usec now);
/* Somebody took the message. */
int failure_told(const struct settings *settings, usec now, struct why *why);

/* So that failure_note() can be called on a full disk, too. */
int failure_prepare(const struct settings *settings, struct why *why);
/* The daemon lasted: queues that it runs again for all receivers, if they were
 * told that it does not. 1: something was queued; 0: not. */
int failure_over(struct store *store, const struct settings *settings, usec now,
	struct why *why);
