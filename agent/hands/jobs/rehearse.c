#include "config.h"
#include "hands/jobs/rehearse.h"

#include <errno.h>

#include "hands/diagnose/census.h"
#include "hands/diagnose/diagnosis.h"
#include "hands/jobs/look.h"
#include "hands/jobs/verify.h"
#include "hands/plan/outside-effects.h"
#include "hands/plan/copy/scratch-database.h"
#include "hands/postgres/session.h"
#include "hands/postgres/url.h"
#include "hands/run/progress.h"

/* On the copy the plan runs through the same code as in production, with the
 * same time-outs: what differs is the database alone (promise 3). */
static void
rehearse_on(const struct job_context *task, const struct diagnosis *d,
	struct scratch *copy, struct progress *t, struct result *ret)
{
	own(session) struct session *s = NULL;
	struct session_how with =
		job_context_session(task, "logmend rehearsal");
	struct migrator_run run = job_context_run(task, d);
	run.key = "rehearsal";
	run.place = " on the copy";
	run.retry_until = 0;
	struct why why;
	int r = session_open(&copy->url, &with, &s, &why);
	if (r == 0)
		r = task->migrator->lock(s, task->deadline, &why);
	if (r < 0) {
		job_context_ends(ret, OUTCOME_IMPOSSIBLE,
			"the copy cannot be used: %s", why.text);
		return;
	}
	if (task->migrator->apply(s, &run, t, &why) != MIGRATOR_APPLIED) {
		job_context_ends(ret, OUTCOME_BROKE,
			"the plan fails on a copy: %s", why.text);
		return;
	}
	session_close(take(s));
	verify_copy(task, d, &copy->url, ret);
}

/* Where the copy is made: beside production unless the remedy names another
 * server. */
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

/* On one copy, which goes again. A copy that cannot be dropped is told, not
 * hidden. *ret_partial: it had a part of the database. */
static void
rehearse_once(const struct job_context *task, const struct diagnosis *d,
	const struct scratch_how *how, struct progress *t, struct result *ret,
	bool *ret_partial)
{
	own(scratch) struct scratch copy = { 0 };
	struct why why;
	int r = scratch_make(how, t, &copy, &why);
	*ret_partial = copy.partial;
	if (r < 0) {
		job_context_ends(ret, OUTCOME_IMPOSSIBLE, "%s", why.text);
		return;
	}
	rehearse_on(task, d, &copy, t, ret);
	if (scratch_drop(&copy, &why) < 0)
		progress_step(t, "the scratch database %s stays: %s",
			copy.url.database, why.text);
}

/* A plan that fails where only a part was copied may have wanted the rest. */
static void
rehearse_on_copies(const struct job_context *task, const struct diagnosis *d,
	const struct url *server, struct progress *t, struct result *ret)
{
	bool partial = false;
	struct scratch_how how = {
		.from = &d->migrate_url,
		.server = server,
		.pg_dump = diagnosis_remedy(d)->pg_dump,
		.run = d->run,
		.migrator = task->migrator,
		.deadline = task->deadline,
	};
	rehearse_once(task, d, &how, t, ret, &partial);
	if (!partial || ret->outcome != OUTCOME_BROKE)
		return;
	progress_step(t,
		"it did not pass on a copy of a part, so it is tried on a copy "
		"of the whole: %s",
		ret->text);
	how.run = NULL;
	rehearse_once(task, d, &how, t, ret, &partial);
}

/* What may act outside its database is not tried on a copy that shares the
 * server with production. */
void
rehearse_job(
	const struct job_context *task, struct progress *t, struct result *ret)
{
	own(diagnosis) struct diagnosis d = { 0 };
	own(url) struct url server = { 0 };
	struct why why;
	int r = look_at_job(task, 0, task->deadline, &d, &why);
	if (r < 0) {
		job_context_ends(ret, OUTCOME_ERROR, "%s", why.text);
		return;
	}
	if (!job_context_is_current(task, &d, ret))
		return;
	own(str) char *outside =
		outside_effects_of(census_units(d.run), census_size(d.run));
	if (outside)
		job_context_ends(ret, OUTCOME_IMPOSSIBLE, "%s", outside);
	else if (read_server(&d, &server, &why) < 0)
		job_context_ends(ret, OUTCOME_IMPOSSIBLE, "%s", why.text);
	else
		rehearse_on_copies(task, &d, &server, t, ret);
}
