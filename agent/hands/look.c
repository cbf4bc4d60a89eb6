#include "config.h"
#include "hands/look.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "hands/cause.h"
#include "hands/census.h"
#include "hands/dial.h"
#include "hands/draft.h"
#include "hands/model.h"
#include "hands/probe.h"
#include "hands/story.h"

#define LOOK_LOCK (2 * USEC_SECOND)
#define LOOK_STATEMENT (20 * USEC_SECOND)
#define STRAYS_SHOWN 5

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

/* Which table or column this statement makes, if it is the one we miss. */
static bool
creates(const struct diagnosis *d, const struct made *m)
{
	bool column = d->class == CLASS_MISSING_COLUMN;
	struct made wanted = {
		.kind = column ? MADE_COLUMN : MADE_RELATION,
		.schema = d->schema,
		.table = column ? d->object->value[OBJECT_TABLE] : NULL,
		.name = d->object->value[column ? OBJECT_COLUMN : OBJECT_TABLE],
	};
	if (!column && strcmp(m->word, "index") == 0)
		return false;
	return wanted.name && made_same(m, &wanted, d->url.schema);
}

static bool
script_creates(const struct diagnosis *d, const struct script *s)
{
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->statements[i].n_makes; k++)
			if (creates(d, &s->statements[i].makes[k]))
				return true;
	return false;
}

/* Parses what is pending and counts what of it exists. */
static int
study_pending(
	struct diagnosis *d, struct session *s, usec deadline, struct why *why)
{
	struct migrations *ms = d->migrations;
	struct migration **pending = xcalloc(ms->n, sizeof(struct migration *));
	size_t n = 0;
	for (size_t i = 0; i < ms->n; i++) {
		struct migration *m = &ms->list[i];
		if (m->state != MIGRATION_PENDING || m->problem)
			continue;
		script_parse(buf_span(&m->text), deadline, &m->script);
		pending[n++] = m;
	}
	int r = census_take(s, d->url.schema, pending, n, why);
	for (size_t i = 0; i < n && r == 0; i++) {
		if (!pending[i]->script.known)
			findings_add(&d->findings, "script-readable",
				ANSWER_UNKNOWN,
				"what the pending migration %s does cannot be "
				"told: %s",
				pending[i]->name, pending[i]->script.unknown);
		if (!d->creator && script_creates(d, &pending[i]->script))
			d->creator = pending[i];
		if (!d->blocker && pending[i]->conflicts)
			d->blocker = pending[i];
	}
	free(pending);
	return r;
}

static void
study_strays(struct diagnosis *d, usec deadline)
{
	const char *name = d->object->value[OBJECT_TABLE];
	if (!name)
		return;
	strays_find(d->migrations->folder, name, deadline, &d->strays);
	for (size_t i = 0; i < d->strays.n; i++) {
		struct stray *s = &d->strays.list[i];
		if (!script_creates(d, &s->script))
			continue;
		if (!d->stray)
			d->stray = s;
		else if (strcmp(d->stray->checksum, s->checksum) != 0)
			d->strays_differ = true;
	}
	if (d->strays.cut)
		findings_add(&d->findings, "stray-files", ANSWER_UNKNOWN,
			"there are more files around %s than are searched",
			d->migrations->folder);
}

static bool
makes_table(const struct script *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->statements[i].kind == STATEMENT_CREATE_TABLE)
			return true;
	return false;
}

/* For the summary of a history: files that look like migrations and are none.
 */
static void
list_strays(struct diagnosis *d, usec deadline)
{
	own(buf) struct buf paths = { 0 };
	size_t n = 0;
	strays_find(d->migrations->folder, "", deadline, &d->strays);
	for (size_t i = 0; i < d->strays.n; i++) {
		if (!makes_table(&d->strays.list[i].script))
			continue;
		if (n++ < STRAYS_SHOWN)
			buf_printf(&paths, "%s%s", n > 1 ? ", " : "",
				d->strays.list[i].path);
	}
	if (n)
		findings_add(&d->findings, "stray-files", ANSWER_YES,
			"%zu .sql files outside any migration folder create "
			"tables, and Prisma never reads them: %s%s",
			n, buf_str(&paths), n > STRAYS_SHOWN ? ", ..." : "");
}

/* Applied scripts that name the table: it was there once, or was marked so. */
static void
study_applied(struct diagnosis *d, usec deadline)
{
	const char *name = d->object->value[OBJECT_TABLE];
	for (size_t i = 0; name && i < d->migrations->n; i++) {
		struct migration *m = &d->migrations->list[i];
		if (m->state != MIGRATION_APPLIED || m->script.known ||
			span_find(buf_span(&m->text), span_of(name)) < 0)
			continue;
		script_parse(buf_span(&m->text), deadline, &m->script);
		if (script_creates(d, &m->script))
			findings_add(&d->findings, "recorded-but-absent",
				ANSWER_YES,
				"the history says that %s was applied, which "
				"creates it",
				m->name);
	}
}

