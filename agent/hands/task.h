/* What the jobs that act have in common: rehearse on a copy, mend in
 * production. */
#pragma once

#include "hands/remedy-prisma.h"
#include "config/settings.h"

struct task {
	const struct settings *settings;
	const struct app *app;
	const struct job *job;
	usec deadline; /* clock_mono() */
};

/* Sets outcome and sentence, escaped here. */
void task_ends(struct result *ret, enum outcome outcome, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* look() at the job's object; `except` is a server process of ours. */
int task_look(const struct task *task, int except, usec deadline,
	struct diagnosis *d, struct why *why);
/* Whether the fault is there and today's plan is the job's; else it ends the
 * result. */
bool task_is_current(
	const struct task *task, const struct diagnosis *d, struct result *ret);
/* What to run; borrows from both. */
struct prisma_run task_run(const struct task *task, const struct diagnosis *d);
/* A connection for it, with the remedy's time-outs. */
struct session_how task_session(const struct task *task, const char *name);
