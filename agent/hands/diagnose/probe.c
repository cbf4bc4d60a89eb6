#include "config.h"
#include "hands/diagnose/probe.h"

#include <errno.h>
#include <string.h>

#include "base/escape.h"

/* The kinds an application can select from. */
#define READABLE "('r', 'p', 'v', 'm', 'f')"

static const char find_relation[] =
	"SELECT c.relkind, has_schema_privilege(n.oid, 'USAGE')"
	" AND has_table_privilege(c.oid, 'SELECT'),"
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

/* Prisma's `@@map` forgotten, or a table made without quotes. */
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

static int
look_around(struct session *s, const char *schema, const char *table,
	struct findings *f, struct why *why)
{
	own(rows) PGresult *there = NULL;
	int r = session_rows(s, find_schema, &there, why, schema);
	if (r < 0)
		return r;
	if (*cell(there, 0, 0) != 't')
		findings_add(f, "schema-exists", ANSWER_NO,
			"the schema %s does not exist in this database",
			schema);
	own(rows) PGresult *other = NULL;
	r = session_rows(s, find_elsewhere, &other, why, schema, table);
	if (r < 0)
		return r;
	if (PQntuples(other) > 0) {
		own(str) char *list = first_column(other);
		findings_add(f, "other-schema", ANSWER_YES,
			"a table %s exists in another schema: %s", table, list);
	}
	own(rows) PGresult *alike = NULL;
	r = session_rows(s, find_alike, &alike, why, schema, table);
	if (r == 0 && PQntuples(alike) > 0) {
		own(str) char *list = first_column(alike);
		findings_add(f, "other-spelling", ANSWER_YES,
			"schema %s has a table of another spelling: %s", schema,
			list);
	}
	return r;
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
report_table(struct findings *f, const char *schema, const char *table,
	const PGresult *rows)
{
	if (PQntuples(rows) == 0) {
		findings_add(f, "table-exists", ANSWER_NO,
			"%s.%s does not exist", schema, table);
		return;
	}
	findings_add(f, "table-exists", ANSWER_YES, "%s.%s exists (a %s)",
		schema, table, kind_name(*cell(rows, 0, 0)));
	if (*cell(rows, 0, 1) != 't')
		findings_add(f, "table-readable", ANSWER_NO,
			"the role of the database URL may not read %s.%s",
			schema, table);
}

int
probe_object(struct session *s, enum fault_class class, const struct object *o,
	const char *schema, struct findings *f, enum answer *ret_there,
	struct why *why)
{
	const char *table = o->value[OBJECT_TABLE];
	const char *column = o->value[OBJECT_COLUMN];
	bool wants_column = class == CLASS_MISSING_COLUMN;
	if (!table || (wants_column && !column)) {
		*ret_there = ANSWER_UNKNOWN;
		findings_add(f, "object-known", ANSWER_NO,
			"the fault does not say which %s is missing",
			wants_column ? "column" : "table");
		return 0;
	}
	own(rows) PGresult *rows = NULL;
	int r = session_rows(s, find_relation, &rows, why, schema, table,
		wants_column ? column : "");
	if (r < 0)
		return r;
	report_table(f, schema, table, rows);
	bool exists = PQntuples(rows) > 0;
	bool has = exists && *cell(rows, 0, 2) == 't';
	if (wants_column && exists)
		findings_add(f, "column-exists", has ? ANSWER_YES : ANSWER_NO,
			"%s.%s has %s column %s", schema, table,
			has ? "a" : "no", column);
	*ret_there = (wants_column ? has : exists) ? ANSWER_YES : ANSWER_NO;
	return exists ? 0 : look_around(s, schema, table, f, why);
}

int
probe_deploy(struct session *s, int except, char **ret, struct why *why)
{
	own(str) char *pid = xprintf("%d", except);
	own(rows) PGresult *rows = NULL;
	/* pg_advisory_lock(72707369), seen from outside. */
	int r = session_rows(s,
		"SELECT l.pid, coalesce(a.application_name, ''),"
		" coalesce(to_char(a.backend_start AT TIME ZONE 'UTC',"
		"  'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), '')"
		" FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid"
		" WHERE l.locktype = 'advisory' AND l.granted"
		" AND l.classid = 0 AND l.objid = 72707369 AND l.objsubid = 1"
		" AND l.pid <> $1::int AND l.database = (SELECT oid FROM"
		"  pg_database WHERE datname = current_database()) LIMIT 1",
		&rows, why, pid);
	if (r < 0)
		return r;
	if (PQntuples(rows) == 0) {
		*ret = NULL;
		return 0;
	}
	own(str) char *name =
		escape_str(span_of(cell(rows, 0, 1)), 100, ESCAPE_LINE);
	*ret = xprintf("process %s%s%s%s%s%s", cell(rows, 0, 0),
		*name ? " of " : "", name, *cell(rows, 0, 2) ? ", since " : "",
		cell(rows, 0, 2), "");
	return 0;
}
