#include "config.h"
#include "hands/diagnose/probe.h"

#include <stdlib.h>

/* The kinds an application can select from. */
#define READABLE "('r', 'p', 'v', 'm', 'f')"

static const char find_relation[] =
	"SELECT c.relkind, has_schema_privilege(n.oid, 'USAGE'),"
	" has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE'),"
	" EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid"
	"  AND a.attname = $3 AND a.attnum > 0 AND NOT a.attisdropped)"
	" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
	" WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN " READABLE;

static const char find_schema[] =
	"SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)";

static const char find_elsewhere[] =
	"SELECT n.nspname FROM pg_class c"
	" JOIN pg_namespace n ON n.oid = c.relnamespace"
	" WHERE c.relname = $2 AND n.nspname <> $1"
	" AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
	" AND n.nspname NOT LIKE 'pg\\_%'"
	" AND c.relkind IN " READABLE " ORDER BY 1 LIMIT 5";

/* A name that differs only in case and underscores: the code's name was not
 * mapped to the table's, or the table was made without quotes. */
static const char find_alike[] =
	"SELECT c.relname FROM pg_class c"
	" JOIN pg_namespace n ON n.oid = c.relnamespace"
	" WHERE n.nspname = $1 AND c.relname <> $2"
	" AND c.relkind IN " READABLE
	" AND lower(replace(c.relname, '_', '')) ="
	" lower(replace($2, '_', '')) ORDER BY 1 LIMIT 5";

static char *
first_column(const PGresult *rows)
{
	own(buf) struct buf b = { 0 };
	for (int i = 0; i < PQntuples(rows); i++)
		buf_printf(&b, "%s%s", i ? ", " : "", cell(rows, i, 0));
	return buf_take_str(&b);
}

/* Why the table might be missing: asked only where it is. */
static int
look_around(struct session *s, const char *schema, const char *table,
	struct probe *p, struct why *why)
{
	own(rows) PGresult *there = NULL;
	own(rows) PGresult *other = NULL;
	own(rows) PGresult *alike = NULL;
	int r = session_rows(s, find_schema, &there, why, schema);
	if (r < 0)
		return r;
	p->schema_missing = *cell(there, 0, 0) != 't';
	r = session_rows(s, find_elsewhere, &other, why, schema, table);
	if (r < 0)
		return r;
	if (PQntuples(other) > 0)
		p->elsewhere = first_column(other);
	r = session_rows(s, find_alike, &alike, why, schema, table);
	if (r == 0 && PQntuples(alike) > 0)
		p->alike = first_column(alike);
	return r;
}

/* This measurement, and no log line, is what a mend rests on (promise 2), so it
 * asks the catalog itself, and keeps "no" apart from "could not ask". */
int
probe_object(struct session *s, enum fault_class class, const struct object *o,
	const char *schema, struct probe *ret, struct why *why)
{
	const char *table = o->value[OBJECT_TABLE];
	const char *column = o->value[OBJECT_COLUMN];
	own(rows) PGresult *rows = NULL;
	*ret = (struct probe){ .wants_column = class == CLASS_MISSING_COLUMN };
	if (!table || (ret->wants_column && !column)) {
		ret->state = PROBE_OBJECT_UNKNOWN;
		return 0;
	}
	int r = session_rows(s, find_relation, &rows, why, schema, table,
		ret->wants_column ? column : "");
	if (r < 0)
		return r;
	ret->state = PROBE_ASKED;
	ret->table_exists = PQntuples(rows) > 0;
	if (!ret->table_exists)
		return look_around(s, schema, table, ret, why);
	ret->relkind = *cell(rows, 0, 0);
	ret->schema_usable = *cell(rows, 0, 1) == 't';
	ret->usable = ret->schema_usable && *cell(rows, 0, 2) == 't';
	ret->column_exists = *cell(rows, 0, 3) == 't';
	return 0;
}

enum answer
probe_answer(const struct probe *p)
{
	if (p->state != PROBE_ASKED)
		return ANSWER_UNKNOWN;
	bool there = p->wants_column ? p->column_exists : p->table_exists;
	return there ? ANSWER_YES : ANSWER_NO;
}

void
probe_free(struct probe *p)
{
	free(p->elsewhere);
	free(p->alike);
	*p = (struct probe){ 0 };
}
