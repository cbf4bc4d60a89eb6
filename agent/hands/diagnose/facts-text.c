#include "config.h"
#include "hands/diagnose/facts-text.h"

#include <string.h>

#include "base/escape.h"
#include "hands/diagnose/causes.h"
#include "hands/diagnose/census.h"
#include "hands/diagnose/findings.h"
#include "hands/diagnose/probe.h"
#include "hands/migrator/history.h"
#include "hands/postgres/pooler.h"
#include "hands/postgres/url.h"
#include "wire/fault.h"

#define NAMES_SHOWN 5
#define LOG_SHOWN 1200

/* Places that differ between the fault and the database URL. */
static void
add_place(const struct diagnosis *d, struct findings *to)
{
	const char *host = d->object->value[OBJECT_HOST];
	const char *port = d->object->value[OBJECT_PORT];
	if (strcmp(d->schema, d->url.schema) != 0)
		findings_add(to, "same-schema", ANSWER_NO,
			"the fault names schema %s, the database URL schema %s",
			d->schema, d->url.schema);
	if ((host && strcmp(host, d->url.host) != 0) ||
		(port && strcmp(port, d->url.port) != 0))
		findings_add(to, "same-host", ANSWER_NO,
			"the fault names another place than the database URL: "
			"%s:%s",
			host ? host : "?", port ? port : "?");
}

/* Where we are connected, and what is wrong about that place. */
static void
add_target(const struct diagnosis *d, struct findings *to)
{
	own(str) char *where = url_text(&d->url);
	findings_add(to, "reachable", ANSWER_YES,
		"connected to %s: PostgreSQL %d.%d, as role %s", where,
		d->target.version / 10000, d->target.version % 10000,
		d->target.user);
	add_place(d, to);
	if (d->target.read_only)
		findings_add(to, "writable", ANSWER_NO,
			"the server is a standby or read-only");
	if (strcmp(d->target.schema, d->url.schema) != 0)
		findings_add(to, "search-path", ANSWER_NO,
			"statements without a schema would work in schema "
			"\"%s\", not in %s",
			d->target.schema, d->url.schema);
}

static void
add_unreadable(const struct diagnosis *d, struct findings *to)
{
	if (d->history_problem)
		findings_add(to, "history-readable", ANSWER_UNKNOWN, "%s",
			d->history_problem);
	if (d->folder_problem)
		findings_add(to, "folder-readable", ANSWER_UNKNOWN, "%s",
			d->folder_problem);
}

static const char *
kind_name(char relkind)
{
	switch (relkind) {
	case 'v':
		return "view";
	case 'm':
		return "materialized view";
	case 'p':
		return "partitioned table";
	case 'f':
		return "foreign table";
	default:
		return "table";
	}
}

static void
add_table(const struct diagnosis *d, const char *table, struct findings *to)
{
	const struct probe *p = &d->probe;
	if (!p->table_exists) {
		findings_add(to, "table-exists", ANSWER_NO,
			"%s.%s does not exist", d->schema, table);
		return;
	}
	findings_add(to, "table-exists", ANSWER_YES, "%s.%s exists (a %s)",
		d->schema, table, kind_name(p->relkind));
	if (!p->readable)
		findings_add(to, "table-readable", ANSWER_NO,
			"the role of the database URL may not read %s.%s",
			d->schema, table);
	if (p->wants_column)
		findings_add(to, "column-exists",
			p->column_exists ? ANSWER_YES : ANSWER_NO,
			"%s.%s has %s column %s", d->schema, table,
			p->column_exists ? "a" : "no",
			d->object->value[OBJECT_COLUMN]);
}

/* What stands around a table that is not there. */
static void
add_around(const struct diagnosis *d, const char *table, struct findings *to)
{
	const struct probe *p = &d->probe;
	if (p->schema_missing)
		findings_add(to, "schema-exists", ANSWER_NO,
			"the schema %s does not exist in this database",
			d->schema);
	if (p->elsewhere)
		findings_add(to, "other-schema", ANSWER_YES,
			"a table %s exists in another schema: %s", table,
			p->elsewhere);
	if (p->alike)
		findings_add(to, "other-spelling", ANSWER_YES,
			"schema %s has a table of another spelling: %s",
			d->schema, p->alike);
}

