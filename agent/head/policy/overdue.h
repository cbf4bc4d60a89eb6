/* What is done about a process that takes longer than it may, as a function of
 * times: asked to end, killed, and given up where even that does not end it. */
#pragma once

#include "base/clock.h"

enum overdue_stage {
	OVERDUE_IN_TIME,
	OVERDUE_ASKED,    /* SIGTERM was sent */
	OVERDUE_KILLED,   /* SIGKILL was sent */
	OVERDUE_GIVEN_UP, /* the kernel does not end it: nobody waits for it */
};

/* Zeroed: the time begins with the first overdue_step(). */
struct overdue {
	enum overdue_stage stage;
	usec next; /* steady: when the next stage begins */
};

/* What a process may take beyond its own deadline, after which it ends itself.
 */
#define OVERDUE_GRACE (90 * USEC_SECOND)
/* From SIGTERM to SIGKILL, and from there to giving it up. */
#define OVERDUE_TERM (2 * USEC_SECOND)
#define OVERDUE_KILL (10 * USEC_SECOND)

/* Whether the next stage begins now, by a clock that nobody sets; `length` is
 * how long it may take. True: the caller does what o->stage says. */
bool overdue_step(struct overdue *o, usec steady, usec length);
