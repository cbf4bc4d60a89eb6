/* What follows from the look that comes behind an attempt: whether the fault is
 * gone and the history clean. */
#pragma once

#include "base/clock.h"
#include "base/why.h"
#include "head/incidents/incidents.h"
#include "wire/report.h"

/* The quiet period is over and the database was probed again. */
int verification_conclude(struct incidents *d, struct incident *i,
	const struct report *r, usec now, struct why *why);
/* The fault was logged again after the mend was committed: the attempt counts
 * as failed. Inside the caller's transaction. */
int verification_broken(
	struct incidents *d, struct incident *i, usec now, struct why *why);
