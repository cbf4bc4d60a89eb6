#include "config.h"
#include "hands/mend.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "hands/copy.h"
#include "hands/look.h"
#include "hands/probe.h"
#include "hands/proposal.h"
#include "hands/recover.h"
#include "hands/remedy-prisma.h"

#define VERIFY_TIME (20 * USEC_SECOND)
#define RECOVER_TIME (30 * USEC_SECOND)

static void ends(struct result *ret, enum outcome outcome, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void
ends(struct result *ret, enum outcome outcome, const char *fmt, ...)
{
	own(buf) struct buf text = { 0 };
	va_list args;
	va_start(args, fmt);
	buf_vprintf(&text, fmt, args);
	va_end(args);
	free(ret->text);
	ret->text = escape_str(buf_span(&text), 1900, ESCAPE_LINE);
	ret->outcome = outcome;
}

static int
look_again(const struct mend_how *how, int except, usec deadline,
	struct diagnosis *d, struct why *why)
{
	struct look_how with = {
		.app = how->app,
		.class = how->job->class,
		.object = &how->job->object,
		.deadline = deadline,
		.except = except,
	};
	return look(&with, d, why);
}

/* Whether today's plan is the approved one; else ends the job. */
static bool
is_same_plan(const struct mend_how *how, const struct diagnosis *d,
	struct result *ret)
{
	if (d->fault == ANSWER_NO) {
		ends(ret,
			how->job->kind == JOB_MEND ? OUTCOME_GONE
						   : OUTCOME_STALE,
			"the fault is gone already: %s", d->text);
		return false;
	}
	if (d->cause == CAUSE_UNREACHABLE) {
		ends(ret, OUTCOME_ERROR, "%s", d->text);
		return false;
	}
	if (!d->planned || strcmp(d->plan.hash, how->job->plan_hash) != 0) {
		ends(ret, OUTCOME_STALE,
			"today's plan is another one than the job's: %s",
			d->text);
		return false;
	}
	if (d->plan.verdict == VERDICT_NEVER) {
		ends(ret, OUTCOME_ERROR, "the guard refuses the plan: %s",
			d->plan.reason);
		return false;
	}
	return true;
}

static struct prisma_run
run_of(const struct mend_how *how, const struct diagnosis *d)
{
	return (struct prisma_run){
		.list = d->run,
		.n = d->n_run,
		.makes_history = d->makes_history,
		.atomic = d->atomic,
		.schema = d->migrate_url.schema,
		.key = how->job->key,
	};
}

static struct session_how
work_how(const struct mend_how *how, const char *name)
{
	const struct remedy *r = how->app->remedy[how->job->class];
	usec now = clock_mono();
	usec left = how->deadline > now ? how->deadline - now : USEC_SECOND;
	return (struct session_how){
		.kind = SESSION_WORK,
		.name = name,
		.lock_timeout = r->lock_timeout,
		/* The server is to give up before we stop listening. */
		.statement_timeout = MIN(r->statement_timeout,
			left > 2 * USEC_SECOND ? left - USEC_SECOND
					       : USEC_SECOND),
		.deadline = how->deadline,
	};
}

/* The fault, measured on the copy; the history must be clean there too. */
static void
judge_copy(const struct mend_how *how, const struct diagnosis *d,
	const struct url *copy, struct result *ret)
{
	own(session) struct session *s = NULL;
	own(history) struct history *h = NULL;
	own(findings) struct findings f = { 0 };
	struct session_how with = {
		.kind = SESSION_LOOK,
		.name = "logmend rehearsal",
		.statement_timeout = 20 * USEC_SECOND,
		.deadline = how->deadline,
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
		ends(ret, OUTCOME_BROKE,
			"the copy could not be looked at afterwards: %s",
			why.text);
		return;
	}
	own(str) char *object = diagnosis_object(d);
	if (there != ANSWER_YES)
		ends(ret, OUTCOME_BROKE,
			"the plan ran on the copy, and %s is still missing",
			object);
	else if (history_failed(h, NULL))
		ends(ret, OUTCOME_BROKE,
			"the plan ran on the copy and left a failed row");
	else
		ends(ret, OUTCOME_PASSED,
			"the plan ran on a copy of the schema, and %s is there",
			object);
}

static void
rehearse_on(const struct mend_how *how, const struct diagnosis *d,
	struct copy *copy, struct teller *t, struct result *ret)
{
	own(session) struct session *s = NULL;
	struct session_how with = work_how(how, "logmend rehearsal");
	struct prisma_run run = run_of(how, d);
	run.key = "rehearsal";
	struct why why;
	int r = session_open(&copy->url, &with, &s, &why);
	if (r == 0)
		r = prisma_lock(s, how->deadline, &why);
	if (r < 0) {
		ends(ret, OUTCOME_IMPOSSIBLE, "the copy cannot be used: %s",
			why.text);
		return;
	}
	if (prisma_apply(s, &run, t, &why) != PRISMA_APPLIED) {
		ends(ret, OUTCOME_BROKE, "the plan fails on a copy: %s",
			why.text);
		return;
	}
	session_close(take(s));
	judge_copy(how, d, &copy->url, ret);
}

static int
read_server(const struct mend_how *how, const struct diagnosis *d,
	struct url *ret, struct why *why)
{
	const struct remedy *r = diagnosis_remedy(d);
	if (r->rehearse == REHEARSE_OFF)
		return because(why, -EOPNOTSUPP,
			"rehearsals are switched off for remedy %s", r->name);
	if (r->rehearse == REHEARSE_URL)
		return url_read(r->rehearse_url_file, ret, why);
	(void)how;
	*ret = url_copy(&d->migrate_url);
	return 0;
}

void
rehearse(const struct mend_how *how, struct teller *t, struct result *ret)
{
	own(diagnosis) struct diagnosis d = { 0 };
	own(url) struct url server = { 0 };
	own(copy) struct copy copy = { 0 };
	struct why why;
	int r = look_again(how, 0, how->deadline, &d, &why);
	if (r < 0) {
		ends(ret, OUTCOME_ERROR, "%s", why.text);
		return;
	}
	if (!is_same_plan(how, &d, ret))
		return;
	r = read_server(how, &d, &server, &why);
	struct copy_how with = {
		.from = &d.migrate_url,
		.server = &server,
		.pg_dump = diagnosis_remedy(&d)->pg_dump,
		.deadline = how->deadline,
	};
	if (r == 0)
		r = copy_make(&with, t, &copy, &why);
	if (r < 0) {
		ends(ret, OUTCOME_IMPOSSIBLE, "%s", why.text);
		return;
	}
	rehearse_on(how, &d, &copy, t, ret);
	if (copy_drop(&copy, &why) < 0)
		teller_step(t, "the scratch database %s stays: %s",
			copy.url.database, why.text);
}

/* Whether the mending URL leads to the very database that was looked at. */
static bool
is_same_database(
	struct session *s, const struct diagnosis *d, struct result *ret)
{
	own(site) struct site t = { 0 };
	struct why why;
	int r = site_read(s,
		d->migrate_url.schema_given ? d->migrate_url.schema : NULL, &t,
		&why);
	if (r < 0)
		ends(ret, OUTCOME_ERROR, "%s", why.text);
	else if (!site_same(&t, &d->target))
		ends(ret, OUTCOME_ERROR,
			"`migrate-url-file` leads to another database or "
			"schema than the application's URL");
	else if (t.read_only)
		ends(ret, OUTCOME_ERROR,
			"the server is a standby or read-only");
	else
		return true;
	return false;
}

static bool
write_proposal(const struct mend_how *how, const struct diagnosis *d,
	struct teller *t, struct result *ret)
{
	struct why why;
	if (!d->proposal.name)
		return true;
	if (!how->app->proposals) {
		ends(ret, OUTCOME_ERROR,
			"the plan needs `proposals`, which is not set");
		return false;
	}
	if (proposal_write(how->app->proposals, &d->proposal, &why) < 0) {
		ends(ret, OUTCOME_ERROR, "%s", why.text);
		return false;
	}
	teller_step(t, "created %s/%s", how->app->proposals, d->proposal.name);
	return true;
}

static void
withdraw_proposal(
	const struct mend_how *how, const struct diagnosis *d, struct teller *t)
{
	struct why why;
	if (!d->proposal.name)
		return;
	if (proposal_remove(how->app->proposals, &d->proposal, &why) < 0)
		teller_step(t, "%s", why.text);
	else
		teller_step(t, "removed %s/%s again", how->app->proposals,
			d->proposal.name);
}

/* The connection is gone: what became of it? */
static void
look_back(const struct mend_how *how, const struct diagnosis *d,
	struct teller *t, const char *before, struct result *ret)
{
	struct recover_how with = {
		.app = how->app,
		.url = &d->migrate_url,
		.key = how->job->key,
		.deadline = clock_mono() + RECOVER_TIME,
	};
	teller_step(t,
		"the connection was lost (%s); looking what became of "
		"it",
		before);
	own(str) char *text = NULL;
	enum outcome outcome = recover(&with, t, &text);
	if (outcome == OUTCOME_NOT_APPLIED)
		withdraw_proposal(how, d, t);
	ends(ret, outcome, "%s; then: %s", before, text);
}

static void
apply(const struct mend_how *how, const struct diagnosis *d, struct session *s,
	struct teller *t, struct result *ret)
{
	struct prisma_run run = run_of(how, d);
	struct why why = { "" };
	if (!write_proposal(how, d, t, ret))
		return;
	switch (prisma_apply(s, &run, t, &why)) {
	case PRISMA_APPLIED:
		ends(ret, OUTCOME_APPLIED,
			"%zu migration%s applied and recorded", d->n_run,
			d->n_run == 1 ? "" : "s");
		break;
	case PRISMA_ROLLED_BACK:
		withdraw_proposal(how, d, t);
		ends(ret, OUTCOME_NOT_APPLIED,
			"it failed and was rolled back; its rows are marked "
			"so, "
			"and no deploy is blocked: %s",
			why.text);
		break;
	case PRISMA_PARTLY:
		ends(ret, OUTCOME_IN_DOUBT,
			"it failed outside a transaction, and some of it may "
			"be "
			"there: %s",
			why.text);
		break;
	case PRISMA_LOST:
		look_back(how, d, t, why.text, ret);
		break;
	}
}

static void
mend_locked(const struct mend_how *how, struct session *s, struct teller *t,
	struct result *ret)
{
	own(diagnosis) struct diagnosis d = { 0 };
	struct why why;
	teller_step(t, "looking again under Prisma's lock");
	int r = look_again(how, session_pid(s), how->deadline, &d, &why);
	if (r < 0) {
		ends(ret, OUTCOME_ERROR, "%s", why.text);
		return;
	}
	if (!is_same_plan(how, &d, ret) || !is_same_database(s, &d, ret))
		return;
	if (!d.plan.writable) {
		ends(ret, OUTCOME_ERROR,
			"the plan needs `proposals`, which is not set");
		return;
	}
	apply(how, &d, s, t, ret);
}

/* The probe that showed the fault, and the history, once more. */
static void
verify(const struct mend_how *how, struct result *ret)
{
	own(diagnosis) struct diagnosis d = { 0 };
	ret->fault = ret->history = ANSWER_UNKNOWN;
	if (look_again(how, 0, clock_mono() + VERIFY_TIME, &d, NULL) < 0)
		return;
	ret->fault = d.fault;
	ret->history = d.history_clean;
}

static int
open_mending(const struct mend_how *how, struct session **ret, struct why *why)
{
	const char *file = how->app->migrate_url_file
		? how->app->migrate_url_file
		: how->app->database_url_file;
	own(url) struct url url = { 0 };
	int r = url_read(file, &url, why);
	if (r < 0)
		return r;
	if (url.pooled)
		return because(why, -EINVAL,
			"%s leads through a pooler (%s), which loses Prisma's "
			"lock",
			file, url.pooled);
	own(str) char *name = xprintf("logmend:%s", how->job->key);
	struct session_how with = work_how(how, name);
	r = session_open(&url, &with, ret, why);
	return r < 0 ? r : prisma_lock(*ret, how->deadline, why);
}

void
mend(const struct mend_how *how, struct teller *t, struct result *ret)
{
	own(session) struct session *s = NULL;
	struct why why;
	int r = open_mending(how, &s, &why);
	if (r < 0)
		ends(ret, OUTCOME_ERROR, "nothing was done: %s", why.text);
	else
		mend_locked(how, s, t, ret);
	/* The lock goes with the connection. */
	session_close(take(s));
	verify(how, ret);
	if (t->unwritten)
		teller_step(t,
			"some steps are missing in the attempt's file: "
			"the disk did not take them");
}
