#include "config.h"
#include "hands/diagnose/facts-text.h"

#include <string.h>

#include "base/escape.h"
#include "hands/diagnose/findings.h"
#include "hands/postgres/url.h"
#include "hands/prisma/history.h"

#define NAMES_SHOWN 5
#define LOG_SHOWN 1200

void
facts_text_unreachable(struct diagnosis *d, const char *text)
{
	findings_add(&d->findings, "reachable", ANSWER_NO, "%s", text);
}

void
facts_text_target(struct diagnosis *d)
{
	own(str) char *where = url_text(&d->url);
	findings_add(&d->findings, "reachable", ANSWER_YES,
		"connected to %s: PostgreSQL %d.%d, as role %s", where,
		d->target.version / 10000, d->target.version % 10000,
		d->target.user);
	if (strcmp(d->schema, d->url.schema) != 0)
		findings_add(&d->findings, "same-schema", ANSWER_NO,
			"the fault names schema %s, the database URL schema %s",
			d->schema, d->url.schema);
	const char *host = d->object->value[OBJECT_HOST];
	const char *port = d->object->value[OBJECT_PORT];
	if ((host && strcmp(host, d->url.host) != 0) ||
		(port && strcmp(port, d->url.port) != 0))
		findings_add(&d->findings, "same-host", ANSWER_NO,
			"the fault names another place than the database URL: "
			"%s:%s",
			host ? host : "?", port ? port : "?");
	if (d->target.read_only)
		findings_add(&d->findings, "writable", ANSWER_NO,
			"the server is a standby or read-only");
	if (strcmp(d->target.schema, d->url.schema) != 0)
		findings_add(&d->findings, "search-path", ANSWER_NO,
			"statements without a schema would work in schema "
			"\"%s\", not in %s",
			d->target.schema, d->url.schema);
}

static bool
is_pending(const struct migration *m)
{
	return m->state == MIGRATION_PENDING;
}

static bool
is_edited(const struct migration *m)
{
	return m->edited;
}

static bool
is_retried(const struct migration *m)
{
	return m->state == MIGRATION_PENDING && m->rolled_back;
}

/* How many migrations are such, and the names of the first. */
static size_t
names_of(const struct migrations *ms, bool (*is)(const struct migration *),
	struct buf *to)
{
	size_t n = 0;
	for (size_t i = 0; i < ms->n; i++) {
		if (!is(&ms->list[i]))
			continue;
		if (n < NAMES_SHOWN)
			buf_printf(to, "%s%s", n ? ", " : "", ms->list[i].name);
		else if (n == NAMES_SHOWN)
			buf_add_str(to, ", ...");
		n++;
	}
	return n;
}

static void
tell_failed(struct diagnosis *d)
{
	const struct history_row *row = history_failed(d->history, NULL);
	if (!row)
		return;
	own(str) char *log = row->logs && *row->logs
		? escape_joined(span_of(row->logs), LOG_SHOWN)
		: xstrdup("nothing");
	findings_add(&d->findings, "history-failed", ANSWER_YES,
		"migration %s began %s and neither finished nor was rolled "
		"back, which blocks every deploy (P3009); its log: %s",
		row->name, row->started, log);
}

static void
tell_folder(struct diagnosis *d)
{
	static const struct {
		const char *name;
		bool (*is)(const struct migration *);
		const char *text;
	} groups[] = {
		{ "history-pending", is_pending, "pending" },
		{ "history-edited", is_edited, "edited since applied" },
		{ "history-rolled-back", is_retried,
			"rolled back once, and pending again" },
	};
	for (size_t i = 0; i < ELEMENTS(groups); i++) {
		own(buf) struct buf names = { 0 };
		size_t n = names_of(d->migrations, groups[i].is, &names);
		if (n)
			findings_add(&d->findings, groups[i].name, ANSWER_YES,
				"%zu %s: %s", n, groups[i].text,
				buf_str(&names));
	}
	const char *first = NULL;
	size_t orphans = history_orphans(d->history, d->migrations, &first);
	if (orphans)
		findings_add(&d->findings, "history-orphans", ANSWER_YES,
			"%zu applied migrations have no folder in %s, the "
			"first is %s",
			orphans, d->migrations->folder, first);
	if (d->migrations->linked)
		findings_add(&d->findings, "linked-folder", ANSWER_YES,
			"%s/%s is a symbolic link, and Prisma takes only real "
			"folders for migrations",
			d->migrations->folder, d->migrations->linked);
	if (d->migrations->provider &&
		strcmp(d->migrations->provider, "postgresql") != 0)
		findings_add(&d->findings, "provider", ANSWER_NO,
			"migration_lock.toml says %s, not postgresql (P3019)",
			d->migrations->provider);
}

void
facts_text_history(struct diagnosis *d)
{
	if (d->deploy)
		findings_add(&d->findings, "deploy-under-way", ANSWER_YES,
			"Prisma's migration lock is held by %s", d->deploy);
	if (!d->history)
		return;
	if (!d->history->exists)
		findings_add(&d->findings, "history-exists", ANSWER_NO,
			"schema %s has no table _prisma_migrations%s",
			d->url.schema,
			d->history->other_tables ? ", and has other tables"
						 : ", nor any other");
	if (d->history->elsewhere)
		findings_add(&d->findings, "history-elsewhere", ANSWER_YES,
			"schema %s has a table _prisma_migrations: does the "
			"database URL name the right schema?",
			d->history->elsewhere);
	tell_failed(d);
	if (d->migrations)
		tell_folder(d);
	if (d->migrations && !d->migrations->n)
		findings_add(&d->findings, "folder-empty", ANSWER_YES,
			"%s holds no migration: is it the right folder?",
			d->migrations->folder);
	else if (d->history_clean == ANSWER_YES)
		findings_add(&d->findings, "history-clean", ANSWER_YES,
			"every migration folder is recorded as applied");
}
