/* The job that lists what the app's database lacks (wire/missing.h). */
#pragma once

#include "hands/jobs/context.h"
#include "hands/run/progress.h"

/* Changes nothing. Fails where the database cannot be asked. */
void missing_job(
	const struct job_context *task, struct progress *t, struct result *ret);
