#include "config.h"
#include "hands/diagnose/facts-text.h"

#include "base/escape.h"
#include "hands/diagnose/cause-facts.h"
#include "hands/diagnose/census.h"
#include "hands/diagnose/findings.h"
#include "hands/diagnose/history-text.h"
#include "hands/diagnose/image-folder.h"
#include "hands/diagnose/probe.h"
#include "hands/migrator/history.h"
#include "hands/postgres/pooler.h"
#include "hands/postgres/url.h"
#include "hands/steps/reach.h"
#include "wire/fault.h"

#define PATHS_SHOWN 5

/* Places that differ between the fault and the database URL. */
static void
add_place(const struct diagnosis *d, struct findings *to)
{
	const char *host = d->object->value[OBJECT_HOST];
	const char *port = d->object->value[OBJECT_PORT];
	if (diagnosis_other_schema(d))
		findings_add(to, "same-schema", ANSWER_NO,
			"the fault names schema %s, the database URL schema %s",
			d->schema, d->url.schema);
	if (diagnosis_other_place(d))
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
	if (reach_place()->network)
		findings_add(to, "from-inside", ANSWER_YES,
			"reached through the network of %s, as it takes no "
			"connection outside of the network %s",
			reach_place()->whose, reach_place()->name);
	add_place(d, to);
	if (d->target.read_only)
		findings_add(to, "writable", ANSWER_NO,
			"the server is a standby or read-only");
	if (diagnosis_other_search_path(d))
		findings_add(to, "search-path", ANSWER_NO,
			"statements without a schema would work in schema "
			"\"%s\", not in %s",
			d->target.schema, d->url.schema);
}

/* What could not be read is a finding of its own: unknown is no "no". */
static void
add_unreadable(const struct diagnosis *d, struct findings *to)
{
	if (d->history_problem)
		findings_add(to, "history-readable", ANSWER_UNKNOWN, "%s",
			d->history_problem);
	if (d->inside && d->inside->from)
		findings_add(to, "migrations-from", ANSWER_YES,
			"%s are those of %s", d->app->migrations,
			d->inside->from);
	if (d->inside && d->inside->doubt)
		findings_add(to, "migrations-deployed", ANSWER_NO, "%s",
			d->inside->doubt);
	if (d->folder_problem)
		findings_add(to, "folder-readable", ANSWER_UNKNOWN, "%s",
			d->folder_problem);
}

