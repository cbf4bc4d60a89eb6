#include "config.h"
#include "hands/diagnose/census.h"
#include "hands/plan/gates/gate.h"
#include "hands/postgres/session.h"
#include "hands/sql/rules/part.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void
unmeasured(struct gate_work *g, const char *why)
{
	g->verdict = MAX(g->verdict, VERDICT_ASK);
	gate_says(g, "%s", why);
}

int
gate_empty(struct gate_work *g, struct why *why)
{
	return gate_rows_that(g, "true", "that would have no value in it", why);
}

/* A validated CHECK (column IS NOT NULL) proves it without a scan. */
static int
is_proven(struct gate_work *g, bool *ret, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	own(str) char *column = session_quote(g->w->s, g->part->name);
	const char *const params[] = { g->table, g->part->name };
	int r = gate_ask(g,
		"SELECT FROM pg_constraint c JOIN pg_attribute a"
		" ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]"
		" WHERE c.conrelid = to_regclass($1) AND a.attname = $2"
		" AND c.contype = 'c' AND c.convalidated"
		" AND pg_get_expr(c.conbin, c.conrelid) ="
		" '(' || quote_ident($2) || ' IS NOT NULL)'",
		params, 2, &rows, why);
	if (r == 0)
		*ret = PQntuples(rows) > 0;
	return r;
}

int
gate_nulls(struct gate_work *g, struct why *why)
{
	char *const names[] = { g->part->name, NULL };
	bool there = false, proven = false;
	int r = gate_has_columns(g, names, &there, why);
	if (r < 0)
		return r;
	if (!there) {
		unmeasured(g, "the column is not there yet");
		return 0;
	}
	r = is_proven(g, &proven, why);
	if (r == 0 && proven) {
		g->verdict = VERDICT_AUTO;
		gate_says(g, "a CHECK proves that every row has a value");
	}
	if (r < 0 || proven)
		return r;
	own(str) char *column = session_quote(g->w->s, g->part->name);
	own(str) char *where = xprintf("%s IS NULL", column);
	r = gate_rows_that(g, where, "without a value in it", why);
	return r < 0 || g->verdict == VERDICT_FAILS ? r : gate_time(g, why);
}

/* Values that occur twice. Rows of which one value is missing never equal
 * others. */
static int
find_twice(struct gate_work *g, const char *keys, struct why *why)
{
	const struct guard_part *p = g->part;
	own(str) char *having =
		xprintf("FROM %s WHERE (%s) AND num_nulls(%s) = 0 GROUP BY %s"
			" HAVING count(*) > 1",
			g->table, p->sql ? p->sql : "true", keys, keys);
	own(str) char *count =
		xprintf("SELECT count(*) FROM (SELECT %s) twice", having);
	own(str) char *one =
		xprintf("SELECT concat_ws(', ', %s) %s LIMIT 1", keys, having);
	double n = 0;
	int r = gate_number(g, count, &n, why);
	if (r < 0 || n == 0)
		return r;
	own(rows) PGresult *rows = NULL;
	r = gate_ask(g, one, NULL, 0, &rows, why);
	if (r < 0)
		return r;
	own(str) char *value =
		gate_shown(PQntuples(rows) ? cell(rows, 0, 0) : "");
	g->verdict = VERDICT_FAILS;
	gate_says(g, "%.0f value%s occur%s in several rows, one of them is %s",
		n, n == 1 ? "" : "s", n == 1 ? "s" : "", value);
	return 0;
}

/* An index that is built CONCURRENTLY keeps nobody waiting. */
int
gate_unique(struct gate_work *g, struct why *why)
{
	const struct guard_part *p = g->part;
	bool there = true;
	own(str) char *keys =
		p->value ? xstrdup(p->value) : gate_columns(g, "", p->keys);
	int r = p->keys ? gate_has_columns(g, p->keys, &there, why) : 0;
	if (r < 0)
		return r;
	bool empty =
		p->keys && !p->keys[1] && gate_column_is_empty(g, p->keys[0]);
	if (!*keys || (!there && !empty))
		unmeasured(g, "whether values occur twice cannot be asked yet");
	else if (there)
		r = find_twice(g, keys, why);
	if (r < 0 || g->verdict == VERDICT_FAILS ||
		part_rule(p)->lock == LOCK_SHARE_UPDATE)
		return r;
	return gate_time(g, why);
}

