#include "config.h"
#include "hands/jobs/context.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/redact.h"
#include "hands/diagnose/census.h"

/* Of the deadline, so that what failed last is rolled back in time. */
#define UNDO_TIME (5 * USEC_SECOND)

void
job_context_ends(struct result *ret, enum outcome outcome, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	own(str) char *text = xvprintf(fmt, args);
	va_end(args);
	own(str) char *shown = redact(span_of(text));
	free(ret->text);
	ret->text = escape_str(span_of(shown), 1900, ESCAPE_LINE);
	ret->outcome = outcome;
}

void
job_context_target(struct result *ret, const struct url *u)
{
	ret->host = escape_str(span_of(u->host), 1000, ESCAPE_LINE);
	ret->port = xstrdup(u->port);
	ret->database = escape_str(span_of(u->database), 250, ESCAPE_LINE);
	ret->schema = escape_str(span_of(u->schema), 250, ESCAPE_LINE);
}

/* An approval is for one plan: where today's is another, nothing runs, whatever
 * the difference is (promise 4). The guard's word counts even against an
 * approval; what its gates measure counts where there is none. */
bool
job_context_is_current(const struct job_context *task,
	const struct diagnosis *d, struct result *ret)
{
	if (d->fault == ANSWER_NO) {
		job_context_ends(ret,
			task->job->kind == JOB_MEND ? OUTCOME_GONE
						    : OUTCOME_STALE,
			"the fault is gone already: %s", d->text);
		return false;
	}
	if (d->cause == CAUSE_UNREACHABLE) {
		job_context_ends(ret, OUTCOME_ERROR, "%s", d->text);
		return false;
	}
	if (!d->planned || strcmp(d->plan.hash, task->job->plan_hash) != 0) {
		job_context_ends(ret, OUTCOME_STALE,
			"today's plan is another one than the job's: %s",
			d->text);
		return false;
	}
	if (d->plan.verdict == VERDICT_NEVER) {
		job_context_ends(ret, OUTCOME_ERROR,
			"the guard refuses the plan: %s", d->plan.reason);
		return false;
	}
	if (task->job->kind == JOB_MEND && !task->job->approved &&
		d->plan.verdict != VERDICT_AUTO) {
		job_context_ends(ret, OUTCOME_STALE,
			"the guard passes the plan no longer by itself: %s",
			d->plan.reason);
		return false;
	}
	return true;
}

struct migrator_run
job_context_run(const struct job_context *task, const struct diagnosis *d)
{
	return (struct migrator_run){
		.list = census_units(d->run),
		.n = census_size(d->run),
		.makes_history = d->makes_history,
		.atomic = d->atomic,
		.schema = d->migrate_url.schema,
		.key = task->job->key,
		.place = "",
		.retry_until = task->deadline - MIN(task->deadline, UNDO_TIME),
		.stop = task->stop,
	};
}

/* The server's time-out ends before ours, so that a statement which takes too
 * long is rolled back by the server while this process still listens. */
struct session_how
job_context_session(const struct job_context *task, const char *name)
{
	const struct remedy *r = task->app->remedy[task->job->class];
	usec now = clock_mono();
	usec left = task->deadline > now ? task->deadline - now : USEC_SECOND;
	return (struct session_how){
		.kind = SESSION_WORK,
		.name = name,
		.lock_timeout = r->lock_timeout,
		/* The server is to give up before we stop listening. */
		.statement_timeout = MIN(r->statement_timeout,
			left > 2 * USEC_SECOND ? left - USEC_SECOND
					       : USEC_SECOND),
		.deadline = task->deadline,
	};
}
