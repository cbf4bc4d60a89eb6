#include "config.h"
#include "hands/diagnose/missing-objects.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "hands/migrator/history.h"
#include "hands/migrator/stray-sql.h"
#include "hands/sql/script.h"
#include "hands/sql/statement.h"
#include "wire/fault.h"

/* Tables and columns that are asked about. What is awaited gets as many again,
 * so that a long past takes no place from it. */
#define OBJECTS_MOST 8192u

struct known_object {
	char *schema; /* NULL: the question's */
	char *table;
	char *column; /* NULL: the table itself */
	bool awaited;
};

struct objects {
	struct known_object *list;
	size_t n;
};

static void
known_object_free(struct known_object *c)
{
	free(c->schema);
	free(c->table);
	free(c->column);
}

static void
objects_free(struct objects *c)
{
	for (size_t i = 0; i < c->n; i++)
		known_object_free(&c->list[i]);
	free(c->list);
}

/* Both may be NULL. */
static bool
same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool
is_same(const struct missing_question *q, const struct known_object *c,
	const char *schema, const char *table, const char *column)
{
	return strcmp(c->table, table) == 0 && same(c->column, column) &&
		same(c->schema ? c->schema : q->schema,
			schema ? schema : q->schema);
}

static void
add(const struct missing_question *q, struct objects *to, const char *schema,
	const char *table, const char *column, bool awaited)
{
	for (size_t i = 0; i < to->n; i++)
		if (is_same(q, &to->list[i], schema, table, column)) {
			to->list[i].awaited |= awaited;
			return;
		}
	if (to->n >= (awaited ? 2 * OBJECTS_MOST : OBJECTS_MOST))
		return;
	to->list = xrealloc(to->list, to->n + 1, sizeof(*to->list));
	to->list[to->n++] = (struct known_object){ xstrdup(schema),
		xstrdup(table), xstrdup(column), awaited };
}

/* A table's columns go with it. */
static void
drop(const struct missing_question *q, struct objects *from, const char *schema,
	const char *table, const char *column)
{
	size_t kept = 0;
	for (size_t i = 0; i < from->n; i++) {
		struct known_object *c = &from->list[i];
		if (is_same(q, c, schema, table, column ? column : c->column))
			known_object_free(c);
		else
			from->list[kept++] = *c;
	}
	from->n = kept;
}

/* An index or a sequence is in the same name space as a table, and no fault
 * names one. */
static bool
is_table(const struct made *m)
{
	return m->kind == MADE_RELATION &&
		(strcmp(m->word, "table") == 0 || strcmp(m->word, "view") == 0);
}

static void
add_script(const struct missing_question *q, struct objects *to,
	const struct script *script, bool awaited)
{
	for (size_t i = 0; i < script->n; i++) {
		const struct statement *s = &script->statements[i];
		for (size_t k = 0; k < s->n_drops; k++) {
			const struct made *m = &s->drops[k];
			if (m->kind == MADE_COLUMN && m->table)
				drop(q, to, m->schema, m->table, m->name);
			else if (m->kind == MADE_RELATION)
				drop(q, to, m->schema, m->name, NULL);
		}
		for (size_t k = 0; k < s->n_makes; k++) {
			const struct made *m = &s->makes[k];
			if (m->kind == MADE_COLUMN && m->table)
				add(q, to, m->schema, m->table, m->name,
					awaited);
			else if (is_table(m))
				add(q, to, m->schema, m->name, NULL, awaited);
		}
	}
}

/* In their order, so that what one creates a later one may drop. Without a
 * history nobody can tell what was applied, so all of it may be pending. */
static void
add_units(const struct missing_question *q, struct objects *to)
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
		add_script(q, to, &script,
			!records || records[i].state != UNIT_APPLIED);
	}
	free(records);
}

static void
add_strays(const struct missing_question *q, struct objects *to)
{
	own(stray_sql) struct stray_sql strays = { 0 };
	if (q->folder)
		q->migrator->find_stray_sql(
			q->folder->path, "", q->deadline, &strays);
	for (size_t i = 0; i < strays.n; i++)
		add_script(q, to, &strays.list[i].script, true);
}

static void
add_models(const struct missing_question *q, struct objects *to)
{
	own(strings) char **tables = q->migrator->list_tables(q->app);
	for (char **t = tables; t && *t; t++)
		add(q, to, NULL, *t, NULL, false);
}

/* Names reach the server inside one parameter. One that is no UTF-8 can be in
 * no fault either, and is left out. Owned. */
static char *
dump(const struct missing_question *q, const struct objects *c)
{
	json_t *all = json_array();
	for (size_t i = 0; i < c->n; i++) {
		const struct known_object *one = &c->list[i];
		json_t *names = json_pack("[s, s, s?]",
			one->schema ? one->schema : q->schema, one->table,
			one->column);
		json_array_append_new(all, names ? names : json_array());
	}
	char *text = json_dumps(all, JSON_COMPACT);
	json_decref(all);
	return text;
}

/* A column is only missing where its table is there. */
static const char query[] =
	"SELECT t.i - 1 FROM json_array_elements($1::json)"
	" WITH ORDINALITY AS t(v, i) LEFT JOIN LATERAL (SELECT c.oid"
	" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
	" WHERE n.nspname = (t.v->>0)::name AND c.relname = (t.v->>1)::name)"
	" AS r ON true WHERE t.v->>1 IS NOT NULL"
	" AND CASE WHEN t.v->>2 IS NULL THEN r.oid IS NULL"
	" ELSE r.oid IS NOT NULL AND NOT EXISTS (SELECT FROM pg_attribute a"
	" WHERE a.attrelid = r.oid AND a.attname = (t.v->>2)::name"
	" AND a.attnum > 0 AND NOT a.attisdropped) END";

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
	const struct objects *c, struct missing_list *to, struct why *why)
{
	own(str) char *names = dump(q, c);
	own(rows) PGresult *rows = NULL;
	int r = session_rows(s, query, &rows, why, names);
	for (int awaited = 1; r == 0 && awaited >= 0; awaited--)
		for (int i = 0; i < PQntuples(rows); i++) {
			uint64_t at = 0;
			if (span_u64(span_of(cell(rows, i, 0)), &at) &&
				at < c->n && c->list[at].awaited == !!awaited)
				list(q, &c->list[at], to);
		}
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
	struct objects c = { 0 };
	add_failed(q->history, ret);
	add_units(q, &c);
	add_strays(q, &c);
	add_models(q, &c);
	int r = c.n ? ask(q, s, &c, ret, why) : 0;
	objects_free(&c);
	return r;
}
