#include "config.h"
#include "hands/diagnose/cause-facts.h"

#include <stdlib.h>
#include <string.h>

#include "hands/diagnose/catalog.h"
#include "hands/diagnose/census.h"
#include "hands/diagnose/objects/hollow.h"
#include "hands/diagnose/objects/known-objects.h"
#include "hands/diagnose/objects/presence.h"
#include "hands/diagnose/probe.h"
#include "hands/migrator/history.h"
#include "hands/migrator/unit.h"
#include "hands/sql/script.h"
#include "hands/sql/statement.h"

static bool
is_about_object(const struct diagnosis *d)
{
	return d->class == CLASS_MISSING_TABLE ||
		d->class == CLASS_MISSING_COLUMN;
}

/* Whether what the fault says is missing is there. */
static enum answer
is_there(const struct diagnosis *d)
{
	const char *name = d->object->value[OBJECT_MIGRATION];
	if (is_about_object(d))
		return probe_answer(&d->probe);
	if (d->class == CLASS_DB_UNREACHABLE)
		return d->unreachable ? ANSWER_NO : ANSWER_YES;
	if (d->class != CLASS_FAILED_MIGRATION || !d->history)
		return ANSWER_UNKNOWN;
	return history_failed(d->history, name) ? ANSWER_NO : ANSWER_YES;
}

static bool
has_conflict(const struct census *c)
{
	for (size_t i = 0; c && i < census_size(c); i++)
		if (census_count(c, i)->conflicts)
			return true;
	return false;
}

/* Whether the folder is one with migrations, and all that is pending in it
 * could be read: then what no script seems to create none creates. */
static bool
is_read_whole(const struct diagnosis *d)
{
	if (!d->folder || !d->folder->n || d->folder->n_notes)
		return false;
	for (size_t i = 0; i < census_size(d->pending); i++) {
		const struct script *s = census_units(d->pending)[i].script;
		if (!s->known)
			return false;
		for (size_t k = 0; k < s->n; k++)
			if (s->statements[k].opaque)
				return false;
	}
	return true;
}

/* Whether the fault names no schema, and statements without one look into
 * another schema than that in which the object is. */
static bool
is_aside(const struct diagnosis *d)
{
	return is_about_object(d) && !d->object->value[OBJECT_SCHEMA] &&
		d->connected && !d->url.schema_given &&
		diagnosis_other_search_path(d);
}

/* Whether the history has a row of one of the folder's units. */
static bool
is_known_here(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->folder->n; i++)
		if (history_names(d->history, d->folder->units[i].name))
			return true;
	return false;
}

/* A history of other migrations alone, or none beside tables of somebody else:
 * and hardly any table that this application knows. */
static bool
is_foreign(const struct diagnosis *d)
{
	const struct presence *p = &d->presence;
	const char *first = NULL;
	if (!p->asked || !d->folder->n || is_known_here(d))
		return false;
	if (history_orphans(d->history, d->folder, &first))
		return 2 * p->here < p->tables;
	return presence_is_foreign(p);
}

struct facts
cause_facts_of(const struct diagnosis *d)
{
	return (struct facts){
		.reachable = !d->unreachable,
		.there = is_there(d),
		.forbidden = d->probe.table_exists && !d->probe.usable,
		.aside = is_aside(d),
		.deploying = d->lock_holder != NULL,
		.failed = d->history && history_failed(d->history, NULL),
		.foreign = is_foreign(d),
		.elsewhere = presence_is_elsewhere(&d->presence) &&
			!is_known_here(d),
		.creates = d->creator != NULL,
		.conflicts = has_conflict(d->pending) || d->hollow.lacks,
		.unbased = d->pending && !d->history->exists &&
			d->history->other_tables,
		.edited = d->recorded && d->recorded_edited,
		.removed = d->remover != NULL,
		.recorded = d->recorded != NULL,
		.stray = d->stray != NULL,
		.modelled = d->modelled == ANSWER_YES && is_read_whole(d),
	};
}

/* Whether this is the table or column that the fault misses. */
static bool
is_missed(const struct diagnosis *d, const struct made *m)
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
creates_missed(const struct diagnosis *d, const struct script *s)
{
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->statements[i].n_makes; k++)
			if (is_missed(d, &s->statements[i].makes[k]))
				return true;
	return false;
}

/* The unit with its script, which is parsed unless it has no text. */
static struct unit_script
parse_unit(struct diagnosis *d, size_t i, usec deadline)
{
	const struct unit *u = &d->folder->units[i];
	struct script *s = &d->scripts[i];
	if (!u->problem && !s->known && !s->unknown)
		script_parse(buf_span(&u->text), deadline, s);
	return (struct unit_script){ u, s };
}

/* Parses what is pending, counts what of it exists, and finds the first unit
 * that creates what is missed. */
