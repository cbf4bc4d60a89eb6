#include "config.h"
#include "hands/plan/copy/copy-extent.h"

#include <string.h>

#include "hands/migrator/unit.h"
#include "hands/sql/rules/part.h"
#include "hands/sql/rules/rule.h"
#include "hands/sql/script.h"
#include "hands/sql/statement.h"

/* Rows of the guard's table: of such parts all that they touch is known. */
static bool
is_known(const struct guard_part *p)
{
	static const char *const names[] = { "create-table", "create-enum",
		"create-range-type", "create-composite-type", "create-schema",
		"create-index", "create-unique-index", "add-foreign-key",
		"add-foreign-key-not-valid" };
	for (size_t i = 0; i < ELEMENTS(names); i++)
		if (strcmp(part_rule(p)->name, names[i]) == 0)
			return true;
	return false;
}

static bool
is_plain(const struct statement *s)
{
	for (size_t i = 0; i < s->n_parts; i++)
		if (!is_known(&s->parts[i]))
			return false;
	return s->n_parts && !s->opaque && !s->objection;
}

static bool
is_all_plain(const struct census *run)
{
	for (size_t i = 0; i < census_size(run); i++) {
		const struct script *s = census_units(run)[i].script;
		for (size_t k = 0; k < s->n; k++)
			if (!is_plain(&s->statements[k]))
				return false;
		if (!s->known)
			return false;
	}
	return true;
}

/* A sequence goes with the table that owns it; one that nobody owns may be
 * anybody's, and stays. The patterns of pg_dump take quotes as SQL does. */
static const char find_rest[] =
	"WITH RECURSIVE kept(oid) AS ("
	"SELECT c.oid FROM json_array_elements($1::json) t(v)"
	" JOIN pg_namespace n ON n.nspname = (t.v->>0)::name"
	" JOIN pg_class c ON c.relnamespace = n.oid"
	"  AND c.relname = (t.v->>1)::name"
	" UNION SELECT e.oid FROM kept k, LATERAL ("
	"SELECT o.confrelid FROM pg_constraint o WHERE o.conrelid = k.oid"
	"  AND o.contype = 'f'"
	" UNION ALL SELECT h.inhparent FROM pg_inherits h"
	"  WHERE h.inhrelid = k.oid"
	" UNION ALL SELECT h.inhrelid FROM pg_inherits h"
	"  WHERE h.inhparent = k.oid) e(oid)),"
	" own AS (SELECT c.oid, c.relnamespace, c.relname, c.relkind"
	" FROM pg_class c WHERE c.oid >= 16384"
	" AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"
	" AND NOT EXISTS (SELECT FROM pg_depend x"
	"  WHERE x.classid = 'pg_class'::regclass AND x.objid = c.oid"
	"  AND x.deptype = 'e')),"
	" owner AS (SELECT d.objid, d.refobjid FROM pg_depend d"
	"  WHERE d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')"
	"  AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0)"
	" SELECT format('\"%s\".\"%s\"', replace(n.nspname, '\"', '\"\"'),"
	"  replace(o.relname, '\"', '\"\"')),"
	" (SELECT count(*) FROM own) FROM own o"
	" JOIN pg_namespace n ON n.oid = o.relnamespace"
	" LEFT JOIN owner w ON w.objid = o.oid AND o.relkind = 'S'"
	" WHERE o.oid NOT IN (SELECT oid FROM kept)"
	" AND coalesce(w.refobjid, 0) NOT IN (SELECT oid FROM kept)"
	" AND NOT (o.relkind = 'S' AND w.refobjid IS NULL) ORDER BY 1";

int
copy_extent_find(struct session *from, const struct census *run,
	const char *schema, const char *history, char ***ret, size_t *ret_kept,
	struct why *why)
{
	own(rows) PGresult *rows = NULL;
	uint64_t all = 0;
	*ret = NULL;
	if (!is_all_plain(run))
		return 0;
	own(str) char *tables = unit_tables(
		census_units(run), census_size(run), schema, history);
	int r = session_rows(from, find_rest, &rows, why, tables);
	if (r < 0 || !PQntuples(rows))
		return r;
	if (!span_u64(span_of(cell(rows, 0, 1)), &all) || all < COPY_WHOLE)
		return 0;
	for (int i = 0; i < PQntuples(rows); i++)
		strings_add(ret, cell(rows, i, 0));
	*ret_kept = all - (size_t)PQntuples(rows);
	return 0;
}
