/* The job that asks whether the app's deployed image has a migration. */
#pragma once

#include "hands/jobs/context.h"
#include "hands/run/progress.h"

/* Looks for the job's proposal among the migrations that came out of the
 * image: result.deployed, and a sentence. Nothing is claimed where they could
 * not be read, nor of an image whose container somebody changed. */
void deployed_job(
	const struct job_context *task, struct progress *t, struct result *ret);
