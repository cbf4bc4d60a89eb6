#include "config.h"
#include "hands/diagnose/objects/objects-there.h"

#include <jansson.h>
#include <stdlib.h>

/* Names reach the server inside one parameter. Owned. */
static char *
dump(const struct known_objects *k)
{
	json_t *all = json_array();
	for (size_t i = 0; i < k->n; i++) {
		const struct known_object *o = &k->list[i];
		json_t *names = json_pack("[s, s, s?]",
			o->schema ? o->schema : k->schema, o->table, o->column);
		json_array_append_new(all, names ? names : json_array());
	}
	char *text = json_dumps(all, JSON_COMPACT);
	json_decref(all);
	return text;
}

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

int
objects_missing(struct session *s, const struct known_objects *k, bool **ret,
	struct why *why)
{
	own(str) char *names = dump(k);
	own(rows) PGresult *rows = NULL;
	int r = session_rows(s, query, &rows, why, names);
	if (r < 0)
		return r;
	*ret = xcalloc(k->n + 1, sizeof(bool));
	for (int i = 0; i < PQntuples(rows); i++) {
		uint64_t at = 0;
		if (span_u64(span_of(cell(rows, i, 0)), &at) && at < k->n)
			(*ret)[at] = true;
	}
	return 0;
}