/* Whether Prisma's schema knows the table at all. */
static void
study_model(struct diagnosis *d)
{
	const char *table = d->object->value[OBJECT_TABLE];
	own(str) char *beside =
		xprintf("%s/../schema.prisma", d->app->migrations);
	const char *file = d->app->schema_file ? d->app->schema_file : beside;
	enum answer known = table ? model_of(file, table) : ANSWER_UNKNOWN;
	if (known == ANSWER_YES)
		findings_add(&d->findings, "model", known,
			"%s has a model for %s", file, table);
	else if (known == ANSWER_NO)
		findings_add(&d->findings, "model", known,
			"%s has no model for %s", file, table);
	else if (d->app->schema_file)
		findings_add(&d->findings, "model", known, "%s cannot be read",
			file);
}

/* A failed row's own script: what of it is there? */
static int
study_failed(
	struct diagnosis *d, struct session *s, usec deadline, struct why *why)
{
	const struct row *row = history_failed(d->history, NULL);
	struct migration *m = d->migrations
		? migrations_find(d->migrations, row->name)
		: NULL;
	if (!m || m->problem) {
		findings_add(&d->findings, "failed-objects", ANSWER_UNKNOWN,
			"the failed migration %s has no script here",
			row->name);
		return 0;
	}
	script_parse(buf_span(&m->text), deadline, &m->script);
	int r = census_take(s, d->url.schema, &m, 1, why);
	if (r == 0)
		findings_add(&d->findings, "failed-objects",
			!m->script.known       ? ANSWER_UNKNOWN
				: m->conflicts ? ANSWER_YES
					       : ANSWER_NO,
			"of the %u objects that %s creates, %u exist", m->made,
			m->name, m->conflicts);
	return r;
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
study_causes(struct diagnosis *d, struct session *s, struct facts *f,
	usec deadline, struct why *why)
{
	bool object = d->class == CLASS_MISSING_TABLE ||
		d->class == CLASS_MISSING_COLUMN;
	int r = 0;
	f->deploying = d->deploy != NULL;
	f->failed = d->history && history_failed(d->history, NULL);
	if (f->failed && !f->deploying)
		r = study_failed(d, s, deadline, why);
	if (r < 0 || f->failed || !object || !d->migrations || !d->history)
		return r;
	r = study_pending(d, s, deadline, why);
	if (r < 0)
		return r;
	f->creates = d->creator != NULL;
	f->conflicts = d->blocker != NULL;
	f->unbased = !d->history->exists && d->history->other_tables;
	if (f->creates)
		return 0;
	study_applied(d, deadline);
	study_strays(d, deadline);
	study_model(d);
	f->stray = d->stray != NULL;
	return 0;
}

static int
study(struct diagnosis *d, struct session *s, const struct look_how *how,
	struct facts *f, struct why *why)
{
	int r = site_read(
		s, d->url.schema_given ? d->url.schema : NULL, &d->target, why);
	if (r < 0)
		return r;
	story_target(d);
	r = read_history(d, s, why);
	if (r == 0)
		r = confirm(d, s, f, why);
	if (r == 0)
		r = probe_deploy(s, how->except, &d->deploy, why);
	if (r < 0)
		return r;
	story_history(d);
	if (d->class == CLASS_FAILED_MIGRATION && d->migrations)
		list_strays(d, how->deadline);
	if (f->there == ANSWER_NO)
		r = study_causes(d, s, f, how->deadline, why);
	d->fault = f->there == ANSWER_UNKNOWN ? ANSWER_UNKNOWN
		: f->there == ANSWER_NO       ? ANSWER_YES
					      : ANSWER_NO;
	return r;
}

/* The URL to mend through must lead to the very database that was looked at. */
static void
study_detour(struct diagnosis *d, const struct session_how *with)
{
	own(session) struct session *s = NULL;
	own(site) struct site there = { 0 };
	struct why why;
	bool planned = d->cause == CAUSE_PENDING_MIGRATION ||
		d->cause == CAUSE_STRAY_SQL;
	if (!planned || d->migrate_url.pooled)
		return;
	if (!d->app->migrate_url_file) {
		if (!d->target.may_create)
			d->barred = xstrdup(d->target.user);
		return;
	}
	int r = session_open(&d->migrate_url, with, &s, &why);
	if (r == 0)
		r = site_read(s,
			d->migrate_url.schema_given ? d->migrate_url.schema
						    : NULL,
			&there, &why);
	if (r < 0)
		d->detour = xprintf("`migrate-url-file`: %s", why.text);
	else if (!site_same(&there, &d->target))
		d->detour = xstrdup(
			"`migrate-url-file` leads to another "
			"database or schema than the application's URL");
	else if (!there.may_create)
		d->barred = xstrdup(there.user);
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
		story_unreachable(d, inner.text);
		d->lasting = dial_in_vain(r);
		d->fault = d->class == CLASS_DB_UNREACHABLE ? ANSWER_YES
							    : ANSWER_UNKNOWN;
		return 0;
	}
	f->reachable = true;
	r = study(d, s, how, f, &inner);
	if (r == 0) {
		d->cause = cause_of(f);
		study_detour(d, &with);
		return draft(d, s, why);
	}
	if (!session_lost(s))
		return because(why, r, "the look failed: %s", inner.text);
	/* Reached, and lost again: no better than not reached. */
	f->reachable = false;
	story_unreachable(d, inner.text);
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
	story_cause(ret);
	return 0;
}
