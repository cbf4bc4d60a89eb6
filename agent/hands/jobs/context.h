/* What the jobs that act have in common: rehearse on a copy, mend in
 * production. */
#pragma once

#include "config/settings.h"
#include "hands/container/inside.h"
#include "hands/diagnose/diagnosis.h"
#include "hands/migrator/migrator.h"

struct job_context {
	const struct settings *settings;
	const struct app *app;
	const struct migrator *migrator; /* the app's */
	const struct job *job;
	usec deadline;               /* clock_mono() */
	usec longest;                /* a length: how long the job may take */
	struct stop *stop;           /* MEND: what may stop it; else NULL */
	const struct inside *inside; /* what came out of the container */
};

/* Sets outcome and sentence, escaped here. */
void job_context_ends(struct result *ret, enum outcome outcome, const char *fmt,
	...) __attribute__((format(printf, 3, 4)));
/* The place that a URL names, without user and password. */
void job_context_target(struct result *ret, const struct url *u);
/* Whether the fault is there and today's plan is the job's; else it ends the
 * result. */
bool job_context_is_current(const struct job_context *task,
	const struct diagnosis *d, struct result *ret);
/* What to run; borrows from both. */
struct migrator_run
job_context_run(const struct job_context *task, const struct diagnosis *d);
/* A connection for it, with the remedy's time-outs. */
struct session_how
job_context_session(const struct job_context *task, const char *name);
