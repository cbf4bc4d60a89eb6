#include "config.h"
#include "hands/diagnose/catalog.h"

/* A table brings a type of its name, and a type's name may be taken by one. */
static const char *const queries[MADE_KINDS] = {
	[MADE_RELATION] =
		"SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n"
		" ON n.oid = c.relnamespace WHERE n.nspname = $1"
		" AND c.relname = $2 AND $3::text IS NOT DISTINCT FROM $3)",
	[MADE_TYPE] =
		"SELECT EXISTS (SELECT FROM pg_type t JOIN pg_namespace n"
		" ON n.oid = t.typnamespace WHERE n.nspname = $1"
		" AND t.typname = $2 AND $3::text IS NOT DISTINCT FROM $3)",
	[MADE_COLUMN] =
		"SELECT EXISTS (SELECT FROM pg_attribute a JOIN pg_class c"
		" ON c.oid = a.attrelid JOIN pg_namespace n"
		" ON n.oid = c.relnamespace WHERE n.nspname = $1"
		" AND c.relname = $3 AND a.attname = $2 AND a.attnum > 0"
		" AND NOT a.attisdropped)",
	[MADE_CONSTRAINT] =
		"SELECT EXISTS (SELECT FROM pg_constraint o JOIN pg_class c"
		" ON c.oid = o.conrelid JOIN pg_namespace n"
		" ON n.oid = c.relnamespace WHERE n.nspname = $1"
		" AND c.relname = $3 AND o.conname = $2)",
	[MADE_TRIGGER] =
		"SELECT EXISTS (SELECT FROM pg_trigger t JOIN pg_class c"
		" ON c.oid = t.tgrelid JOIN pg_namespace n"
		" ON n.oid = c.relnamespace WHERE n.nspname = $1"
		" AND c.relname = $3 AND t.tgname = $2)",
	[MADE_FUNCTION] =
		"SELECT EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n"
		" ON n.oid = p.pronamespace WHERE n.nspname = $1"
		" AND p.proname = $2 AND $3::text IS NOT DISTINCT FROM $3)",
	[MADE_SCHEMA] =
		"SELECT EXISTS (SELECT FROM pg_namespace n"
		" WHERE n.nspname = $2 AND $1::text IS NOT DISTINCT FROM $1"
		" AND $3::text IS NOT DISTINCT FROM $3)",
	[MADE_EXTENSION] =
		"SELECT EXISTS (SELECT FROM pg_extension e"
		" WHERE e.extname = $2 AND $1::text IS NOT DISTINCT FROM $1"
		" AND $3::text IS NOT DISTINCT FROM $3)",
};

/* Names are only ever parameters. Every query takes the same three, whether it
 * needs them or not. */
static int
exists(void *arg, const char *schema, const struct made *m, bool *ret,
	struct why *why)
{
	own(rows) PGresult *rows = NULL;
	int r = session_rows((struct session *)arg, queries[m->kind], &rows,
		why, m->schema ? m->schema : schema, m->name, m->table);
	if (r == 0)
		*ret = *cell(rows, 0, 0) == 't';
	return r;
}

struct census_catalog
catalog_of(struct session *s)
{
	return (struct census_catalog){ .exists = exists, .arg = s };
}
