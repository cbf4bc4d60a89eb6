/* Which host, port, database and schema the app's URL names. */
#pragma once

#include "hands/jobs/context.h"
#include "hands/run/progress.h"

/* Connects nowhere. */
void target_job(
	const struct job_context *task, struct progress *t, struct result *ret);
