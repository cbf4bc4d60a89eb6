/* The attempts of an incident: begun under the limits, their outcome taken from
 * hands or from the attempt's file, verified. Never two of one key. */
#pragma once

#include "head/incidents/incidents.h"
#include "wire/report.h"

/* Stores the intent and the state `mending`; hands may start when it returns 0.
 * `ret` is the attempt, to be cleared by the caller in any case. */
int attempts_begin(struct incidents *d, struct incident *i, usec now,
	struct attempt *ret, struct why *why);
/* Hands ended: adopts what they said. NULL, an error or a doubt of theirs
 * proves nothing as long as the attempt's file may tell more: then nothing is
 * done here, and attempts_look_after() goes on. Where they could not begin, the
 * incident waits, and says so in a notice. */
int attempts_end(struct incidents *d, struct incident *i,
	const struct result *r, usec now, struct why *why);
/* Stores this outcome of the attempt under way, and the state it leads to:
 * where it was held back the incident waits, and says who held it back in a
 * notice. */
int attempts_adopt(struct incidents *d, struct incident *i,
	const struct result *r, usec now, struct why *why);

enum attempts_next {
	ATTEMPTS_START,   /* hands never started: start them, with this key */
	ATTEMPTS_RECOVER, /* they ended without a result: find out */
	ATTEMPTS_WAIT,    /* they are at it, or are sent again a little later */
	ATTEMPTS_DONE,    /* the outcome is stored */
	ATTEMPTS_TROUBLE, /* see why; try again later */
};

/* An incident is mending and no hands of ours are at it. */
enum attempts_next attempts_look_after(struct incidents *d, struct incident *i,
	usec now, struct attempt *ret, struct why *why);

/* The attempt that has no end yet; the caller clears it. */
int attempts_under_way(struct incidents *d, const struct incident *i,
	struct attempt *ret, struct why *why);
/* Ends an attempt that was not carried out, with a->outcome, and lets the
 * incident wait. People get a notice, unless `wished`: a person or the policy's
 * limits held it back before it began. */
enum attempts_next
attempts_set_back(struct incidents *d, struct incident *i, struct attempt *a,
	const char *reason, usec until, bool wished, usec now, struct why *why);
/* The incident's last attempt, marked as failed: a failed verification counts
 * for the limits like a failed attempt. The caller stores and clears it. */
int attempts_failed(struct incidents *d, const struct incident *i,
	struct attempt *ret, struct why *why);
