/* The plan in production. */
#pragma once

#include "hands/jobs/context.h"
#include "hands/run/progress.h"

/* Begins the attempt's file, and runs no other plan than the job's, once. Fills
 * the result in any case. */
void mend_job(
	const struct job_context *task, struct progress *t, struct result *ret);
