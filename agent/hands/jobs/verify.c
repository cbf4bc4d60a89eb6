#include "config.h"
#include "hands/jobs/verify.h"

#include "hands/diagnose/diagnosis.h"
#include "hands/diagnose/probe.h"
#include "hands/jobs/look.h"
#include "hands/postgres/session.h"
#include "hands/prisma/history.h"

#define VERIFY_TIME (20 * USEC_SECOND)

void
verify_production(const struct job_context *task, struct result *ret)
{
	own(diagnosis) struct diagnosis d = { 0 };
	ret->fault = ret->history = ANSWER_UNKNOWN;
	/* A time of its own: the job may have used up all of its own. */
	if (job_context_look(task, 0, clock_mono() + VERIFY_TIME, &d, NULL) < 0)
		return;
	ret->fault = d.fault;
	ret->history = d.history_clean;
}

/* The fault, measured on the copy; the history must be clean there too. */
void
verify_copy(const struct job_context *task, const struct diagnosis *d,
	const struct url *copy, struct result *ret)
{
	own(session) struct session *s = NULL;
	own(history) struct history *h = NULL;
	own(findings) struct findings f = { 0 };
	struct session_how with = {
		.kind = SESSION_LOOK,
		.name = "logmend rehearsal",
		.statement_timeout = 20 * USEC_SECOND,
		.deadline = task->deadline,
	};
	enum answer there = ANSWER_UNKNOWN;
	struct why why;
	int r = session_open(copy, &with, &s, &why);
	if (r == 0)
		r = probe_object(
			s, d->class, d->object, d->schema, &f, &there, &why);
	if (r == 0)
		r = history_read(s, copy->schema, &h, &why);
	if (r < 0) {
		job_context_ends(ret, OUTCOME_BROKE,
			"the copy could not be looked at afterwards: %s",
			why.text);
		return;
	}
	own(str) char *object = diagnosis_object(d);
	if (there != ANSWER_YES)
		job_context_ends(ret, OUTCOME_BROKE,
			"the plan ran on the copy, and %s is still missing",
			object);
	else if (history_failed(h, NULL))
		job_context_ends(ret, OUTCOME_BROKE,
			"the plan ran on the copy and left a failed row");
	else
		job_context_ends(ret, OUTCOME_PASSED,
			"the plan ran on a copy of the schema, and %s is there",
			object);
}
