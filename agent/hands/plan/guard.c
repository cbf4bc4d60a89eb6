#include "config.h"
#include "hands/plan/guard.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "hands/plan/in-script.h"
#include "hands/sql/builtin.h"
#include "hands/sql/rules/part.h"
#include "hands/sql/rules/rule.h"
#include "hands/sql/script.h"

#define OBJECTION_LONGEST 400u
#define NOT_LISTED "is not on the list of what runs by itself"
#define NOT_BESIDE "cannot run beside another statement or inside a transaction"

struct guard {
	const struct census *run;
	const struct guard_how *how;
	struct judgements *ret;
};

static bool
is_named(const struct made *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!list[i].table && strcmp(list[i].name, name) == 0)
			return true;
	return false;
}

/* Whether it makes or refers to something with the name of the migrator's own
 * table, in whatever schema. */
static bool
is_about_history(const struct guard *g, const struct statement *s)
{
	const char *history = g->how->history;
	for (size_t i = 0; i < s->n_parts; i++)
		if (s->parts[i].table &&
			strcmp(s->parts[i].table, history) == 0)
			return true;
	return (s->table && strcmp(s->table, history) == 0) ||
		is_named(s->makes, s->n_makes, history) ||
		is_named(s->refers, s->n_refers, history);
}

/* Objects without a schema go into the census'. */
static bool
makes_in_server_schema(const struct guard *g, const struct statement *s)
{
	if (!builtin_schema(census_schema(g->run)))
		return false;
	for (size_t i = 0; i < s->n_makes; i++)
		if (!s->makes[i].schema)
			return true;
	return false;
}

/* Without a schema, the server's own tables are found before all others. */
static bool
is_about_server(const struct statement *s)
{
	for (size_t i = 0; i < s->n_parts; i++)
		if (!s->parts[i].schema && builtin_schema(s->parts[i].table) &&
			s->kind != STATEMENT_CREATE_TABLE)
			return true;
	return false;
}

/* Something that the statement uses and that is not the server's own. */
static char *
stranger_objection(const struct made *m)
{
	own(str) char *name = escape_str(span_of(m->name), 100, ESCAPE_LINE);
	if (m->kind == USED_CAST)
		return xstrdup("converts values, and this database has a cast "
			       "of its own between types of the server");
	if (m->kind == USED_EVENTS)
		return xstrdup("fires an event trigger that somebody made in "
			       "this database");
	if (m->kind == USED_PATH)
		return xstrdup("has names without a schema, and search_path "
			       "looks elsewhere before pg_catalog");
	if (m->kind == USED_ENUM || m->kind == USED_TYPE_NAME)
		return xprintf("uses type \"%s\", which is not known to be "
			       "an enumeration or a type of the server",
			name);
	if (m->kind == USED_METHOD)
		return xprintf("uses access method \"%s\", for which this "
			       "database has a default operator class that is "
			       "not the server's own",
			name);
	if (m->kind == USED_INDEX)
		return xprintf("renames \"%s\", which is no index", name);
	return xprintf("uses %s \"%s\", and what this database has of that "
		       "name is not all the server's own",
		m->word, name);
}

/* Why a statement as a whole is not automatic, whatever its row says: owned, or
 * NULL. */
static char *
objection(const struct guard *g, const struct in_script *p)
{
	const struct statement *s = p->s;
	if (is_about_history(g, s))
		return xstrdup("is about a table with the name of the "
			       "migrator's own");
	if (s->objection)
		return escape_str(
			span_of(s->objection), OBJECTION_LONGEST, ESCAPE_LINE);
	if (makes_in_server_schema(g, s))
		return xstrdup("would make something in the server's own "
			       "schema");
	if (is_about_server(s))
		return xstrdup("is about a table of the server's own");
	const struct made *stranger =
		census_stranger(g->run, p->unit, p->statement);
	return stranger ? stranger_objection(stranger) : NULL;
}

