#include "config.h"
#include "hands/jobs/verify.h"

#include "hands/diagnose/diagnosis.h"
#include "hands/diagnose/probe.h"
#include "hands/jobs/look.h"
#include "hands/postgres/session.h"
#include "hands/migrator/history.h"

#define VERIFY_TIME (20 * USEC_SECOND)

/* A whole new look, over a new connection: no result of the act itself counts
 * as a proof. */
void
verify_production(const struct job_context *task, struct result *ret)
{
	own(diagnosis) struct diagnosis d = { 0 };
	ret->fault = ret->history = ANSWER_UNKNOWN;
	/* The look has a time of its own, because the job may have used up its
	 * deadline. */
	if (look_at_job(task, 0, clock_mono() + VERIFY_TIME, &d, NULL) < 0)
		return;
	ret->fault = d.fault;
	ret->history = d.history_clean;
}

struct copy_state {
	enum answer there; /* what was missing */
	bool failed;       /* a row of the history */
};

static int
measure_copy(const struct job_context *task, const struct diagnosis *d,
	const struct url *copy, struct copy_state *ret, struct why *why)
{
	own(session) struct session *s = NULL;
	own(history) struct history *h = NULL;
	own(probe) struct probe p = { 0 };
	struct session_how with = {
		.kind = SESSION_LOOK,
		.name = "logmend rehearsal",
		.statement_timeout = 20 * USEC_SECOND,
		.deadline = task->deadline,
	};
	int r = session_open(copy, &with, &s, why);
	if (r == 0)
		r = probe_object(s, d->class, d->object, d->schema, &p, why);
	if (r == 0)
		r = task->migrator->read_history(s, copy->schema, &h, why);
	if (r < 0)
		return r;
	ret->there = probe_answer(&p);
	ret->failed = history_failed(h, NULL) != NULL;
	return 0;
}

/* The same probe that showed the fault in production must show on the copy that
 * it is gone, and the history must be clean there too (promise 3). */
void
verify_copy(const struct job_context *task, const struct diagnosis *d,
	const struct url *copy, struct result *ret)
{
	struct copy_state is = { .there = ANSWER_UNKNOWN };
	struct why why;
	if (measure_copy(task, d, copy, &is, &why) < 0) {
		job_context_ends(ret, OUTCOME_BROKE,
			"the copy could not be looked at afterwards: %s",
			why.text);
		return;
	}
	own(str) char *object = diagnosis_object(d);
	if (is.there != ANSWER_YES)
		job_context_ends(ret, OUTCOME_BROKE,
			"the plan ran on the copy, and %s is still missing",
			object);
	else if (is.failed)
		job_context_ends(ret, OUTCOME_BROKE,
			"the plan ran on the copy and left a failed row");
	else
		job_context_ends(ret, OUTCOME_PASSED,
			"the plan ran on a copy of the schema, and %s is there",
			object);
}
