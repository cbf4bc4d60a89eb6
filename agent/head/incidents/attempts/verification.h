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
