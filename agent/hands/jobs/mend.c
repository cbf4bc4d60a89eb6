#include "config.h"
#include "hands/jobs/mend.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/io/log.h"
#include "hands/jobs/look.h"
#include "hands/jobs/recover.h"
#include "hands/jobs/to-commit.h"
#include "hands/jobs/verify.h"
#include "hands/migrator/history.h"
#include "hands/migrator/migrator.h"
#include "hands/postgres/app-url.h"
#include "hands/postgres/pooler.h"
#include "hands/postgres/server-identity.h"
#include "hands/postgres/session.h"
#include "hands/postgres/url.h"
#include "hands/run/attempt-log.h"
#include "hands/run/progress.h"
#include "hands/run/stop.h"
#include "hands/steps/reach.h"
#include "wire/attempt-file.h"

#define RECOVER_TIME (30 * USEC_SECOND)

/* Whether the mending URL leads to the very database that was looked at. */
static bool
is_same_database(
	struct session *s, const struct diagnosis *d, struct result *ret)
{
	own(server_identity) struct server_identity t = { 0 };
	struct why why;
	int r = server_identity_read(s,
		d->migrate_url.schema_given ? d->migrate_url.schema : NULL, &t,
		&why);
	if (r < 0)
		job_context_ends(ret, OUTCOME_ERROR, "%s", why.text);
	else if (!server_identity_same(&t, &d->target))
		job_context_ends(ret, OUTCOME_ERROR,
			"`migrate-url-file` leads to another database or "
			"schema than the application's URL");
	else if (t.read_only)
		job_context_ends(ret, OUTCOME_ERROR,
			"the server is a standby or read-only");
	else
		return true;
	return false;
}

static void
cannot_write(const struct job_context *task, int r, struct result *ret)
{
	own(str) char *path =
		attempt_file_path(task->settings->store, task->job->key);
	job_context_ends(ret, OUTCOME_ERROR,
		"%s: cannot be written, so nothing was done: %s", path,
		strerror(-r));
}

/* The folder's name is on the disk before the folder is, so that recovery knows
 * what to take away (promise 4). */
static bool
write_new_unit(const struct job_context *task, const struct diagnosis *d,
	struct progress *t, struct result *ret)
{
	struct why why;
	if (!d->new_unit.name)
		return true;
	if (!task->app->proposals) {
		job_context_ends(ret, OUTCOME_ERROR,
			"the plan needs `proposals`, which is not set");
		return false;
	}
	int r = attempt_log_propose(
		t->attempt, d->new_unit.name, d->new_unit.checksum);
	if (r < 0) {
		cannot_write(task, r, ret);
		return false;
	}
	if (task->migrator->write_unit(
		    task->app->proposals, &d->new_unit, &why) < 0) {
		job_context_ends(ret, OUTCOME_ERROR, "%s", why.text);
		return false;
	}
	progress_step(
		t, "created %s/%s", task->app->proposals, d->new_unit.name);
	return true;
}

/* Finds out what became of an attempt whose connection is gone. */
static void
look_back(const struct job_context *task, const struct diagnosis *d,
	struct progress *t, const char *before, struct result *ret)
{
	struct recover_how with = {
		.app = task->app,
		.migrator = task->migrator,
		.url = &d->migrate_url,
		.store = task->settings->store,
		.key = task->job->key,
		.deadline = clock_mono() + RECOVER_TIME,
	};
	/* Nothing can be asked from a network that was removed, and another is
	 * entered only at the beginning: hands that come next enter one. */
	if (reach_is_gone()) {
		progress_step(t,
			"the connection was lost (%s), for the network of %s, "
			"through which it went, is gone; the next hands look "
			"what became of it",
			before, reach_place()->whose);
		t->unanswered = true;
		return;
	}
	progress_step(t,
		"the connection was lost (%s); looking what became of it",
		before);
	struct recovered found;
	recover(&with, t, &found);
	if (found.outcome == OUTCOME_NOT_APPLIED)
		recover_withdraw(task, t);
	/* This job ends here: a database that is started again may take longer
	 * than these hands have. Head, which finds no result in the attempt's
	 * file, looks again, from the attempt's rows. */
	if (found.outcome == OUTCOME_ERROR) {
		found.outcome = OUTCOME_IN_DOUBT;
		attempt_log_leave_open(t->attempt);
	}
	ret->proposal = found.proposal;
	own(str) char *next = to_commit(task->app, &ret->proposal);
	job_context_ends(
		ret, found.outcome, "%s; then: %s%s", before, found.text, next);
	free(found.text);
}

