/* What hands found or did, carried into the incident they worked for. */
#pragma once

#include "head/desk.h"

/* `i` is the incident as it is stored now: if it is no longer in the state that
 * hands were sent for, their answer does not count. Not for FOR_TARGET. */
void answer_take(struct desk *d, enum purpose purpose, struct incident *i,
	struct report *r, usec now);
/* The report's sentence; one of ours for an answer that is none. */
const char *answer_text(const struct report *r);