static struct judgement *
add(struct guard *g, const struct in_script *p, const struct guard_part *part,
	enum verdict v, const char *reason)
{
	return judgements_add(g->ret,
		&(struct judgement){
			.unit = p->unit,
			.statement = p->statement,
			.part = part,
			.verdict = v,
			.reason = v == VERDICT_AUTO ? NULL : xstrdup(reason),
		});
}

/* Whether nothing would happen: migrators write CREATE SCHEMA IF NOT EXISTS
 * before everything else. */
static bool
does_nothing(const struct guard *g, const struct in_script *p)
{
	const struct statement *s = p->s;
	return s->n_makes == 1 && s->n_parts == 1 &&
		strcmp(part_rule(s->parts)->name, "create-schema") == 0 &&
		s->makes[0].if_not_exists &&
		census_exists(g->run, p->unit, p->statement, 0);
}

/* The gates that need no database. */
static enum verdict
pass(const struct guard *g, const struct in_script *p,
	const struct guard_part *part)
{
	const struct guard_rule *r = part_rule(part);
	bool exists = p->s->n_makes &&
		census_exists(g->run, p->unit, p->statement, 0);
	switch (r->gate) {
	case GATE_LIMIT:
		return in_script_is_short(part, g->how->lock_timeout,
			       g->how->statement_timeout)
			? VERDICT_AUTO
			: VERDICT_ASK;
	case GATE_APART:
		return in_script_adds_unchecked(g->run, p, part) ? VERDICT_ASK
			: in_script_is_locked(g->run, p)         ? VERDICT_GATED
								 : VERDICT_AUTO;
	case GATE_LABEL:
		return in_script_uses_label(g->run, p, part);
	default:
		/* One that a build left behind may be there, and count for
		 * nothing. */
		if (p->s->alone && r->effect == EFFECT_BUILD && exists)
			return VERDICT_ASK;
		return r->verdict;
	}
}

static void
judge_part(struct guard *g, const struct in_script *p,
	const struct guard_part *part)
{
	const struct guard_rule *r = part_rule(part);
	bool fresh = r->fresh && part->table &&
		in_script_is_new(g->run, p, part->schema, part->table);
	enum verdict v = fresh && r->verdict != VERDICT_NEVER
		? VERDICT_AUTO
		: pass(g, p, part);
	const char *reason = r->reason ? r->reason : NOT_LISTED;
	/* What a query put into it cannot be measured before. */
	if (v == VERDICT_GATED && part->table &&
		in_script_is_filled(g->run, p, part->schema, part->table))
		v = VERDICT_ASK;
	if (v <= VERDICT_GATED && p->s->alone && p->n > 1) {
		v = VERDICT_ASK;
		reason = NOT_BESIDE;
	}
	own(str) char *held = strcmp(r->name, "static-loss") == 0
		? xprintf("%s %s", reason, part->value ? part->value : "")
		: xstrdup(reason);
	struct judgement *j = add(g, p, part, v, held);
	j->fresh = fresh;
	/* Under its own lock alone it may take its time. */
	j->settled = r->gate == GATE_APART && v != VERDICT_GATED;
}

/* A new column whose values differ from row to row is asked about in any case,
 * and what it is declared to be cannot be measured before they are there. */
static void
settle_columns(struct guard *g, size_t first)
{
	for (size_t i = first; i < g->ret->n; i++) {
		const struct judgement *column = &g->ret->list[i];
		if (column->verdict != VERDICT_ASK ||
			part_rule(column->part)->effect != EFFECT_REWRITE)
			continue;
		for (size_t k = first; k < g->ret->n; k++) {
			struct judgement *j = &g->ret->list[k];
			if (j->verdict != VERDICT_GATED ||
				!str_equal(j->part->name, column->part->name))
				continue;
			j->verdict = VERDICT_ASK;
			j->settled = true;
		}
	}
}

/* What a gate would ask in production is made of the statement's own
 * expressions and types, so it asks nothing if they are not known to be
 * harmless: they were looked through only where every part may pass, and then
 * without an objection. */
