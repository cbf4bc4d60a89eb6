/* The plan on a copy of the database. */
#pragma once

#include "hands/jobs/context.h"
#include "hands/run/progress.h"

/* Fills the result in any case; production is only read. */
void rehearse_job(
	const struct job_context *task, struct progress *t, struct result *ret);
