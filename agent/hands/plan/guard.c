#include "config.h"
#include "hands/plan/guard.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "hands/sql/builtin.h"
#include "hands/sql/statement.h"

#define OBJECTION_LONGEST 400u

struct guard {
	const struct census *run;
	const char *history;
	char **doubts[VERDICTS]; /* sentences; none for VERDICT_AUTO */
};

/* A statement, and where in the run it stands. */
struct place {
	size_t unit, statement;
	const struct statement *s;
};

/* Whether this statement creates the table, which does not exist before. */
static bool
makes_new(
	const struct guard *g, const struct place *p, const struct made *table)
{
	return p->s->kind == STATEMENT_CREATE_TABLE && p->s->n_makes &&
		!census_exists(g->run, p->unit, p->statement, 0) &&
		made_same(&p->s->makes[0], table, census_schema(g->run));
}

/* Whether the run itself creates the statement's table before its turn. */
static bool
is_new(const struct guard *g, const struct place *on)
{
	const struct unit_script *list = census_units(g->run);
	struct made table = {
		.kind = MADE_RELATION,
		.schema = on->s->schema,
		.name = on->s->table,
	};
	for (size_t i = 0; i <= on->unit; i++) {
		const struct script *s = list[i].script;
		size_t n = i < on->unit ? s->n : on->statement;
		for (size_t k = 0; k < n; k++) {
			struct place before = { i, k, &s->statements[k] };
			if (makes_new(g, &before, &table))
				return true;
		}
	}
	return false;
}

static void object_to(struct guard *g, enum verdict v, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void
object_to(struct guard *g, enum verdict v, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	own(str) char *doubt = xvprintf(fmt, args);
	va_end(args);
	strings_add(&g->doubts[v], doubt);
}

/* Whether it is a CREATE SCHEMA IF NOT EXISTS that does nothing. Migrators
 * write it before everything else. */
static bool
does_nothing(const struct guard *g, const struct place *p)
{
	return p->s->n_makes && p->s->makes[0].if_not_exists &&
		census_exists(g->run, p->unit, p->statement, 0);
}

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
	return (s->table && strcmp(s->table, g->history) == 0) ||
		is_named(s->makes, s->n_makes, g->history) ||
		is_named(s->refers, s->n_refers, g->history);
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

/* Why the kind of a statement is not automatic, or NULL. */
static const char *
kind_objection(const struct guard *g, const struct place *p)
{
	switch (p->s->kind) {
	case STATEMENT_CREATE_TYPE:
	case STATEMENT_CREATE_TABLE:
		return NULL;
	case STATEMENT_CREATE_INDEX:
		if (p->s->alone)
			return "cannot run inside a transaction";
		return is_new(g, p) ? NULL
				    : "works on a table that exists already";
	case STATEMENT_ADD_FOREIGN_KEY:
		return is_new(g, p) ? NULL
				    : "works on a table that exists already";
	case STATEMENT_CREATE_SCHEMA:
		return does_nothing(g, p) ? NULL : "creates a schema";
	case STATEMENT_TRANSACTION:
		return "begins or ends a transaction by itself";
	default:
		return "is not on the list of what runs by itself";
	}
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
	return xprintf("uses %s \"%s\", and what this database has of that "
		       "name is not all the server's own",
		m->word, name);
}

/* Why a statement is not automatic: owned, or NULL. */
static char *
objection(const struct guard *g, const struct place *p)
{
	const struct statement *s = p->s;
	const char *why = kind_objection(g, p);
	if (s->opaque)
		return xstrdup("runs code that no parser sees");
	if (is_about_history(g, s))
		return xstrdup("is about a table with the name of the "
			       "migrator's own");
	if (s->objection)
		return escape_str(
			span_of(s->objection), OBJECTION_LONGEST, ESCAPE_LINE);
	if (why)
		return xstrdup(why);
	if (makes_in_server_schema(g, s))
		return xstrdup("would make something in the server's own "
			       "schema");
	const struct made *stranger =
		census_stranger(g->run, p->unit, p->statement);
	return stranger ? stranger_objection(stranger) : NULL;
}

static void
judge_statement(struct guard *g, const char *unit, const struct place *p)
{
	own(str) char *what = escape_str(span_of(p->s->what), 80, ESCAPE_LINE);
	if (p->s->loses) {
		object_to(g, VERDICT_NEVER,
			"statement %zu of %s can lose data: %s",
			p->statement + 1, unit, what);
		return;
	}
	own(str) char *why = objection(g, p);
	if (why)
		object_to(g, VERDICT_ASK, "statement %zu of %s (%s) %s",
			p->statement + 1, unit, what, why);
}

/* A text with a NUL byte cannot be sent whole, so it could not run as it was
 * read. Any other unknown script a person may read and approve. */
static void
judge_unknown(struct guard *g, const char *unit, const struct unit_script *u)
{
	struct span text = buf_span(&u->unit->text);
	bool nul = text.len && memchr(text.data, '\0', text.len);
	object_to(g, nul ? VERDICT_NEVER : VERDICT_ASK,
		"what %s does cannot be told: %s", unit,
		u->script->unknown ? u->script->unknown : "it was not parsed");
}

static void
judge_unit(struct guard *g, size_t unit)
{
	const struct unit_script *u = &census_units(g->run)[unit];
	own(str) char *name =
		escape_str(span_of(u->unit->name), 120, ESCAPE_LINE);
	if (u->unit->problem) {
		object_to(g, VERDICT_NEVER, "%s has no script that can be read",
			name);
		return;
	}
	if (!u->script->known)
		judge_unknown(g, name, u);
	for (size_t i = 0; i < u->script->n; i++) {
		struct place p = { unit, i, &u->script->statements[i] };
		judge_statement(g, name, &p);
	}
}

/* Every doubt is kept, not the strictest alone: a person who is asked must not
 * learn of one statement and approve another with it. */
enum verdict
guard_judge(const struct census *run, const char *history, char ***ret_doubts)
{
	struct guard g = { .run = run, .history = history };
	assert(run);
	for (size_t i = 0; i < census_size(run); i++)
		judge_unit(&g, i);
	enum verdict strictest = VERDICT_AUTO;
	for (enum verdict v = VERDICT_NEVER; v > VERDICT_AUTO; v--) {
		for (char **s = g.doubts[v]; s && *s; s++)
			strings_add(ret_doubts, *s);
		if (g.doubts[v])
			strictest = MAX(strictest, v);
		strings_free(g.doubts[v]);
	}
	return strictest;
}
