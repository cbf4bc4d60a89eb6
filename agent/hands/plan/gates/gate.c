#include "config.h"
#include "hands/plan/gates/gate.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/redact.h"
#include "hands/diagnose/census.h"
#include "hands/postgres/session.h"
#include "hands/sql/rules/part.h"

#define VALUE_SHOWN 80u

/* What filters rows by who asks would hide those that matter: the server then
 * refuses the question instead. */
static const char before_each[] =
	"SET LOCAL row_security = off; "
	"SET LOCAL max_parallel_workers_per_gather = 0; "
	"SET LOCAL statement_timeout = ";

static int
prepare(struct session *s, unsigned patience_ms, struct why *why)
{
	own(str) char *sql = xprintf("%s%u", before_each, patience_ms);
	return session_script(s, sql, why);
}

int
gate_ask(struct gate_work *g, const char *sql, const char *const *params,
	size_t n, PGresult **ret, struct why *why)
{
	int r = prepare(g->w->s, GATE_PATIENCE_MS, why);
	return r < 0 ? r : session_ask(g->w->s, sql, params, n, ret, why);
}

int
gate_number(struct gate_work *g, const char *sql, double *ret, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	int r = gate_ask(g, sql, NULL, 0, &rows, why);
	if (r == 0)
		*ret = PQntuples(rows) ? strtod(cell(rows, 0, 0), NULL) : 0;
	return r;
}

void
gate_says(struct gate_work *g, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	own(str) char *text = xvprintf(fmt, args);
	va_end(args);
	char *both = g->figures ? xprintf("%s; %s", g->figures, text)
				: xstrdup(text);
	free(g->figures);
	g->figures = both;
}

char *
gate_shown(const char *value)
{
	own(str) char *bare = redact(span_of(value));
	return escape_str(span_of(bare), VALUE_SHOWN, ESCAPE_LINE);
}

char *
gate_name(const struct gate_work *g, const char *schema, const char *table)
{
	own(str) char *in = session_quote(
		g->w->s, schema ? schema : census_schema(g->w->run));
	own(str) char *name = session_quote(g->w->s, table);
	return xprintf("%s.%s", in, name);
}

char *
gate_columns(const struct gate_work *g, const char *before, char *const *names)
{
	own(buf) struct buf b = { 0 };
	buf_add_str(&b, "");
	for (size_t i = 0; names && names[i]; i++) {
		own(str) char *name = session_quote(g->w->s, names[i]);
		buf_printf(&b, "%s%s%s", i ? ", " : "", before, name);
	}
	return buf_take_str(&b);
}

int
gate_has_columns(
	struct gate_work *g, char *const *names, bool *ret, struct why *why)
{
	*ret = true;
	for (size_t i = 0; names && names[i] && *ret; i++) {
		own(rows) PGresult *rows = NULL;
		const char *const params[] = { g->table, names[i] };
		int r = gate_ask(g,
			"SELECT FROM pg_attribute a WHERE a.attrelid ="
			" to_regclass($1) AND a.attname = $2 AND a.attnum > 0"
			" AND NOT a.attisdropped",
			params, 2, &rows, why);
		if (r < 0)
			return r;
		*ret = PQntuples(rows) > 0;
	}
	return 0;
}

int
gate_exists(struct gate_work *g, const char *name, bool *ret, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	const char *const params[] = { name };
	int r = gate_ask(g,
		"SELECT to_regclass($1) IS NOT NULL"
		" OR to_regtype($1) IS NOT NULL",
		params, 1, &rows, why);
	if (r == 0)
		*ret = *cell(rows, 0, 0) == 't';
	return r;
}

bool
gate_column_is_empty(const struct gate_work *g, const char *column)
{
	const struct census *run = g->w->run;
	for (size_t i = 0; i < census_size(run); i++) {
		const struct script *s = census_units(run)[i].script;
		for (size_t k = 0; k < s->n; k++)
			for (size_t n = 0; n < s->statements[k].n_parts; n++) {
				const struct guard_part *p =
					&s->statements[k].parts[n];
				if (str_equal(
					    part_rule(p)->name, "add-column") &&
					str_equal(p->table, g->part->table) &&
					str_equal(p->name, column) && !p->value)
					return true;
			}
	}
	return false;
}

int
gate_primary_key(struct gate_work *g, const char *schema, const char *table,
	char ***ret, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	own(str) char *name = gate_name(g, schema, table);
	const char *const params[] = { name };
	int r = gate_ask(g,
		"SELECT a.attname FROM pg_index i,"
		" unnest(i.indkey::int2[]) WITH ORDINALITY k(n, place),"
		" pg_attribute a WHERE i.indrelid = to_regclass($1)"
		" AND i.indisprimary AND a.attrelid = i.indrelid"
		" AND a.attnum = k.n ORDER BY k.place",
		params, 1, &rows, why);
	for (int i = 0; r == 0 && i < PQntuples(rows); i++)
		strings_add(ret, cell(rows, i, 0));
	return r;
}

/* `"id" = 7`, of the first row that matches. */
static int
add_example(struct gate_work *g, const char *where, struct why *why)
{
	own(strings) char **key = NULL;
	int r = gate_primary_key(g, g->part->schema, g->part->table, &key, why);
	if (r < 0 || !key)
		return r;
	own(str) char *columns = gate_columns(g, "", key);
	own(str) char *sql = xprintf(
		"SELECT %s FROM %s WHERE %s LIMIT 1", columns, g->table, where);
	own(rows) PGresult *rows = NULL;
	r = gate_ask(g, sql, NULL, 0, &rows, why);
	if (r < 0 || PQntuples(rows) == 0)
		return r;
	own(buf) struct buf b = { 0 };
	for (int i = 0; i < PQnfields(rows); i++) {
		own(str) char *name = gate_shown(key[i]);
		own(str) char *value = gate_shown(cell(rows, 0, i));
		buf_printf(&b, "%s%s = %s", i ? ", " : "", name, value);
	}
	gate_says(g, "one of them is that with %s", buf_str(&b));
	return 0;
}

int
gate_rows_that(struct gate_work *g, const char *where, const char *what,
	struct why *why)
{
	double n = 0;
	own(str) char *sql =
		xprintf("SELECT count(*) FROM %s WHERE %s", g->table, where);
	int r = gate_number(g, sql, &n, why);
	if (r < 0 || n == 0)
		return r;
	g->verdict = VERDICT_FAILS;
	gate_says(g, "%.0f row%s %s", n, n == 1 ? "" : "s", what);
	return add_example(g, where, why);
}
