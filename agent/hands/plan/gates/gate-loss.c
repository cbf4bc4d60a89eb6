#include "config.h"
#include "hands/plan/gates/gate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "hands/postgres/session.h"
#include "hands/sql/rules/part.h"

/* An estimate where the rows are too many to be counted in time. */
static int
estimate(struct gate_work *g, struct why *why)
{
	double n = 0;
	own(rows) PGresult *rows = NULL;
	const char *const params[] = { g->table };
	int r = gate_ask(g,
		"SELECT c.reltuples::float8 FROM pg_class c"
		" WHERE c.oid = to_regclass($1)",
		params, 1, &rows, why);
	if (r == 0 && PQntuples(rows))
		n = strtod(cell(rows, 0, 0), NULL);
	if (r == 0 && n > 0)
		gate_says(g, "the table has about %.0f rows", n);
	return r;
}

int
gate_count(struct gate_work *g, struct why *why)
{
	double n = 0;
	const struct guard_part *p = g->part;
	own(str) char *sql = xprintf("SELECT count(*) FROM %s WHERE (%s)",
		g->table, p->sql ? p->sql : "true");
	int r = gate_number(g, sql, &n, why);
	if (r == -EBADMSG)
		return estimate(g, why);
	if (r == 0)
		gate_says(g,
			p->sql ? "%.0f row%s of it today"
			       : "the table has %.0f row%s",
			n, n == 1 ? "" : "s");
	return r;
}

/* How the catalog writes what is dropped; each takes the table, or the object,
 * and the name of a part of the table. */
static const struct {
	const char *rule, *sql;
} writers[] = {
	{ "drop-index",
		"SELECT pg_get_indexdef(to_regclass($1))"
		" WHERE $2::text IS NOT DISTINCT FROM $2" },
	{ "drop-constraint",
		"SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c"
		" WHERE c.conrelid = to_regclass($1) AND c.conname = $2" },
	{ "drop-trigger",
		"SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t"
		" WHERE t.tgrelid = to_regclass($1) AND t.tgname = $2" },
	{ "drop-policy",
		"SELECT coalesce(pg_get_expr(p.polqual, p.polrelid), 'no"
		" condition') FROM pg_policy p"
		" WHERE p.polrelid = to_regclass($1) AND p.polname = $2" },
	{ "drop-rule",
		"SELECT pg_get_ruledef(r.oid) FROM pg_rewrite r"
		" WHERE r.ev_class = to_regclass($1) AND r.rulename = $2" },
	{ "drop-type",
		"SELECT string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder)"
		" FROM pg_enum e WHERE e.enumtypid = to_regtype($1)"
		" AND $2::text IS NOT DISTINCT FROM $2" },
};

int
gate_loss(struct gate_work *g, struct why *why)
{
	for (size_t i = 0; i < ELEMENTS(writers); i++) {
		if (strcmp(writers[i].rule, part_rule(g->part)->name) != 0)
			continue;
		own(rows) PGresult *rows = NULL;
		const char *const params[] = { g->table, g->part->name };
		int r = gate_ask(g, writers[i].sql, params, 2, &rows, why);
		if (r < 0)
			return r;
		if (PQntuples(rows) == 0 || PQgetisnull(rows, 0, 0))
			return 0;
		own(str) char *shown =
			escape_str(span_of(cell(rows, 0, 0)), 200, ESCAPE_LINE);
		gate_says(g, "it is %s", shown);
	}
	return 0;
}
