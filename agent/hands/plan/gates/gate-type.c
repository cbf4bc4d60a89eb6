#include "config.h"
#include "hands/diagnose/census.h"
#include "hands/plan/gates/gate.h"
#include "hands/postgres/session.h"
#include "hands/sql/rules/part.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Built-in types, whose numbers never change (pg_type.dat). */
enum {
	OF_TEXT = 25,
	OF_CIDR = 650,
	OF_INET = 869,
	OF_BPCHAR = 1042,
	OF_VARCHAR = 1043,
	OF_VARBIT = 1562,
	OF_NUMERIC = 1700
};

/* PostgreSQL adds this to the length of a varchar and to numeric's sizes. */
#define HEADER 4

struct typed {
	unsigned oid;
	int mod; /* -1: no length */
	char *words;
};

static void
typed_free(struct typed *t)
{
	free(t->words);
}

static inline void
typed_let_go(struct typed *t)
{
	typed_free(t);
}

static void
ask_because(struct gate_work *g, const char *why)
{
	g->verdict = MAX(g->verdict, VERDICT_ASK);
	gate_says(g, "%s", why);
}

/* What the column is now; `words` NULL: there is no such column. */
static int
read_old(struct gate_work *g, struct typed *ret, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	const char *const params[] = { g->table, g->part->name };
	int r = gate_ask(g,
		"SELECT a.atttypid::int8, a.atttypmod,"
		" format_type(a.atttypid, a.atttypmod) FROM pg_attribute a"
		" WHERE a.attrelid = to_regclass($1) AND a.attname = $2"
		" AND a.attnum > 0 AND NOT a.attisdropped",
		params, 2, &rows, why);
	if (r < 0 || PQntuples(rows) == 0)
		return r;
	ret->oid = (unsigned)strtoul(cell(rows, 0, 0), NULL, 10);
	ret->mod = atoi(cell(rows, 0, 1));
	ret->words = xstrdup(cell(rows, 0, 2));
	return 0;
}

/* The server says of which type a value of it is. */
static int
read_new(struct gate_work *g, struct typed *ret, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	own(str) char *sql = xprintf("SELECT NULL::%s", g->part->type);
	int r = gate_ask(g, sql, NULL, 0, &rows, why);
	if (r < 0)
		return r;
	ret->oid = PQftype(rows, 0);
	ret->mod = PQfmod(rows, 0);
	ret->words = xstrdup(g->part->type);
	return 0;
}

static bool
is_text(unsigned oid)
{
	return oid == OF_TEXT || oid == OF_VARCHAR;
}

/* Scale and precision of numeric are the halves of its number. */
static bool
is_wider_numeric(int from, int to)
{
	if (to < 0)
		return true;
	if (from < 0)
		return false;
	return ((from - HEADER) & 0xffff) == ((to - HEADER) & 0xffff) &&
		from <= to;
}

/* Whether every value stays as it is on the disk. */
static bool
stays(const struct typed *from, const struct typed *to)
{
	bool longer = to->mod < 0 || (from->mod >= 0 && from->mod <= to->mod);
	if (is_text(from->oid) && is_text(to->oid))
		return longer;
	if (from->oid == OF_CIDR && to->oid == OF_INET)
		return true;
	if (from->oid != to->oid)
		return false;
	if (to->oid == OF_NUMERIC)
		return is_wider_numeric(from->mod, to->mod);
	return from->mod == to->mod || (to->oid == OF_VARBIT && longer);
}

/* A view's query has the type in it: the server refuses. A CHECK is checked
 * anew in every row. */
static int
find_users(struct gate_work *g, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	const char *const params[] = { g->table, g->part->name };
	int r = gate_ask(g,
		"SELECT (SELECT r.ev_class::regclass FROM pg_depend d"
		"  JOIN pg_rewrite r ON r.oid = d.objid"
		"  WHERE d.classid = 'pg_rewrite'::regclass"
		"  AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum"
		"  LIMIT 1), EXISTS (SELECT FROM pg_constraint c"
		"  WHERE c.conrelid = a.attrelid AND c.contype = 'c'"
		"  AND a.attnum = ANY (c.conkey)) FROM pg_attribute a"
		" WHERE a.attrelid = to_regclass($1) AND a.attname = $2",
		params, 2, &rows, why);
	if (r < 0 || PQntuples(rows) == 0)
		return r;
	if (!PQgetisnull(rows, 0, 0)) {
		own(str) char *view = gate_shown(cell(rows, 0, 0));
		g->verdict = VERDICT_FAILS;
		gate_says(g, "view %s uses the column", view);
	} else if (*cell(rows, 0, 1) == 't') {
		ask_because(g, "a CHECK of the column is checked in every row");
	}
	return 0;
}

/* Characters behind the length may be blanks alone. */
static int
find_longer(struct gate_work *g, const struct typed *to, struct why *why)
{
	own(str) char *column = session_quote(g->w->s, g->part->name);
	own(str) char *where = xprintf("char_length(rtrim(%s::text, ' ')) > %d",
		column, to->mod - HEADER);
	own(str) char *what =
		xprintf("with more than %d characters", to->mod - HEADER);
	return gate_rows_that(g, where, what, why);
}

/* Before PostgreSQL 16 no function tells whether a value can be read as a type,
 * so all are, and the first that cannot ends the question. */
