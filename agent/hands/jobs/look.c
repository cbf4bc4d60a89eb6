#include "config.h"
#include "hands/jobs/look.h"

#include <errno.h>

#include "hands/diagnose/cause-text.h"
#include "hands/diagnose/cause.h"
#include "hands/diagnose/causes.h"
#include "hands/diagnose/facts-text.h"
#include "hands/diagnose/findings.h"
#include "hands/diagnose/mend-target.h"
#include "hands/diagnose/probe.h"
#include "hands/plan/plan.h"
#include "hands/postgres/connect.h"
#include "hands/postgres/server-identity.h"
#include "hands/postgres/session.h"
#include "hands/postgres/url.h"
#include "hands/prisma/history.h"
#include "hands/prisma/migrations.h"
#include "wire/fault.h"

#define LOOK_LOCK (2 * USEC_SECOND)
#define LOOK_STATEMENT (20 * USEC_SECOND)

static int
read_urls(struct diagnosis *d, struct why *why)
{
	const struct app *a = d->app;
	if (!a->database_url_file)
		return because(why, -EINVAL,
			"app %s has no `database-url-file`", a->name);
	int r = url_read(a->database_url_file, &d->url, why);
	if (r < 0)
		return r;
	if (!a->migrate_url_file) {
		d->migrate_url = url_copy(&d->url);
		return 0;
	}
	return url_read(a->migrate_url_file, &d->migrate_url, why);
}

static int
read_history(struct diagnosis *d, struct session *s, struct why *why)
{
	struct why inner;
	int r = history_read(s, d->url.schema, &d->history, &inner);
	if (r < 0 && session_lost(s))
		return because(why, r, "%s", inner.text);
	if (r < 0)
		findings_add(&d->findings, "history-readable", ANSWER_UNKNOWN,
			"%s", inner.text);
	if (!d->app->migrations) {
		findings_add(&d->findings, "folder-readable", ANSWER_UNKNOWN,
			"no `migrations` folder is configured");
		return 0;
	}
	r = migrations_read(d->app->migrations, &d->migrations, &inner);
	if (r < 0)
		findings_add(&d->findings, "folder-readable", ANSWER_UNKNOWN,
			"%s", inner.text);
	if (d->migrations && d->history)
		history_match(d->history, d->migrations);
	return 0;
}

/* Whether the fault is measured: for classes of objects by the catalog. */
static int
confirm(struct diagnosis *d, struct session *s, struct facts *f,
	struct why *why)
{
	switch (d->class) {
	case CLASS_MISSING_TABLE:
	case CLASS_MISSING_COLUMN:
		return probe_object(s, d->class, d->object, d->schema,
			&d->findings, &f->there, why);
	case CLASS_FAILED_MIGRATION:
		f->there = !d->history ? ANSWER_UNKNOWN
			: history_failed(d->history,
				  d->object->value[OBJECT_MIGRATION])
			? ANSWER_NO
			: ANSWER_YES;
		return 0;
	case CLASS_DB_UNREACHABLE:
		f->there = ANSWER_YES;
		return 0;
	default:
		f->there = ANSWER_UNKNOWN;
		findings_add(&d->findings, "probe", ANSWER_UNKNOWN,
			"%s has no probe yet", class_info(d->class)->name);
		return 0;
	}
}

static int
measure(struct diagnosis *d, struct session *s, const struct look_how *how,
	struct facts *f, struct why *why)
{
	/* Before everything else: the rows are those of the first question's
	 * moment, and a deploy that ends while we read them has left one that
	 * looks failed, and no lock. */
	int r = probe_deploy(s, how->except, &d->deploy, why);
	if (r == 0)
		r = server_identity_read(s,
			d->url.schema_given ? d->url.schema : NULL, &d->target,
			why);
	if (r < 0)
		return r;
	facts_text_target(d);
	r = read_history(d, s, why);
	if (r == 0)
		r = confirm(d, s, f, why);
	if (r == 0 && !d->deploy)
		r = probe_deploy(s, how->except, &d->deploy, why);
	if (r < 0)
		return r;
	if (d->history)
		d->history_clean = history_is_clean(d->history, d->migrations);
	facts_text_history(d);
	if (d->class == CLASS_FAILED_MIGRATION && d->migrations)
		causes_summary(d, how->deadline);
	if (f->there == ANSWER_NO)
		r = causes_find(d, s, f, how->deadline, why);
	d->fault = f->there == ANSWER_UNKNOWN ? ANSWER_UNKNOWN
		: f->there == ANSWER_NO       ? ANSWER_YES
					      : ANSWER_NO;
	return r;
}

static int
look_inside(struct diagnosis *d, const struct look_how *how, struct facts *f,
	struct why *why)
{
	own(session) struct session *s = NULL;
	struct session_how with = {
		.kind = SESSION_LOOK,
		.name = "logmend look",
		.lock_timeout = LOOK_LOCK,
		.statement_timeout = LOOK_STATEMENT,
		.deadline = how->deadline,
	};
	struct why inner;
	int r = session_open(&d->url, &with, &s, &inner);
	if (r < 0) {
		facts_text_unreachable(d, inner.text);
		d->lasting = connect_in_vain(r);
		d->fault = d->class == CLASS_DB_UNREACHABLE ? ANSWER_YES
							    : ANSWER_UNKNOWN;
		return 0;
	}
	f->reachable = true;
	r = measure(d, s, how, f, &inner);
	if (r == 0) {
		d->cause = cause_of(f);
		mend_target_find(d, s, &with);
		return plan_make(d, s, why);
	}
	if (!session_lost(s))
		return because(why, r, "the look failed: %s", inner.text);
	/* Reached, and lost again: no better than not reached. */
	f->reachable = false;
	facts_text_unreachable(d, inner.text);
	return 0;
}

int
look(const struct look_how *how, struct diagnosis *ret, struct why *why)
{
	*ret = (struct diagnosis){
		.app = how->app,
		.class = how->class,
		.object = how->object,
		.fault = ANSWER_UNKNOWN,
		.history_clean = ANSWER_UNKNOWN,
	};
	int r = read_urls(ret, why);
	if (r < 0)
		return r;
	const char *schema = how->object->value[OBJECT_SCHEMA];
	ret->schema = xstrdup(schema ? schema : ret->url.schema);
	struct facts f = { .there = ANSWER_UNKNOWN };
	r = look_inside(ret, how, &f, why);
	if (r < 0)
		return r;
	if (!f.reachable)
		ret->cause = CAUSE_UNREACHABLE;
	cause_text(ret);
	return 0;
}

void
look_job(const struct job_context *task, struct progress *t, struct result *ret)
{
	own(diagnosis) struct diagnosis d = { 0 };
	struct why why;
	int r = job_context_look(task, 0, task->deadline, &d, &why);
	/* What was found before it failed is worth telling too. */
	for (size_t i = 0; i < d.findings.n; i++)
		progress_finding(t, &d.findings.list[i]);
	if (d.planned)
		progress_plan(t, &d.plan);
	if (d.url.host)
		job_context_target(ret, &d.url);
	if (r < 0) {
		job_context_ends(ret, OUTCOME_ERROR, "%s", why.text);
		return;
	}
	ret->cause = d.cause;
	ret->fault = d.fault;
	ret->history = d.history_clean;
	ret->lasting = d.lasting;
	job_context_ends(ret, OUTCOME_DONE, "%s", d.text ? d.text : "");
}
