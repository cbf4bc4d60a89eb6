/* The proof afterwards: the probe that showed the fault, and the history. */
#pragma once

#include "hands/jobs/context.h"

/* Fills fault and history of the result from production as it is now; unknown
 * where it cannot be told. */
void verify_production(const struct job_context *task, struct result *ret);
/* Ends a rehearsal: passed if the copy lacks nothing any more. */
void verify_copy(const struct job_context *task, const struct diagnosis *d,
	const struct url *copy, struct result *ret);
