#include "config.h"
#include "hands/rehearse.h"

#include <errno.h>

#include "hands/beyond.h"
#include "hands/copy.h"
#include "hands/probe.h"

/* The fault, measured on the copy; the history must be clean there too. */
static void
judge_copy(const struct task *task, const struct diagnosis *d,
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
		task_ends(ret, OUTCOME_BROKE,
			"the copy could not be looked at afterwards: %s",
			why.text);
		return;
	}
	own(str) char *object = diagnosis_object(d);
	if (there != ANSWER_YES)
		task_ends(ret, OUTCOME_BROKE,
			"the plan ran on the copy, and %s is still missing",
			object);
	else if (history_failed(h, NULL))
		task_ends(ret, OUTCOME_BROKE,
			"the plan ran on the copy and left a failed row");
	else
		task_ends(ret, OUTCOME_PASSED,
			"the plan ran on a copy of the schema, and %s is there",
			object);
}

static void
rehearse_on(const struct task *task, const struct diagnosis *d,
	struct copy *copy, struct teller *t, struct result *ret)
{
	own(session) struct session *s = NULL;
	struct session_how with = task_session(task, "logmend rehearsal");
	struct prisma_run run = task_run(task, d);
	run.key = "rehearsal";
	struct why why;
	int r = session_open(&copy->url, &with, &s, &why);
	if (r == 0)
		r = prisma_lock(s, task->deadline, &why);
	if (r < 0) {
		task_ends(ret, OUTCOME_IMPOSSIBLE,
			"the copy cannot be used: %s", why.text);
		return;
	}
	if (prisma_apply(s, &run, t, &why) != PRISMA_APPLIED) {
		task_ends(ret, OUTCOME_BROKE, "the plan fails on a copy: %s",
			why.text);
		return;
	}
	session_close(take(s));
	judge_copy(task, d, &copy->url, ret);
}

static int
read_server(const struct diagnosis *d, struct url *ret, struct why *why)
{
	const struct remedy *r = diagnosis_remedy(d);
	if (r->rehearse == REHEARSE_OFF)
		return because(why, -EOPNOTSUPP,
			"rehearsals are switched off for remedy %s", r->name);
	if (r->rehearse == REHEARSE_URL)
		return url_read(r->rehearse_url_file, ret, why);
	*ret = url_copy(&d->migrate_url);
	return 0;
}

void
rehearse(const struct task *task, struct teller *t, struct result *ret)
{
	own(diagnosis) struct diagnosis d = { 0 };
	own(url) struct url server = { 0 };
	own(copy) struct copy copy = { 0 };
	struct why why;
	int r = task_look(task, 0, task->deadline, &d, &why);
	if (r < 0) {
		task_ends(ret, OUTCOME_ERROR, "%s", why.text);
		return;
	}
	if (!task_is_current(task, &d, ret))
		return;
	own(str) char *beyond = beyond_of(d.run, d.n_run);
	if (beyond) {
		task_ends(ret, OUTCOME_IMPOSSIBLE, "%s", beyond);
		return;
	}
	r = read_server(&d, &server, &why);
	struct copy_how with = {
		.from = &d.migrate_url,
		.server = &server,
		.pg_dump = diagnosis_remedy(&d)->pg_dump,
		.deadline = task->deadline,
	};
	if (r == 0)
		r = copy_make(&with, t, &copy, &why);
	if (r < 0) {
		task_ends(ret, OUTCOME_IMPOSSIBLE, "%s", why.text);
		return;
	}
	rehearse_on(task, &d, &copy, t, ret);
	if (copy_drop(&copy, &why) < 0)
		teller_step(t, "the scratch database %s stays: %s",
			copy.url.database, why.text);
}
