/* The jobs that act: the plan on a copy, and the plan in production. */
#pragma once

#include "hands/teller.h"
#include "wire/job.h"
#include "wire/settings.h"

struct mend_how {
	const struct settings *settings;
	const struct app *app;
	const struct job *job;
	usec deadline; /* clock_mono() */
};

/* Both fill the result in any case; never a plan other than the job's. */
void rehearse(const struct mend_how *how, struct teller *t, struct result *ret);
/* `t->attempt` is the attempt's file, begun already. */
void mend(const struct mend_how *how, struct teller *t, struct result *ret);
