#include "config.h"
#include "hands/jobs/look.h"

#include <stdlib.h>

#include "hands/diagnose/cause-text.h"
#include "hands/diagnose/cause.h"
#include "hands/diagnose/cause-facts.h"
#include "hands/diagnose/facts-text.h"
#include "hands/diagnose/history-text.h"
#include "hands/diagnose/image-folder.h"
#include "hands/diagnose/mend-target.h"
#include "hands/diagnose/probe.h"
#include "hands/migrator/history.h"
#include "hands/plan/plan.h"
#include "hands/postgres/app-url.h"
#include "hands/postgres/connect.h"
#include "hands/postgres/server-identity.h"
#include "hands/postgres/session.h"
#include "hands/postgres/url.h"
#include "hands/run/progress.h"
#include "wire/fault.h"

#define LOOK_LOCK (2 * USEC_SECOND)
#define LOOK_STATEMENT (20 * USEC_SECOND)

static int
read_urls(struct diagnosis *d, struct why *why)
{
	int r = app_url_read(d->app, &d->url, why);
	return r < 0 ? r : app_url_read_mend(d->app, &d->migrate_url, why);
}

/* A history that this role may not read, or that somebody has locked, is a
 * finding; a connection that is lost ends the look. */
static int
read_history(struct diagnosis *d, struct session *s, struct why *why)
{
	struct why inner;
	int r = d->migrator->read_history(
		s, d->url.schema, &d->history, &inner);
	if (r < 0 && session_lost(s))
		return because(why, r, "%s", inner.text);
	if (r < 0)
		d->history_problem = xstrdup(inner.text);
	return 0;
}

static void
read_folder(struct diagnosis *d)
{
	const struct migrator *m = d->migrator;
	const char *path = d->app->migrations;
	struct why why;
	if (d->inside && d->inside->problem)
		d->folder_problem = xstrdup(d->inside->problem);
	else if (!path)
		d->folder_problem =
			xstrdup("no `migrations` folder is configured");
	else if (m->check_level && m->check_level(path, &why) < 0)
		d->folder_problem = xstrdup(why.text);
	else if (m->read_folder(path, &d->folder, &why) < 0)
		d->folder_problem = xstrdup(why.text);
	image_folder_read(m, d->inside, d->folder, &d->image);
}

/* What the history says of the folder's units. */
static void
match(struct diagnosis *d)
{
	if (!d->history)
		return;
	if (d->folder)
		d->records = history_match(
			d->history, d->folder, d->migrator->is_same_text);
	d->history_clean = history_is_clean(d->history, d->folder, d->records);
}

/* The catalog's own answer, for those classes that are about an object in it.
 */
static int
probe(struct diagnosis *d, struct session *s, struct why *why)
{
	switch (d->class) {
	case CLASS_MISSING_TABLE:
	case CLASS_MISSING_COLUMN:
		return probe_object(
			s, d->class, d->object, d->schema, &d->probe, why);
	case CLASS_FAILED_MIGRATION:
	case CLASS_DB_UNREACHABLE:
		return 0;
	default:
		d->probe.state = PROBE_NONE;
		return 0;
	}
}

static int
find_deploy(struct diagnosis *d, struct session *s, int except, struct why *why)
{
	return d->lock_holder
		? 0
		: d->migrator->lock_holder(s, except, &d->lock_holder, why);
}

/* The lock is asked for before everything else: the rows are those of the first
 * question's moment, and a deploy that ends while they are read has left one
 * that looks failed, and no lock. */
static int
measure(struct diagnosis *d, struct session *s, const struct look_how *how,
	struct why *why)
{
	int r = find_deploy(d, s, how->except, why);
	if (r == 0)
		r = server_identity_read(s,
			d->url.schema_given ? d->url.schema : NULL, &d->target,
			why);
	if (r < 0)
		return r;
	d->connected = true;
	r = read_history(d, s, why);
	if (r == 0) {
		read_folder(d);
		r = probe(d, s, why);
	}
	if (r == 0)
		r = find_deploy(d, s, how->except, why);
	if (r == 0)
		match(d);
	return r;
}

/* The fault is known from the measurement alone, also where the scripts cannot
 * be compared with the database any more. What is there and cannot be used by
 * the application is as good as missing. */
static enum answer
fault_of(const struct facts *f)
{
	switch (f->there) {
	case ANSWER_YES:
		return f->forbidden || f->aside ? ANSWER_YES : ANSWER_NO;
	case ANSWER_NO:
		return ANSWER_YES;
	default:
		return ANSWER_UNKNOWN;
	}
}

