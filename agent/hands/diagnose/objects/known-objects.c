#include "config.h"
#include "hands/diagnose/objects/known-objects.h"

#include <stdlib.h>
#include <string.h>

#include "hands/sql/rules/part.h"
#include "hands/sql/rules/rule.h"
#include "hands/sql/statement.h"

static void
known_object_free(struct known_object *o)
{
	free(o->schema);
	free(o->table);
	free(o->column);
}

void
known_objects_free(struct known_objects *k)
{
	for (size_t i = 0; i < k->n; i++)
		known_object_free(&k->list[i]);
	for (size_t i = 0; i < k->n_gone; i++) {
		free(k->gone[i].schema);
		free(k->gone[i].table);
		free(k->gone[i].column);
		free(k->gone[i].renamed);
	}
	free(k->list);
	free(k->gone);
	*k = (struct known_objects){ .schema = k->schema };
}

static bool
in_schema(const struct known_objects *k, const char *a, const char *b)
{
	return str_same(a ? a : k->schema, b ? b : k->schema);
}

static struct known_object *
find(const struct known_objects *k, const char *schema, const char *table,
	const char *column)
{
	for (size_t i = 0; i < k->n; i++)
		if (strcmp(k->list[i].table, table) == 0 &&
			str_same(k->list[i].column, column) &&
			in_schema(k, k->list[i].schema, schema))
			return &k->list[i];
	return NULL;
}

const struct known_object *
known_objects_find(const struct known_objects *k, const char *schema,
	const char *table, const char *column)
{
	return find(k, schema, table, column);
}

const struct gone_object *
known_objects_gone(const struct known_objects *k, const char *schema,
	const char *table, const char *column)
{
	for (size_t i = k->n_gone; i-- > 0;) {
		const struct gone_object *g = &k->gone[i];
		if (strcmp(g->table, table) == 0 &&
			(!g->column || str_same(g->column, column)) &&
			in_schema(k, g->schema, schema))
			return g;
	}
	return NULL;
}

static void
add(struct known_objects *k, const char *schema, const char *table,
	const char *column, bool awaited, size_t by)
{
	struct known_object *old = find(k, schema, table, column);
	if (old) {
		old->awaited |= awaited;
		old->by = by;
		return;
	}
	if (k->n >= (awaited ? 2 * KNOWN_OBJECTS_MOST : KNOWN_OBJECTS_MOST))
		return;
	k->list = xrealloc(k->list, k->n + 1, sizeof(*k->list));
	k->list[k->n++] = (struct known_object){ xstrdup(schema),
		xstrdup(table), xstrdup(column), awaited, by };
}

/* Without a column, the table with all of its columns. */
static void
drop(struct known_objects *k, const char *schema, const char *table,
	const char *column)
{
	size_t kept = 0;
	for (size_t i = 0; i < k->n; i++) {
		struct known_object *o = &k->list[i];
		if (strcmp(o->table, table) == 0 &&
			in_schema(k, o->schema, schema) &&
			(!column || str_same(o->column, column)))
			known_object_free(o);
		else
			k->list[kept++] = *o;
	}
	k->n = kept;
}

/* An index or a sequence is in the same name space as a table, and no fault
 * names one. */
static bool
is_table(const struct made *m)
{
	return m->kind == MADE_RELATION &&
		(strcmp(m->word, "table") == 0 || strcmp(m->word, "view") == 0);
}

/* All that a schema held goes with it. */
static void
drop_schema(struct known_objects *k, const char *schema)
{
	size_t kept = 0;
	for (size_t i = 0; i < k->n; i++)
		if (in_schema(k, k->list[i].schema, schema))
			known_object_free(&k->list[i]);
		else
			k->list[kept++] = k->list[i];
	k->n = kept;
}

static void
remember_gone(struct known_objects *k, const char *schema, const char *table,
	const char *column, const struct made *renamed, size_t by)
{
	if (k->n_gone == KNOWN_OBJECTS_MOST)
		return;
	k->gone = xrealloc(k->gone, k->n_gone + 1, sizeof(*k->gone));
	k->gone[k->n_gone++] = (struct gone_object){ xstrdup(schema),
		xstrdup(table), xstrdup(column),
		renamed ? xstrdup(renamed->name) : NULL, by };
}

/* A table keeps its columns under its new name. */
static void
rename_table(struct known_objects *k, const struct made *from, const char *to)
{
	for (size_t i = 0; i < k->n; i++) {
		struct known_object *o = &k->list[i];
		if (!o->column || strcmp(o->table, from->name) != 0 ||
			!in_schema(k, o->schema, from->schema))
			continue;
		free(o->table);
		o->table = xstrdup(to);
	}
}

static const struct made *
renamed_to(const struct statement *s)
{
	bool renames = s->n_parts == 1 &&
		strncmp(part_rule(&s->parts[0])->name, "rename", 6) == 0;
	return renames && s->n_drops == 1 && s->n_makes == 1 &&
			s->drops[0].kind == s->makes[0].kind
		? &s->makes[0]
		: NULL;
}

static void
run_drop(struct known_objects *k, const struct statement *s,
	const struct made *m, size_t by)
{
	const struct made *to = renamed_to(s);
	if (m->kind == MADE_COLUMN && m->table) {
		drop(k, m->schema, m->table, m->name);
		remember_gone(k, m->schema, m->table, m->name, to, by);
	} else if (m->kind == MADE_RELATION && strcmp(m->word, "index") != 0) {
		if (to)
			rename_table(k, m, to->name);
		drop(k, m->schema, m->name, NULL);
		remember_gone(k, m->schema, m->name, NULL, to, by);
	} else if (m->kind == MADE_SCHEMA) {
		drop_schema(k, m->name);
	}
}

void
known_objects_run(struct known_objects *k, const struct script *script,
	bool awaited, size_t by)
{
	for (size_t i = 0; i < script->n; i++) {
		const struct statement *s = &script->statements[i];
		for (size_t n = 0; n < s->n_drops; n++)
			run_drop(k, s, &s->drops[n], by);
		for (size_t n = 0; n < s->n_makes; n++) {
			const struct made *m = &s->makes[n];
			if (m->kind == MADE_COLUMN && m->table)
				add(k, m->schema, m->table, m->name, awaited,
					by);
			else if (is_table(m))
				add(k, m->schema, m->name, NULL, awaited, by);
		}
	}
}

void
known_objects_add_table(struct known_objects *k, const char *table)
{
	if (!find(k, NULL, table, NULL))
		add(k, NULL, table, NULL, false, KNOWN_BY_NO_SCRIPT);
}
