/* What hands found or did, carried into the incident they worked for. */
#pragma once

#include "head/incidents/incidents.h"

/* `i` is the incident as it is stored now: if it is no longer in the state that
 * hands were sent for, their answer does not count. Not for FOR_TARGET. */
void job_result_take(struct incidents *d, enum job_purpose purpose,
	struct incident *i, struct report *r, usec now);
/* The report's sentence; one of ours for an answer that is none. */
const char *job_result_text(const struct report *r);
