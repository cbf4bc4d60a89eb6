#include "config.h"
#include "hands/diagnose/objects/missing-objects.h"

#include <stdlib.h>

#include "hands/diagnose/objects/known-objects.h"
#include "hands/diagnose/objects/objects-there.h"
#include "hands/migrator/history.h"
#include "hands/migrator/stray-sql.h"
#include "hands/sql/script.h"
#include "hands/sql/statement.h"
#include "wire/fault.h"

/* In their order, so that what one creates a later one may drop. Without a
 * history nobody can tell what was applied, so all of it may be pending. */
static void
add_units(const struct missing_question *q, struct known_objects *to)
{
	const struct unit_folder *f = q->folder;
	struct unit_record *records = f && q->history
		? history_match(q->history, f, q->migrator->is_same_text)
		: NULL;
	for (size_t i = 0; f && i < f->n; i++) {
		own(script) struct script script = { 0 };
		if (!f->units[i].problem)
			script_parse(buf_span(&f->units[i].text), q->deadline,
				&script);
		known_objects_run(to, &script,
			!records || records[i].state != UNIT_APPLIED, i);
	}
	free(records);
}

static void
add_strays(const struct missing_question *q, struct known_objects *to)
{
	own(stray_sql) struct stray_sql strays = { 0 };
	if (q->folder)
		q->migrator->find_stray_sql(
			q->folder->path, "", q->deadline, &strays);
	for (size_t i = 0; i < strays.n; i++)
		known_objects_run(
			to, &strays.list[i].script, true, KNOWN_BY_NO_SCRIPT);
}

static void
add_models(const struct missing_question *q, struct known_objects *to)
{
	own(strings) char **tables = q->migrator->list_tables(q->app);
	for (char **t = tables; t && *t; t++)
		known_objects_add_table(to, *t);
}

static void
list(const struct missing_question *q, const struct known_object *c,
	struct missing_list *to)
{
	struct object o = { 0 };
	object_set(
		&o, OBJECT_SCHEMA, span_of(c->schema ? c->schema : q->schema));
	object_set(&o, OBJECT_TABLE, span_of(c->table));
	if (c->column)
		object_set(&o, OBJECT_COLUMN, span_of(c->column));
	missing_add(to, c->column ? CLASS_MISSING_COLUMN : CLASS_MISSING_TABLE,
		&o, c->awaited);
}

static int
ask(const struct missing_question *q, struct session *s,
	const struct known_objects *c, struct missing_list *to, struct why *why)
{
	bool *missing = NULL;
	int r = objects_missing(s, c, &missing, why);
	for (int awaited = 1; r == 0 && awaited >= 0; awaited--)
		for (size_t i = 0; i < c->n; i++)
			if (missing[i] && c->list[i].awaited == !!awaited)
				list(q, &c->list[i], to);
	free(missing);
	return r;
}

static void
add_failed(const struct history *h, struct missing_list *to)
{
	for (size_t i = 0; h && i < h->n; i++) {
		struct object o = { 0 };
		if (!history_row_failed(&h->rows[i]))
			continue;
		object_set(&o, OBJECT_MIGRATION, span_of(h->rows[i].name));
		missing_add(to, CLASS_FAILED_MIGRATION, &o, true);
	}
}

int
missing_objects_find(const struct missing_question *q, struct session *s,
	struct missing_list *ret, struct why *why)
{
	own(known_objects) struct known_objects c = { .schema = q->schema };
	add_failed(q->history, ret);
	add_units(q, &c);
	add_strays(q, &c);
	add_models(q, &c);
	return c.n ? ask(q, s, &c, ret, why) : 0;
}