static int
convert_all(struct gate_work *g, struct why *why)
{
	own(str) char *column = session_quote(g->w->s, g->part->name);
	own(str) char *sql = xprintf("SELECT count((%s)::%s) FROM %s",
		g->part->value ? g->part->value : column, g->part->type,
		g->table);
	double n = 0;
	int r = gate_number(g, sql, &n, why);
	if (r != -EBADMSG || strncmp(session_state(g->w->s), "22", 2) != 0)
		return r;
	own(str) char *error = gate_shown(why->text);
	g->verdict = VERDICT_FAILS;
	gate_says(g, "a value cannot become %s: %s", g->part->type, error);
	return 0;
}

/* How many cannot become a number, and the key of one. */
static int
find_no_numbers(struct gate_work *g, const struct typed *from, unsigned to,
	struct why *why)
{
	static const unsigned whole[] = { 20, 21, 23 }; /* int8, int2, int4 */
	bool is_whole = false;
	for (size_t i = 0; i < ELEMENTS(whole); i++)
		is_whole |= to == whole[i];
	if (!is_text(from->oid) || !is_whole)
		return 0;
	own(str) char *column = session_quote(g->w->s, g->part->name);
	own(str) char *where = xprintf("%s !~ '^\\s*[-+]?[0-9]+\\s*$'", column);
	return gate_rows_that(g, where, "without a whole number in it", why);
}

/* The labels of an enumeration that the run itself makes; NULL. */
static char *const *
labels_of(const struct gate_work *g)
{
	const struct census *run = g->w->run;
	for (size_t i = 0; i < census_size(run); i++) {
		const struct script *s = census_units(run)[i].script;
		for (size_t k = 0; k < s->n; k++)
			for (size_t n = 0; n < s->statements[k].n_parts; n++) {
				const struct guard_part *p =
					&s->statements[k].parts[n];
				own(str) char *quoted = p->name
					? session_quote(g->w->s, p->name)
					: NULL;
				if (strcmp(part_rule(p)->name, "create-enum") ==
						0 &&
					quoted &&
					(strcmp(p->name, g->part->type) == 0 ||
						strcmp(quoted, g->part->type) ==
							0))
					return p->keys;
			}
	}
	return NULL;
}

/* The enumeration with fewer values, as migrators exchange it. */
static int
find_removed(struct gate_work *g, char *const *labels, struct why *why)
{
	own(str) char *column = session_quote(g->w->s, g->part->name);
	own(buf) struct buf list = { 0 };
	for (size_t i = 0; labels[i]; i++) {
		own(str) char *literal = session_literal(g->w->s, labels[i]);
		buf_printf(&list, "%s%s", i ? ", " : "", literal);
	}
	own(str) char *where = xprintf("%s IS NOT NULL AND %s::text <> ALL"
				       " (ARRAY[%s]::text[])",
		column, column, list.len ? buf_str(&list) : "");
	return gate_rows_that(
		g, where, "with a value that is no longer one", why);
}

static int
judge_types(struct gate_work *g, const struct typed *from,
	const struct typed *to, struct why *why)
{
	gate_says(g, "from %s", from->words);
	int r = find_users(g, why);
	if (r < 0 || g->verdict == VERDICT_FAILS)
		return r;
	bool checked = g->figures && strstr(g->figures, "CHECK");
	if (!g->part->value && !checked && stays(from, to)) {
		g->verdict = VERDICT_AUTO;
		return 0;
	}
	if (is_text(from->oid) &&
		(to->oid == OF_VARCHAR || to->oid == OF_BPCHAR) && to->mod >= 0)
		return find_longer(g, to, why);
	r = find_no_numbers(g, from, to->oid, why);
	return r < 0 || g->verdict == VERDICT_FAILS ? r : convert_all(g, why);
}

int
gate_type(struct gate_work *g, struct why *why)
{
	own(typed) struct typed from = { 0 }, to = { 0 };
	char *const *labels = g->part->type ? labels_of(g) : NULL;
	int r = read_old(g, &from, why);
	if (r < 0)
		return r;
	if (!from.words || !g->part->type) {
		ask_because(g, "the column is not there yet");
		return 0;
	}
	if (labels) {
		gate_says(g, "from %s", from.words);
		return find_removed(g, labels, why);
	}
	r = read_new(g, &to, why);
	return r < 0 ? r : judge_types(g, &from, &to, why);
}

/* The server looks at a default when a row needs it, and not before. */
int
gate_room(struct gate_work *g, struct why *why)
{
	own(typed) struct typed of = { 0 };
	int r = read_old(g, &of, why);
	if (r < 0)
		return r;
	if (!of.words) {
		ask_because(g, "the column is not there yet");
		return 0;
	}
	own(rows) PGresult *rows = NULL;
	own(str) char *sql = xprintf("SELECT (%s)::%s::text = (%s)::text",
		g->part->value ? g->part->value : "NULL", of.words,
		g->part->value ? g->part->value : "NULL");
	bool cuts = of.oid == OF_VARCHAR || of.oid == OF_BPCHAR ||
		of.oid == OF_VARBIT;
	r = gate_ask(g, sql, NULL, 0, &rows, why);
	if (r == 0 && (!cuts || *cell(rows, 0, 0) != 'f'))
		return 0;
	own(str) char *type = gate_shown(of.words);
	if (r == 0 || r == -EBADMSG) {
		g->verdict = VERDICT_ASK;
		gate_says(g, "it is of type %s", type);
		r = 0;
	}
	return r;
}