/* Whether the unit that this attempt wrote is applied. One that is not would be
 * pending from now on, and be applied without a question. */
static bool
is_recorded(const struct job_context *task, const struct diagnosis *d,
	struct session *s)
{
	own(history) struct history *h = NULL;
	if (!d->new_unit.name)
		return true;
	if (task->migrator->read_history(s, d->migrate_url.schema, &h, NULL) <
		0)
		return true;
	for (size_t i = 0; i < h->n; i++)
		if (task->migrator->is_own_row(&h->rows[i], task->job->key) &&
			strcmp(h->rows[i].name, d->new_unit.name) == 0)
			return true;
	return false;
}

/* The last moment before anything is changed. What may stop it is asked first,
 * and then it is on the disk that from now on nobody can tell without looking
 * (promise 4). */
static bool
may_begin(
	const struct job_context *task, struct progress *t, struct result *ret)
{
	struct why why;
	if (stop_asked(task->stop, &why)) {
		job_context_ends(ret, OUTCOME_HELD_BACK,
			"held back before anything was changed: %s", why.text);
		return false;
	}
	int r = attempt_log_begins(t->attempt);
	if (r < 0)
		cannot_write(task, r, ret);
	return r == 0;
}

/* It is applied, and stays. */
static void
keep_proposal(const struct job_context *task, const struct diagnosis *d,
	struct result *ret)
{
	if (d->new_unit.name)
		ret->proposal = to_commit_proposal(
			task->app, d->new_unit.name, d->new_unit.checksum);
}

/* It was stopped; `cut`: between two units. */
static void
end_held(const struct job_context *task, const struct diagnosis *d,
	struct session *s, struct progress *t, bool cut, const char *by,
	struct result *ret)
{
	if (!cut || !is_recorded(task, d, s))
		recover_withdraw(task, t);
	else
		keep_proposal(task, d, ret);
	own(str) char *next = to_commit(task->app, &ret->proposal);
	if (cut)
		job_context_ends(ret, OUTCOME_HELD_PARTLY,
			"held back between two migrations that cannot share a "
			"transaction, so the first ones are applied and "
			"recorded, and the others were not begun: %s%s",
			by, next);
	else
		job_context_ends(ret, OUTCOME_HELD_BACK,
			"held back before its commit, and nothing was changed: "
			"%s",
			by);
}

static void
end_applied(const struct job_context *task, const struct diagnosis *d, size_t n,
	struct result *ret)
{
	keep_proposal(task, d, ret);
	own(str) char *next = to_commit(task->app, &ret->proposal);
	job_context_ends(ret, OUTCOME_APPLIED,
		"%zu migration%s applied and recorded%s", n, n == 1 ? "" : "s",
		next);
}

static void
apply(const struct job_context *task, const struct diagnosis *d,
	struct session *s, struct progress *t, struct result *ret)
{
	struct migrator_run run = job_context_run(task, d);
	struct why why = { "" };
	if (!may_begin(task, t, ret) || !write_new_unit(task, d, t, ret))
		return;
	enum migrator_end end = task->migrator->apply(s, &run, t, &why);
	switch (end) {
	case MIGRATOR_STOPPED:
	case MIGRATOR_CUT:
		end_held(task, d, s, t, end == MIGRATOR_CUT, why.text, ret);
		break;
	case MIGRATOR_APPLIED:
		end_applied(task, d, run.n, ret);
		break;
	case MIGRATOR_ROLLED_BACK:
	case MIGRATOR_FAILED:
		recover_withdraw(task, t);
		job_context_ends(ret, OUTCOME_NOT_APPLIED,
			"it failed, was rolled back, and blocks no deploy: %s",
			why.text);
		break;
	case MIGRATOR_PARTLY:
		job_context_ends(ret, OUTCOME_IN_DOUBT,
			"it failed outside a transaction, and some of it may "
			"be there: %s",
			why.text);
		break;
	case MIGRATOR_LOST:
		/* Recovery waits until no session of the attempt is left, and
		 * this is one. */
		session_drop(s);
		look_back(task, d, t, why.text, ret);
		break;
	}
}

/* Everything is derived anew under the lock: between the approval and now,
 * somebody may have deployed, and nobody can any more. */