/* The cause, from what was measured and what the scripts say. */
static int
find_cause(struct diagnosis *d, struct session *s, const struct look_how *how,
	struct why *why)
{
	int r = 0;
	const struct facts before = cause_facts_of(d);
	d->fault = fault_of(&before);
	if (d->class == CLASS_FAILED_MIGRATION && d->folder)
		cause_facts_find_stray_sql(d, how->deadline);
	if (d->fault == ANSWER_YES && before.there == ANSWER_NO)
		r = cause_facts_find(d, s, how->deadline, why);
	if (r < 0)
		return r;
	const struct facts f = cause_facts_of(d);
	d->cause = cause_of(&f);
	return 0;
}

/* Only a cause with a plan needs to know how it would be mended; and who asks
 * about the whole history, whether its own URL leads there. */
static int
find_mend_target(struct diagnosis *d, struct session *look,
	const struct session_how *how, struct why *why)
{
	bool asks =
		d->class == CLASS_FAILED_MIGRATION && d->app->migrate_url_file;
	if ((!diagnosis_has_remedy(d) && !asks) || d->migrate_url.pooled)
		return 0;
	if (d->app->migrate_url_file)
		mend_target_other(&d->migrate_url, how, &d->target, &d->mend);
	else
		mend_target_same(
			look, &d->migrate_url, how, &d->target, &d->mend);
	return mend_target_find_access(look, d->url.schema, &d->mend, why);
}

static void
set_unreachable(struct diagnosis *d, const char *why)
{
	d->unreachable = xstrdup(why);
	d->cause = CAUSE_UNREACHABLE;
}

static int
look_inside(struct diagnosis *d, const struct look_how *how, struct why *why)
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
		set_unreachable(d, inner.text);
		d->lasting = connect_in_vain(r);
		if (d->class == CLASS_DB_UNREACHABLE)
			d->fault = ANSWER_YES;
		return 0;
	}
	r = measure(d, s, how, &inner);
	if (r == 0)
		r = find_cause(d, s, how, &inner);
	if (r == 0)
		r = find_mend_target(d, s, &with, &inner);
	if (r == 0)
		return plan_make(d, s, why);
	if (!session_lost(s))
		return because(why, r, "the look failed: %s", inner.text);
	/* A database that was lost again is no better than one that was never
	 * reached. */
	set_unreachable(d, inner.text);
	return 0;
}

int
look(const struct look_how *how, struct diagnosis *ret, struct why *why)
{
	*ret = (struct diagnosis){
		.app = how->app,
		.migrator = how->migrator,
		.class = how->class,
		.object = how->object,
		.inside = how->inside,
		.fault = ANSWER_UNKNOWN,
		.history_clean = ANSWER_UNKNOWN,
		.modelled = ANSWER_UNKNOWN,
	};
	int r = read_urls(ret, why);
	if (r < 0)
		return r;
	const char *schema = how->object->value[OBJECT_SCHEMA];
	ret->schema = xstrdup(schema ? schema : ret->url.schema);
	r = look_inside(ret, how, why);
	/* What was found before it failed is worth telling too. */
	facts_text(ret, &ret->findings);
	if (r == 0)
		ret->text = cause_text(ret);
	return r;
}

int
look_at_job(const struct job_context *task, int except, usec deadline,
	struct diagnosis *d, struct why *why)
{
	struct look_how with = {
		.app = task->app,
		.migrator = task->migrator,
		.class = task->job->class,
		.object = &task->job->object,
		.inside = task->inside,
		.deadline = deadline,
		.except = except,
	};
	return look(&with, d, why);
}

void
look_job(const struct job_context *task, struct progress *t, struct result *ret)
{
	own(diagnosis) struct diagnosis d = { 0 };
	struct why why;
	int r = look_at_job(task, 0, task->deadline, &d, &why);
	for (size_t i = 0; i < d.findings.n; i++)
		progress_finding(t, &d.findings.list[i]);
	if (d.planned)
		progress_plan(t, &d.plan, buf_span(&d.listing));
	if (d.url.host)
		job_context_target(ret, &d.url);
	if (r < 0) {
		job_context_ends(ret, OUTCOME_ERROR, "%s", why.text);
		return;
	}
	ret->cause = d.cause;
	ret->fault = d.fault;
	ret->history = d.history_clean;
	ret->history_text = history_clean_text(&d);
	ret->lasting = d.lasting;
	ret->may_copy = d.target.may_create_databases;
	ret->server = (uint32_t)d.target.version;
	job_context_ends(ret, OUTCOME_DONE, "%s", d.text ? d.text : "");
}
