#include "config.h"
#include "hands/diagnose/causes.h"

#include <stdlib.h>
#include <string.h>

#include "hands/diagnose/census.h"
#include "hands/diagnose/findings.h"
#include "hands/prisma/history.h"
#include "hands/prisma/migrations.h"
#include "hands/prisma/schema-prisma.h"
#include "hands/prisma/stray-sql.h"
#include "hands/sql/script.h"
#include "hands/sql/statement.h"

#define STRAYS_SHOWN 5

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
	stray_sql_find(d->migrations->folder, name, deadline, &d->strays);
	for (size_t i = 0; i < d->strays.n; i++) {
		struct stray_script *s = &d->strays.list[i];
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
	enum answer known =
		table ? schema_prisma_model(file, table) : ANSWER_UNKNOWN;
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
	const struct history_row *row = history_failed(d->history, NULL);
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

int
causes_find(struct diagnosis *d, struct session *s, struct facts *f,
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

static bool
makes_table(const struct script *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->statements[i].kind == STATEMENT_CREATE_TABLE)
			return true;
	return false;
}

void
causes_summary(struct diagnosis *d, usec deadline)
{
	own(buf) struct buf paths = { 0 };
	size_t n = 0;
	stray_sql_find(d->migrations->folder, "", deadline, &d->strays);
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