static void
add_probe(const struct diagnosis *d, struct findings *to)
{
	const char *table = d->object->value[OBJECT_TABLE];
	switch (d->probe.state) {
	case PROBE_NOT_ASKED:
		break;
	case PROBE_NONE:
		findings_add(to, "probe", ANSWER_UNKNOWN, "%s has no probe yet",
			class_info(d->class)->name);
		break;
	case PROBE_OBJECT_UNKNOWN:
		findings_add(to, "object-known", ANSWER_NO,
			"the fault does not say which %s is missing",
			d->probe.wants_column ? "column" : "table");
		break;
	case PROBE_ASKED:
		add_table(d, table, to);
		add_around(d, table, to);
		break;
	}
}

static bool
is_pending(const struct unit_record *r)
{
	return r->state == UNIT_PENDING;
}

static bool
is_edited(const struct unit_record *r)
{
	return r->edited;
}

static bool
is_retried(const struct unit_record *r)
{
	return r->state == UNIT_PENDING && r->rolled_back;
}

/* How many units are such, and the names of the first. */
static size_t
names_of(const struct diagnosis *d, bool (*is)(const struct unit_record *),
	struct buf *to)
{
	size_t n = 0;
	for (size_t i = 0; i < d->folder->n; i++) {
		if (!is(&d->records[i]))
			continue;
		if (n < NAMES_SHOWN)
			buf_printf(to, "%s%s", n ? ", " : "",
				d->folder->units[i].name);
		else if (n == NAMES_SHOWN)
			buf_add_str(to, ", ...");
		n++;
	}
	return n;
}

static void
add_failed_row(const struct diagnosis *d, struct findings *to)
{
	const struct history_row *row = history_failed(d->history, NULL);
	if (!row)
		return;
	own(str) char *log = row->logs && *row->logs
		? escape_joined(span_of(row->logs), LOG_SHOWN)
		: xstrdup("nothing");
	findings_add(to, "history-failed", ANSWER_YES,
		"migration %s began %s and neither finished nor was rolled "
		"back, which blocks every deploy%s; its log: %s",
		row->name, row->started, d->migrator->describe.failed_code,
		log);
}

static void
add_records(const struct diagnosis *d, struct findings *to)
{
	static const struct {
		const char *name;
		bool (*is)(const struct unit_record *);
		const char *text;
	} groups[] = {
		{ "history-pending", is_pending, "pending" },
		{ "history-edited", is_edited, "edited since applied" },
		{ "history-rolled-back", is_retried,
			"rolled back once, and pending again" },
	};
	for (size_t i = 0; i < ELEMENTS(groups); i++) {
		own(buf) struct buf names = { 0 };
		size_t n = names_of(d, groups[i].is, &names);
		if (n)
			findings_add(to, groups[i].name, ANSWER_YES,
				"%zu %s: %s", n, groups[i].text,
				buf_str(&names));
	}
	const char *first = NULL;
	size_t orphans = history_orphans(d->history, d->folder, &first);
	if (orphans)
		findings_add(to, "history-orphans", ANSWER_YES,
			"%zu applied migrations have no folder in %s, the "
			"first is %s",
			orphans, d->folder->path, first);
}

static void
add_folder(const struct diagnosis *d, struct findings *to)
{
	const struct unit_folder *f = d->folder;
	for (size_t i = 0; i < f->n_notes; i++)
		findings_add(to, f->notes[i].finding, f->notes[i].answer, "%s",
			f->notes[i].text);
	if (!f->n)
		findings_add(to, "folder-empty", ANSWER_YES,
			"%s holds no migration: is it the right folder?",
			f->path);
	else if (d->history_clean == ANSWER_YES)
		findings_add(to, "history-clean", ANSWER_YES,
			"every migration folder is recorded as applied");
}

static void
add_history(const struct diagnosis *d, struct findings *to)
{
	const struct history *h = d->history;
	const char *table = d->migrator->describe.history;
	if (!h->exists)
		findings_add(to, "history-exists", ANSWER_NO,
			"schema %s has no table %s%s", d->url.schema, table,
			h->other_tables ? ", and has other tables"
					: ", nor any other");
	if (h->elsewhere)
		findings_add(to, "history-elsewhere", ANSWER_YES,
			"schema %s has a table %s: does the database URL name "
			"the right schema?",
			h->elsewhere, table);
	add_failed_row(d, to);
	if (d->records) {
		add_records(d, to);
		add_folder(d, to);
	}
}