static void
settle_expressions(struct guard *g, size_t first, bool harmless)
{
	for (size_t i = first; i < g->ret->n; i++)
		harmless &= rule_may_pass(part_rule(g->ret->list[i].part));
	for (size_t i = first; i < g->ret->n && !harmless; i++) {
		struct judgement *j = &g->ret->list[i];
		enum gate gate = part_rule(j->part)->gate;
		bool by_name = gate == GATE_COUNT || gate == GATE_LOSS ||
			gate == GATE_EMPTY || gate == GATE_NULLS ||
			gate == GATE_FOREIGN || gate == GATE_KEY ||
			(gate == GATE_UNIQUE && !j->part->value);
		if (by_name)
			continue;
		j->settled = true;
		if (j->verdict == VERDICT_GATED)
			j->verdict = VERDICT_ASK;
	}
}

/* The server refuses it in any database. */
static const char *
named_twice(const struct statement *s)
{
	for (size_t i = 0; i < s->n_makes; i++)
		for (size_t k = 0; k < i; k++)
			if (s->makes[i].kind == MADE_COLUMN &&
				s->makes[k].kind == MADE_COLUMN &&
				str_equal(s->makes[i].name, s->makes[k].name) &&
				str_equal(s->makes[i].table, s->makes[k].table))
				return s->makes[i].name;
	return NULL;
}

static void
judge_names(struct guard *g, const struct in_script *p)
{
	const char *twice = named_twice(p->s);
	if (!twice)
		return;
	own(str) char *shown = escape_str(span_of(twice), 100, ESCAPE_LINE);
	own(str) char *reason = xprintf("names column \"%s\" twice", shown);
	add(g, p, p->s->parts, VERDICT_FAILS, reason)->settled = true;
}

static void
judge_statement(struct guard *g, const struct in_script *p)
{
	size_t first = g->ret->n;
	enum verdict strictest = VERDICT_AUTO;
	if (does_nothing(g, p))
		return;
	for (size_t i = 0; i < p->s->n_parts; i++)
		judge_part(g, p, &p->s->parts[i]);
	settle_columns(g, first);
	judge_names(g, p);
	for (size_t i = first; i < g->ret->n; i++)
		strictest = MAX(strictest, g->ret->list[i].verdict);
	own(str) char *why = objection(g, p);
	settle_expressions(g, first, !why);
	if (!why || strictest == VERDICT_NEVER)
		return;
	add(g, p, p->s->parts, VERDICT_ASK, why)->settled = true;
}

/* A text with a NUL byte cannot be sent whole, so it could not run as it was
 * read. Any other unknown script a person may read and approve. */
static void
judge_unknown(struct guard *g, size_t unit, const struct unit_script *u)
{
	struct span text = buf_span(&u->unit->text);
	bool nul = text.len && memchr(text.data, '\0', text.len);
	const struct in_script whole = { .unit = unit };
	own(str) char *reason = xprintf("does what cannot be told: %s",
		u->script->unknown ? u->script->unknown : "it was not parsed");
	(void)add(g, &whole, NULL, nul ? VERDICT_NEVER : VERDICT_ASK, reason);
}

static void
judge_unit(struct guard *g, size_t unit)
{
	const struct unit_script *u = &census_units(g->run)[unit];
	const struct in_script whole = { .unit = unit };
	if (u->unit->problem) {
		(void)add(g, &whole, NULL, VERDICT_NEVER,
			"has no script that can be read");
		return;
	}
	if (!u->script->known)
		judge_unknown(g, unit, u);
	for (size_t i = 0; i < u->script->n; i++) {
		struct in_script p = { unit, i, u->script->n,
			&u->script->statements[i] };
		judge_statement(g, &p);
	}
}

void
guard_judge(const struct census *run, const struct guard_how *how,
	struct judgements *ret)
{
	struct guard g = { .run = run, .how = how, .ret = ret };
	assert(run);
	for (size_t i = 0; i < census_size(run); i++)
		judge_unit(&g, i);
}
