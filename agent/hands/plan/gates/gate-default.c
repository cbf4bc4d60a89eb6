#include "config.h"
#include "hands/plan/gates/gate.h"
#include "hands/postgres/session.h"
#include "hands/sql/rules/part.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The value that every row gets. */
static char *
value_of(const struct gate_work *g)
{
	const struct guard_part *p = g->part;
	return xprintf("(%s)::%s", p->value ? p->value : "NULL",
		p->type ? p->type : "text");
}

/* The same value in each row is unique in one row at most. */
static int
is_once(struct gate_work *g, struct why *why)
{
	double n = 0;
	own(str) char *sql = xprintf(
		"SELECT count(*) FROM (SELECT FROM %s LIMIT 2) few", g->table);
	int r = g->part->value ? gate_number(g, sql, &n, why) : 0;
	if (r == 0 && n > 1) {
		g->verdict = VERDICT_FAILS;
		gate_says(g, "every row would get the same value");
	}
	return r;
}

/* Of a row that is there, with the new column beside its own. */
static int
passes_check(struct gate_work *g, struct why *why)
{
	double n = 0;
	own(str) char *column = session_quote(g->w->s, g->part->name);
	own(str) char *value = value_of(g);
	own(str) char *sql = xprintf(
		"SELECT count(*) FROM (SELECT *, %s AS %s FROM %s) grown"
		" WHERE NOT (%s)",
		value, column, g->table, g->part->sql);
	int r = gate_number(g, sql, &n, why);
	if (r == 0 && n > 0) {
		g->verdict = VERDICT_FAILS;
		gate_says(g, "%.0f row%s would not pass it", n,
			n == 1 ? "" : "s");
	}
	return r;
}

static int
has_parent(struct gate_work *g, struct why *why)
{
	const struct guard_part *p = g->part;
	own(strings) char **primary = NULL;
	int r = gate_primary_key(g, p->to_schema, p->to_table, &primary, why);
	char *const *keys = p->to_keys ? p->to_keys : primary;
	if (r < 0)
		return r;
	if (strings_count(keys) != 1) {
		g->verdict = MAX(g->verdict, VERDICT_ASK);
		gate_says(g, "the table that it refers to is not there yet");
		return 0;
	}
	own(str) char *key = session_quote(g->w->s, keys[0]);
	own(str) char *parent = gate_name(g, p->to_schema, p->to_table);
	own(str) char *value = value_of(g);
	own(str) char *without =
		xprintf("NOT EXISTS (SELECT FROM %s p WHERE p.%s = %s)", parent,
			key, value);
	return gate_rows_that(g, without, "that would have no parent", why);
}

int
gate_default(struct gate_work *g, struct why *why)
{
	const struct guard_part *p = g->part;
	const char *name = part_rule(p)->name;
	int r = strcmp(name, "add-column-unique") == 0 ? is_once(g, why)
		: p->to_table                          ? has_parent(g, why)
		: p->sql                               ? passes_check(g, why)
						       : -EBADMSG;
	return r < 0 || g->verdict >= VERDICT_ASK ? r : gate_time(g, why);
}
