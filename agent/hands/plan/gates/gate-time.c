#include "config.h"
#include "hands/plan/gates/gate.h"
#include "hands/postgres/session.h"
#include "hands/sql/rules/part.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Pages that a sample reads at most. */
#define SAMPLE_PAGES 2000.0

/* How much longer than a mere count of the rows each takes, as measured on a
 * million rows: 53 ms for SET NOT NULL, 98 for a foreign key, 231 for a unique
 * constraint. */
static double
factor_of(const struct guard_rule *r)
{
	if (r->effect == EFFECT_BUILD)
		return 5;
	return r->gate == GATE_FOREIGN ? 2 : 1;
}

/* Of the table with all that inherits from it, partitions too. */
static int
read_size(struct gate_work *g, double *ret_pages, bool *ret_single,
	struct why *why)
{
	own(rows) PGresult *rows = NULL;
	const char *const params[] = { g->table };
	int r = gate_ask(g,
		"WITH RECURSIVE all_of(oid) AS (SELECT to_regclass($1)::oid"
		" UNION SELECT i.inhrelid FROM pg_inherits i, all_of a"
		" WHERE i.inhparent = a.oid)"
		" SELECT coalesce(sum(pg_relation_size(a.oid)), 0) /"
		" current_setting('block_size')::int, count(*)"
		" FROM all_of a",
		params, 1, &rows, why);
	if (r < 0)
		return r;
	*ret_pages = strtod(cell(rows, 0, 0), NULL);
	*ret_single = strcmp(cell(rows, 0, 1), "1") == 0;
	return 0;
}

/* The server's own watch, so that the way to it does not count. */
static int
time_of(struct gate_work *g, const char *sql, double *ret_ms, struct why *why)
{
	static const char label[] = "Execution Time: ";
	own(rows) PGresult *rows = NULL;
	own(str) char *limit =
		xprintf("SET LOCAL statement_timeout = %d", GATE_RATE_MS);
	own(str) char *explain =
		xprintf("EXPLAIN (ANALYZE, TIMING OFF) %s", sql);
	int r = session_do(g->w->s, limit, why);
	if (r == 0)
		r = session_ask(g->w->s, explain, NULL, 0, &rows, why);
	for (int i = 0; r == 0 && i < PQntuples(rows); i++)
		if (strncmp(cell(rows, i, 0), label, sizeof(label) - 1) == 0)
			*ret_ms = strtod(
				cell(rows, i, 0) + sizeof(label) - 1, NULL);
	return r;
}

/* All that holds a lock in one run adds up: it is let go at the end. */
int
gate_time(struct gate_work *g, struct why *why)
{
	double pages = 0, ms = 0;
	bool single = true;
	int r = read_size(g, &pages, &single, why);
	if (r < 0)
		return r;
	bool all = pages <= SAMPLE_PAGES || !single;
	own(str) char *where = all
		? xstrdup("")
		: xprintf(" WHERE ctid < '(%.0f,0)'::tid", SAMPLE_PAGES);
	own(str) char *sql =
		xprintf("SELECT count(*) FROM %s%s", g->table, where);
	r = time_of(g, sql, &ms, why);
	if (r == -EBADMSG) {
		g->verdict = MAX(g->verdict, VERDICT_ASK);
		gate_says(g,
			"its %.0f pages were not read within %d ms, and %d ms "
			"under a lock are allowed",
			pages, GATE_RATE_MS, GATE_ALLOWED_MS);
		return 0;
	}
	if (r < 0)
		return r;
	ms *= factor_of(part_rule(g->part)) * (all ? 1 : pages / SAMPLE_PAGES);
	g->w->spent_ms += ms;
	if (g->w->spent_ms > GATE_ALLOWED_MS)
		g->verdict = MAX(g->verdict, VERDICT_ASK);
	gate_says(g,
		"about %.0f ms for its %.0f pages, and %.0f ms of the %d that "
		"all statements may hold their locks",
		ms, pages, g->w->spent_ms, GATE_ALLOWED_MS);
	return 0;
}