int
gate_key(struct gate_work *g, struct why *why)
{
	bool there = false;
	int r = gate_has_columns(g, g->part->keys, &there, why);
	if (r < 0 || !there) {
		unmeasured(g, "its columns are not there yet");
		return r;
	}
	own(str) char *keys = gate_columns(g, "", g->part->keys);
	own(str) char *where = xprintf("num_nulls(%s) > 0", keys);
	r = gate_rows_that(g, where, "without a value in it", why);
	return r < 0 || g->verdict == VERDICT_FAILS ? r : gate_unique(g, why);
}

int
gate_check(struct gate_work *g, struct why *why)
{
	if (!g->part->sql) {
		unmeasured(g, "its condition cannot be asked");
		return 0;
	}
	own(str) char *where = xprintf("NOT (%s)", g->part->sql);
	int r = gate_rows_that(g, where, "that it refuses", why);
	return r < 0 || g->verdict == VERDICT_FAILS ? r : gate_time(g, why);
}

/* Whether the run itself puts rows into the table that is referred to. */
static bool
is_filled(const struct gate_work *g)
{
	const struct census *run = g->w->run;
	for (size_t i = 0; i < census_size(run); i++) {
		const struct script *s = census_units(run)[i].script;
		for (size_t k = 0; k < s->n; k++)
			for (size_t n = 0; n < s->statements[k].n_parts; n++) {
				const struct guard_part *p =
					&s->statements[k].parts[n];
				if (part_rule(p)->lock == LOCK_ROW_EXCLUSIVE &&
					p->table && g->part->to_table &&
					strcmp(p->table, g->part->to_table) ==
						0)
					return true;
			}
	}
	return false;
}

/* `child.a = parent.x AND ...` */
static char *
join_on(const struct gate_work *g, char *const *to_keys)
{
	own(buf) struct buf b = { 0 };
	for (size_t i = 0; g->part->keys[i]; i++) {
		own(str) char *from = session_quote(g->w->s, g->part->keys[i]);
		own(str) char *to = session_quote(g->w->s, to_keys[i]);
		buf_printf(&b, "%s%s.%s = p.%s", i ? " AND " : "", g->table,
			from, to);
	}
	return buf_take_str(&b);
}

static int
find_orphans(struct gate_work *g, struct why *why)
{
	const struct guard_part *p = g->part;
	own(str) char *keys = gate_columns(g, "", p->keys);
	own(str) char *parent = gate_name(g, p->to_schema, p->to_table);
	own(strings) char **primary = NULL;
	bool there = false;
	int r = gate_primary_key(g, p->to_schema, p->to_table, &primary, why);
	if (r == 0)
		r = gate_exists(g, parent, &there, why);
	if (r < 0)
		return r;
	char *const *to_keys = p->to_keys ? p->to_keys : primary;
	if (!there || strings_count(to_keys) != strings_count(p->keys)) {
		/* It is not there yet, or not what it will be. */
		own(str) char *any = xprintf("num_nulls(%s) = 0", keys);
		r = gate_rows_that(g, any, "without a parent yet", why);
		if (g->verdict == VERDICT_FAILS && is_filled(g))
			g->verdict = VERDICT_ASK;
		return r;
	}
	own(str) char *on = join_on(g, to_keys);
	own(str) char *where = xprintf(
		"num_nulls(%s) = 0 AND NOT EXISTS (SELECT FROM %s p WHERE %s)",
		keys, parent, on);
	r = gate_rows_that(g, where, "without a parent", why);
	if (g->verdict == VERDICT_FAILS && is_filled(g))
		g->verdict = VERDICT_ASK;
	return r;
}

int
gate_foreign(struct gate_work *g, struct why *why)
{
	const struct guard_part *p = g->part;
	bool there = false;
	int r = gate_has_columns(g, p->keys, &there, why);
	if (r < 0)
		return r;
	if (there)
		r = find_orphans(g, why);
	else if (!gate_column_is_empty(g, p->keys ? p->keys[0] : NULL))
		unmeasured(g, "its columns are not there yet");
	return r < 0 || g->verdict >= VERDICT_ASK ? r : gate_time(g, why);
}
