#include "config.h"
#include "hands/diagnose/objects/presence.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "hands/diagnose/objects/objects-there.h"

/* A table that belongs to an extension is nobody's own. */
static const char find_tables[] =
	"SELECT c.relname FROM pg_class c"
	" JOIN pg_namespace n ON n.oid = c.relnamespace"
	" WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT EXISTS"
	" (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass"
	"  AND d.objid = c.oid AND d.deptype = 'e') ORDER BY 1 LIMIT 2000";

static const char find_elsewhere[] =
	"SELECT n.nspname, count(*) FROM pg_class c"
	" JOIN pg_namespace n ON n.oid = c.relnamespace"
	" WHERE n.nspname <> $1 AND n.nspname <> 'information_schema'"
	" AND n.nspname NOT LIKE 'pg\\_%'"
	" AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname IN"
	" (SELECT t::name FROM json_array_elements_text($2::json) t)"
	" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1";

/* Whether it is a table of the schema that the question is about. */
static bool
is_table_here(const struct known_objects *k, const struct known_object *o)
{
	return !o->column && (!o->schema || strcmp(o->schema, k->schema) == 0);
}

static int
count_absent(struct session *s, const struct known_objects *past,
	struct presence *p, struct why *why)
{
	bool *missing = NULL;
	int r = objects_missing(s, past, &missing, why);
	for (size_t i = 0; r == 0 && i < past->n; i++) {
		if (past->list[i].column)
			continue;
		p->recorded++;
		if (missing[i] && p->absent++ == 0)
			p->first_absent = xstrdup(past->list[i].table);
	}
	free(missing);
	return r;
}

static int
count_here(struct session *s, const struct known_objects *all,
	const char *own_table, struct presence *p, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	int r = session_rows(s, find_tables, &rows, why, all->schema);
	for (int i = 0; r == 0 && i < PQntuples(rows); i++) {
		const char *name = cell(rows, i, 0);
		if (strcmp(name, own_table) == 0)
			continue;
		if (known_objects_find(all, NULL, name, NULL))
			p->here++;
		else if (p->strangers++ == 0)
			p->first_stranger = xstrdup(name);
	}
	return r;
}

static int
find_other_schema(struct session *s, const struct known_objects *all,
	struct presence *p, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	json_t *names = json_array();
	for (size_t i = 0; i < all->n; i++)
		if (is_table_here(all, &all->list[i])) {
			p->tables++;
			json_array_append_new(
				names, json_string(all->list[i].table));
		}
	own(str) char *text = json_dumps(names, JSON_COMPACT);
	json_decref(names);
	int r = session_rows(s, find_elsewhere, &rows, why, all->schema, text);
	uint64_t there = 0;
	if (r == 0 && PQntuples(rows) > 0 &&
		span_u64(span_of(cell(rows, 0, 1)), &there)) {
		p->elsewhere = xstrdup(cell(rows, 0, 0));
		p->there = there;
	}
	return r;
}

int
presence_find(struct session *s, const struct known_objects *past,
	const struct known_objects *all, const char *own_table,
	struct presence *ret, struct why *why)
{
	int r = count_absent(s, past, ret, why);
	if (r == 0)
		r = count_here(s, all, own_table, ret, why);
	if (r == 0)
		r = find_other_schema(s, all, ret, why);
	ret->asked = r == 0;
	return r;
}

void
presence_free(struct presence *p)
{
	free(p->first_absent);
	free(p->first_stranger);
	free(p->elsewhere);
	*p = (struct presence){ 0 };
}

/* Applications of the same kind have a table or two of the same name, such as
 * User. A single table of somebody else makes no other database. */
bool
presence_is_foreign(const struct presence *p)
{
	return p->asked && p->strangers >= 2 && p->strangers > p->here &&
		4 * p->here <= p->tables;
}

bool
presence_is_elsewhere(const struct presence *p)
{
	return p->asked && !p->here && p->elsewhere && p->there >= 2 &&
		2 * p->there >= p->tables;
}