/* The files that a summary of the history lists. */
static void
add_stray_summary(const struct diagnosis *d, struct findings *to)
{
	own(buf) struct buf paths = { 0 };
	size_t n = 0;
	for (size_t i = 0; i < d->strays.n; i++) {
		if (!causes_makes_table(&d->strays.list[i].script))
			continue;
		if (n++ < NAMES_SHOWN)
			buf_printf(&paths, "%s%s", n > 1 ? ", " : "",
				d->strays.list[i].path);
	}
	if (n)
		findings_add(to, "stray-files", ANSWER_YES,
			"%zu .sql files outside any migration folder create "
			"tables, and %s never reads them: %s%s",
			n, d->migrator->describe.name, buf_str(&paths),
			n > NAMES_SHOWN ? ", ..." : "");
}

static void
add_failed_objects(const struct diagnosis *d, struct findings *to)
{
	const char *name = history_failed(d->history, NULL)->name;
	if (!d->failed) {
		findings_add(to, "failed-objects", ANSWER_UNKNOWN,
			"the failed migration %s has no script here", name);
		return;
	}
	const struct census_count *count = census_count(d->failed, 0);
	findings_add(to, "failed-objects", diagnosis_failed_objects(d),
		"of the %u objects that %s creates, %u exist", count->made,
		name, count->conflicts);
}

static void
add_unknown_scripts(const struct diagnosis *d, struct findings *to)
{
	const struct unit_script *list = census_units(d->pending);
	for (size_t i = 0; i < census_size(d->pending); i++)
		if (list[i].script->unknown)
			findings_add(to, "script-readable", ANSWER_UNKNOWN,
				"what the pending migration %s does cannot be "
				"told: %s",
				list[i].unit->name, list[i].script->unknown);
}

static void
add_model(const struct diagnosis *d, struct findings *to)
{
	const char *table = d->object->value[OBJECT_TABLE];
	if (d->modelled == ANSWER_YES)
		findings_add(to, "model", ANSWER_YES, "%s has a model for %s",
			d->schema_file, table);
	else if (d->modelled == ANSWER_NO)
		findings_add(to, "model", ANSWER_NO, "%s has no model for %s",
			d->schema_file, table);
	else if (d->app->schema_file)
		findings_add(to, "model", ANSWER_UNKNOWN, "%s cannot be read",
			d->schema_file);
}

/* What was read of the scripts. */
static void
add_scripts(const struct diagnosis *d, struct findings *to)
{
	if (d->class == CLASS_FAILED_MIGRATION)
		add_stray_summary(d, to);
	if (d->failed_asked)
		add_failed_objects(d, to);
	if (d->pending)
		add_unknown_scripts(d, to);
	for (size_t i = 0; i < d->n_recorded; i++)
		findings_add(to, "recorded-but-absent", ANSWER_YES,
			"the history says that %s was applied, which creates "
			"it",
			d->recorded[i]->name);
	if (d->strays.cut && d->pending)
		findings_add(to, "stray-files", ANSWER_UNKNOWN,
			"there are more files around %s than are searched",
			d->folder->path);
	if (d->schema_file)
		add_model(d, to);
}

static void
add_mend_target(const struct diagnosis *d, struct findings *to)
{
	if (d->mend.pooler == POOLER_NONE)
		return;
	findings_add(to, "direct-connection", ANSWER_NO,
		"something stands between logmend and the server%s",
		d->mend.pooler == POOLER_SHARED
			? ", and gives connections away between transactions"
			: ": a pooler or a proxy");
}

void
facts_text(const struct diagnosis *d, struct findings *to)
{
	if (d->connected)
		add_target(d, to);
	add_unreadable(d, to);
	add_probe(d, to);
	if (d->lock_holder)
		findings_add(to, "deploy-under-way", ANSWER_YES,
			"%s's migration lock is held by %s",
			d->migrator->describe.name, d->lock_holder);
	if (d->history)
		add_history(d, to);
	add_scripts(d, to);
	add_mend_target(d, to);
	if (d->no_plan)
		findings_add(to, "plan", ANSWER_NO, "%s", d->no_plan);
	if (d->unreachable)
		findings_add(to, "reachable", ANSWER_NO, "%s", d->unreachable);
}
