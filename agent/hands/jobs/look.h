/* A look: probe, cause and plan. It changes nothing. */
#pragma once

#include "hands/container/inside.h"
#include "hands/diagnose/diagnosis.h"
#include "hands/jobs/context.h"
#include "hands/run/progress.h"

struct look_how {
	const struct app *app;
	const struct migrator *migrator;
	enum fault_class class;
	const struct object *object;
	const struct inside *inside; /* borrowed; NULL: nothing is inside */
	usec deadline;               /* clock_mono() */
	int except; /* a server process that is ours and holds the lock */
};

/* Fills `ret`, also when the database cannot be reached: that is an answer.
 * Negative: the configuration, URL or folder does not let anything be told. */
int look(const struct look_how *how, struct diagnosis *ret, struct why *why);
/* look() at the job's object; `except` is a server process of ours. */
int look_at_job(const struct job_context *task, int except, usec deadline,
	struct diagnosis *d, struct why *why);
/* The job: tells findings, plan and cause, also what was found before the look
 * failed. */
void look_job(
	const struct job_context *task, struct progress *t, struct result *ret);
