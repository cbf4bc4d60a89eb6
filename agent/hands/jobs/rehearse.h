/* The plan on a copy of the database. */
#pragma once

#include "hands/jobs/context.h"

/* Fills the result in any case; production is only read. */
void rehearse(
	const struct job_context *task, struct progress *t, struct result *ret);