static void
mend_locked(const struct job_context *task, struct session *s,
	struct progress *t, struct result *ret)
{
	own(diagnosis) struct diagnosis d = { 0 };
	struct why why;
	int pid = 0;
	progress_step(t, "looking again under %s's lock",
		task->migrator->describe.name);
	int r = pooler_pid(s, &pid, &why);
	if (r == 0)
		r = look_at_job(task, pid, task->deadline, &d, &why);
	if (r < 0) {
		job_context_ends(ret, OUTCOME_ERROR, "%s", why.text);
		return;
	}
	if (!job_context_is_current(task, &d, ret) ||
		!is_same_database(s, &d, ret))
		return;
	if (!d.plan.writable) {
		job_context_ends(ret, OUTCOME_ERROR,
			"the plan needs `proposals`, which is not set");
		return;
	}
	apply(task, &d, s, t, ret);
}

static int
refuse(const char *file, const char *how, const struct migrator *migrator,
	struct why *why)
{
	own(str) char *text = pooler_text(file, how, migrator->describe.name);
	return because(why, -EINVAL, "%s", text);
}

/* Looks for a pooler before the session sets or locks anything: through one,
 * the lock and the settings would stay on a server connection that other
 * clients use. */
static int
refuse_pooler(const struct url *url, const char *file,
	const struct migrator *migrator, const struct session_how *how,
	struct why *why)
{
	own(session) struct session *s = NULL;
	struct session_how look = *how;
	look.kind = SESSION_LOOK;
	enum pooler between = POOLER_PROXY;
	if (url->pooled)
		return refuse(file, url->pooled, migrator, why);
	int r = session_open(url, &look, &s, why);
	if (r == 0)
		r = pooler_find(s, url, &look, &between, why);
	return r == 0 && between == POOLER_SHARED
		? refuse(file, pooler_seen_sharing, migrator, why)
		: r;
}

static int
open_mending(
	const struct job_context *task, struct session **ret, struct why *why)
{
	own(url) struct url url = { 0 };
	int r = app_url_read_mend(task->app, &url, why);
	if (r < 0)
		return r;
	own(str) char *name = xprintf("logmend:%s", task->job->key);
	struct session_how with = job_context_session(task, name);
	r = refuse_pooler(&url, app_url_mend_place(task->app), task->migrator,
		&with, why);
	if (r == 0)
		r = session_open(&url, &with, ret, why);
	return r < 0 ? r : task->migrator->lock(*ret, task->deadline, why);
}

static void
mend(const struct job_context *task, struct progress *t, struct result *ret)
{
	own(session) struct session *s = NULL;
	struct why why;
	int r = open_mending(task, &s, &why);
	/* Another deploy is under way, and may be all that is needed: that is
	 * no failure, and is found out by looking again. */
	if (r == -EBUSY)
		job_context_ends(ret, OUTCOME_HELD_BACK,
			"nothing was changed: %s", why.text);
	else if (r < 0)
		job_context_ends(
			ret, OUTCOME_ERROR, "nothing was done: %s", why.text);
	else
		mend_locked(task, s, t, ret);
	/* The server frees the lock when the connection ends. */
	session_close(take(s));
	if (!t->unanswered)
		verify_production(task, ret);
	if (t->unwritten)
		progress_step(t,
			"some steps are missing in the attempt's file: "
			"the disk did not take them");
}

/* Nothing but our own deadline and SIGKILL ends an act in its middle. */
static void
ignore_signals(void)
{
	static const int all[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT };
	for (size_t i = 0; i < ELEMENTS(all); i++)
		(void)signal(all[i], SIG_IGN);
}

/* The attempt's file comes first. Where it exists already, this attempt was
 * begun before and must not begin again (promise 4). */
void
mend_job(const struct job_context *task, struct progress *t, struct result *ret)
{
	own(attempt_log) struct attempt_log *a = NULL;
	struct why why;
	own(str) char *what = xprintf("app %s, incident %llu, attempt %u",
		task->app->name, (unsigned long long)task->job->incident,
		task->job->attempt);
	ignore_signals();
	int r = attempt_log_begin(task->settings->store, task->job->key, what,
		task->longest, &a, &why);
	if (r < 0) {
		/* The file of an attempt that was begun before tells about it,
		 * and head reads that file. */
		job_context_ends(ret, OUTCOME_ERROR, "%s", why.text);
		return;
	}
	t->attempt = a;
	mend(task, t, ret);
	t->attempt = NULL;
	/* Nothing was changed: hands in a network that is there may still. */
	if (ret->outcome == OUTCOME_ERROR && reach_is_gone())
		t->unanswered = true;
	if (!t->unanswered && attempt_log_end(a, ret) < 0)
		log_warn("incident %llu: the result did not get into the "
			 "attempt's file",
			(unsigned long long)task->job->incident);
}