static int
read_pending(
	struct diagnosis *d, struct session *s, usec deadline, struct why *why)
{
	const struct census_catalog catalog = catalog_of(s);
	struct unit_script *list = xcalloc(d->folder->n, sizeof(*list));
	size_t n = 0;
	for (size_t i = 0; i < d->folder->n; i++)
		if (diagnosis_is_pending(d, i))
			list[n++] = parse_unit(d, i, deadline);
	for (size_t i = 0; i < n && !d->creator; i++)
		if (creates_missed(d, list[i].script))
			d->creator = list[i].unit;
	int r = census_take(&catalog, d->url.schema, list, n, &d->pending, why);
	if (r == 0)
		r = hollow_find(
			&catalog, d->url.schema, list, n, &d->hollow, why);
	free(list);
	return r;
}

static void
find_stray(struct diagnosis *d, const char *table, usec deadline)
{
	d->migrator->find_stray_sql(
		d->folder->path, table, deadline, &d->strays);
	for (size_t i = 0; i < d->strays.n; i++) {
		const struct stray_script *s = &d->strays.list[i];
		if (!creates_missed(d, &s->script))
			continue;
		if (!d->stray)
			d->stray = s;
		else if (strcmp(d->stray->checksum, s->checksum) != 0)
			d->strays_differ = true;
	}
}

/* NULL: a whole table is missed. */
static const char *
missed_column(const struct diagnosis *d)
{
	return d->class == CLASS_MISSING_COLUMN
		? d->object->value[OBJECT_COLUMN]
		: NULL;
}

/* What the applied scripts say about what is missed: it was there once, or a
 * script was only marked as applied, or a later one took it away. */
static void
find_recorded(struct diagnosis *d, const char *table)
{
	const char *column = missed_column(d);
	const struct known_object *known =
		known_objects_find(&d->past, d->schema, table, column);
	const struct gone_object *gone =
		known_objects_gone(&d->past, d->schema, table, column);
	if (known) {
		d->recorded = &d->folder->units[known->by];
		d->recorded_edited = d->records[known->by].edited;
	} else if (gone) {
		d->remover = &d->folder->units[gone->by];
		d->renamed = gone->renamed;
	}
}

/* What all scripts make, in their order, and what the applied ones do; and how
 * much of that is in the database. */
static int
find_presence(
	struct diagnosis *d, struct session *s, usec deadline, struct why *why)
{
	own(known_objects) struct known_objects all = { .schema =
								d->url.schema };
	own(strings) char **models = d->migrator->list_tables(d->app);
	d->past = (struct known_objects){ .schema = d->url.schema };
	for (size_t i = 0; i < d->folder->n; i++) {
		const struct script *script = parse_unit(d, i, deadline).script;
		known_objects_run(&all, script, diagnosis_is_pending(d, i), i);
		if (d->records[i].state == UNIT_APPLIED)
			known_objects_run(&d->past, script, false, i);
	}
	for (char **t = models; t && *t; t++)
		known_objects_add_table(&all, *t);
	return presence_find(s, &d->past, &all, d->migrator->describe.history,
		&d->presence, why);
}

/* What of the failed row's own script is there? */
static int
read_failed(
	struct diagnosis *d, struct session *s, usec deadline, struct why *why)
{
	const struct history_row *row = history_failed(d->history, NULL);
	const struct census_catalog catalog = catalog_of(s);
	d->failed_asked = true;
	for (size_t i = 0; d->folder && i < d->folder->n; i++) {
		const struct unit *u = &d->folder->units[i];
		if (strcmp(u->name, row->name) != 0 || u->problem)
			continue;
		struct unit_script one = parse_unit(d, i, deadline);
		return census_take(
			&catalog, d->url.schema, &one, 1, &d->failed, why);
	}
	return 0;
}

int
cause_facts_find(
	struct diagnosis *d, struct session *s, usec deadline, struct why *why)
{
	const char *table = d->object->value[OBJECT_TABLE];
	if (d->folder)
		d->scripts = xcalloc(d->folder->n, sizeof(*d->scripts));
	if (d->history && history_failed(d->history, NULL))
		return d->lock_holder ? 0 : read_failed(d, s, deadline, why);
	if (!is_about_object(d) || !d->records)
		return 0;
	int r = read_pending(d, s, deadline, why);
	if (r == 0)
		r = find_presence(d, s, deadline, why);
	if (r < 0 || d->creator || !table)
		return r;
	find_recorded(d, table);
	find_stray(d, table, deadline);
	if (!diagnosis_other_schema(d))
		d->modelled = d->migrator->knows_object(
			d->app, table, missed_column(d), &d->schema_file);
	return 0;
}

void
cause_facts_find_stray_sql(struct diagnosis *d, usec deadline)
{
	d->migrator->find_stray_sql(d->folder->path, "", deadline, &d->strays);
}

bool
cause_facts_makes_table(const struct script *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->statements[i].kind == STATEMENT_CREATE_TABLE)
			return true;
	return false;
}