/* Whether the host's folder is that of the deployed image. */
static void
add_image(const struct diagnosis *d, struct findings *to)
{
	if (d->image.problem)
		findings_add(to, "migrations-deployed", ANSWER_UNKNOWN, "%s",
			d->image.problem);
	if (!d->image.folder)
		return;
	if (!image_folder_differs(&d->image)) {
		findings_add(to, "migrations-deployed", ANSWER_YES,
			"the folder %s has the migrations of %s (container "
			"%s)",
			d->folder->path, d->inside->image, d->inside->image_of);
		return;
	}
	own(str) char *text =
		image_folder_text(&d->image, d->folder->path, d->inside);
	findings_add(to, "migrations-deployed", ANSWER_NO, "%s (container %s)",
		text, d->inside->image_of);
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
	if (!p->usable)
		findings_add(to, "table-usable", ANSWER_NO,
			"role %s may not use %s %s%s%s", d->target.user,
			p->schema_usable ? "table" : "schema", d->schema,
			p->schema_usable ? "." : "",
			p->schema_usable ? table : "");
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

/* The measurement itself, or why there is none. */
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

/* The files that a summary of the history lists. */
static void
add_stray_summary(const struct diagnosis *d, struct findings *to)
{
	own(buf) struct buf paths = { 0 };
	size_t n = 0;
	for (size_t i = 0; i < d->strays.n; i++) {
		if (!cause_facts_makes_table(&d->strays.list[i].script))
			continue;
		if (n++ < PATHS_SHOWN)
			buf_printf(&paths, "%s%s", n > 1 ? ", " : "",
				d->strays.list[i].path);
	}
	if (n)
		findings_add(to, "stray-files", ANSWER_YES,
			"%zu .sql files outside any migration folder create "
			"tables, and %s never reads them: %s%s",
			n, d->migrator->describe.name, buf_str(&paths),
			n > PATHS_SHOWN ? ", ..." : "");
}

/* Whether the failed script left something behind: what people must know before
 * they resolve its row. */
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

/* A script that nobody could read might create the object, for all that is
 * known.
 */
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

/* That a schema file which nobody configured cannot be read is no news. */
static void
add_model(const struct diagnosis *d, struct findings *to)
{
	const char *table = d->object->value[OBJECT_TABLE];
	const char *column = d->object->value[OBJECT_COLUMN];
	bool of_column = d->class == CLASS_MISSING_COLUMN && column;
	if (d->modelled != ANSWER_UNKNOWN)
		findings_add(to, "model", d->modelled,
			"%s has %s model for %s%s%s", d->schema_file,
			d->modelled == ANSWER_YES ? "a" : "no", table,
			of_column ? " with column " : "",
			of_column ? column : "");
	else if (d->app->schema_file)
		findings_add(to, "model", ANSWER_UNKNOWN, "%s cannot be read",
			d->schema_file);
}

/* Whether the database has what the history says, and whose tables it has. */
static void
add_presence(const struct diagnosis *d, struct findings *to)
{
	const struct presence *p = &d->presence;
	if (p->absent)
		findings_add(to, "recorded-tables", ANSWER_NO,
			"of the %zu tables that the history says exist, %zu do "
			"not; the first is %s",
			p->recorded, p->absent, p->first_absent);
	if (p->strangers)
		findings_add(to, "other-tables", ANSWER_YES,
			"schema %s has %zu tables that the application does "
			"not know; the first is %s",
			d->url.schema, p->strangers, p->first_stranger);
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
	if (d->recorded)
		findings_add(to, "recorded-but-absent", ANSWER_YES,
			"the history says that %s was applied, which creates "
			"it",
			d->recorded->name);
	if (d->remover)
		findings_add(to, "removed-by", ANSWER_YES,
			"migration %s, which was applied, %s%s",
			d->remover->name,
			d->renamed ? "renamed it to " : "dropped it",
			d->renamed ? d->renamed : "");
	add_presence(d, to);
	if (d->strays.cut && d->pending)
		findings_add(to, "stray-files", ANSWER_UNKNOWN,
			"there are more files around %s than are searched",
			d->folder->path);
	if (d->schema_file)
		add_model(d, to);
}

/* A finding even where there is no plan for another reason: it explains faults
 * that come and go. */
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

/* Whether a mend could go through a URL of its own, before one is needed. */
static void
add_migrate_url(const struct diagnosis *d, struct findings *to)
{
	if (d->class != CLASS_FAILED_MIGRATION)
		return;
	if (d->mend.problem)
		findings_add(
			to, "migrate-url", ANSWER_NO, "%s", d->mend.problem);
	else if (d->mend.role && !d->mend.may_create)
		findings_add(to, "migrate-url", ANSWER_NO,
			"role %s of `migrate-url-file` may create nothing in "
			"schema %s, so no migration can be applied through it",
			d->mend.role, d->url.schema);
	else if (d->mend.role)
		findings_add(to, "migrate-url", ANSWER_YES,
			"`migrate-url-file` leads to the same database, as "
			"role %s",
			d->mend.role);
}

void
facts_text(const struct diagnosis *d, struct findings *to)
{
	if (d->connected)
		add_target(d, to);
	add_unreadable(d, to);
	add_image(d, to);
	add_probe(d, to);
	if (d->lock_holder)
		findings_add(to, "deploy-under-way", ANSWER_YES,
			"%s's migration lock is held by %s",
			d->migrator->describe.name, d->lock_holder);
	if (d->history)
		history_text(d, to);
	add_scripts(d, to);
	add_mend_target(d, to);
	add_migrate_url(d, to);
	if (d->no_plan)
		findings_add(to, "plan", ANSWER_NO, "%s", d->no_plan);
	if (d->unreachable)
		findings_add(to, "reachable", ANSWER_NO, "%s", d->unreachable);
}
