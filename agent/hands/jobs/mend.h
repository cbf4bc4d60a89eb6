/* The plan in production. */
#pragma once

#include "hands/jobs/context.h"

/* Fills the result in any case; runs no other plan than the job's, once.
 * `t->attempt` is the attempt's file, begun already. */
void
mend(const struct job_context *task, struct progress *t, struct result *ret);
