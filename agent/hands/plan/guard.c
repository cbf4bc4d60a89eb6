#include "config.h"
#include "hands/plan/guard.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "hands/sql/statement.h"

struct guard {
	struct migration *const *list;
	size_t n;
	const char *schema;
	enum verdict verdict;
	char *reason;
};

/* Whether the plan itself creates this table. */
static bool
is_new(const struct guard *g, const struct statement *on)
{
	struct made wanted = {
		.kind = MADE_RELATION,
		.schema = on->schema,
		.name = on->table,
	};
	for (size_t i = 0; i < g->n; i++) {
		const struct script *s = &g->list[i]->script;
		for (size_t k = 0; k < s->n; k++) {
			const struct statement *t = &s->statements[k];
			if (t->kind == STATEMENT_CREATE_TABLE && t->n_makes &&
				!t->makes[0].exists &&
				made_same(&t->makes[0], &wanted, g->schema))
				return true;
			if (t == on)
				return false;
		}
	}
	return false;
}

static void raise_to(struct guard *g, enum verdict v, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void
raise_to(struct guard *g, enum verdict v, const char *fmt, ...)
{
	if (v <= g->verdict)
		return;
	va_list args;
	va_start(args, fmt);
	char *reason = xvprintf(fmt, args);
	va_end(args);
	free(g->reason);
	g->reason = reason;
	g->verdict = v;
}

/* Why a statement is not automatic, or NULL. */
static const char *
objection(const struct guard *g, const struct statement *s)
{
	if (s->opaque)
		return "runs code that no parser sees";
	if (s->special)
		return "is of a kind that touches more than its own table";
	switch (s->kind) {
	case STATEMENT_CREATE_TYPE:
	case STATEMENT_CREATE_TABLE:
		return NULL;
	case STATEMENT_CREATE_INDEX:
		if (s->alone)
			return "cannot run inside a transaction";
		return is_new(g, s) ? NULL
				    : "works on a table that exists already";
	case STATEMENT_ADD_FOREIGN_KEY:
		return is_new(g, s) ? NULL
				    : "works on a table that exists already";
	case STATEMENT_CREATE_SCHEMA:
		/* Prisma writes it before everything else; where the schema
		 * exists it does nothing. */
		return s->n_makes && s->makes[0].if_not_exists &&
				s->makes[0].exists
			? NULL
			: "creates a schema";
	case STATEMENT_TRANSACTION:
		return "begins or ends a transaction by itself";
	default:
		return "is not on the list of what runs by itself";
	}
}

static void
judge_script(struct guard *g, const struct migration *m)
{
	own(str) char *name = escape_str(span_of(m->name), 120, ESCAPE_LINE);
	if (m->problem) {
		raise_to(g, VERDICT_NEVER, "%s has no script that can be read",
			name);
		return;
	}
	if (!m->script.known) {
		/* What cannot be sent whole cannot be run as it was read. */
		bool nul =
			m->text.len && memchr(m->text.data, '\0', m->text.len);
		raise_to(g, nul ? VERDICT_NEVER : VERDICT_ASK,
			"what %s does cannot be told: %s", name,
			m->script.unknown ? m->script.unknown
					  : "it was not parsed");
		return;
	}
	for (size_t i = 0; i < m->script.n; i++) {
		const struct statement *s = &m->script.statements[i];
		own(str) char *what =
			escape_str(span_of(s->what), 80, ESCAPE_LINE);
		if (s->loses) {
			raise_to(g, VERDICT_NEVER,
				"statement %zu of %s can lose data: %s", i + 1,
				name, what);
			continue;
		}
		const char *why = objection(g, s);
		if (why)
			raise_to(g, VERDICT_ASK, "statement %zu of %s (%s) %s",
				i + 1, name, what, why);
	}
}

enum verdict
guard_judge(struct migration *const *list, size_t n, const char *schema,
	char **ret_reason)
{
	struct guard g = { .list = list, .n = n, .schema = schema };
	for (size_t i = 0; i < n; i++)
		judge_script(&g, list[i]);
	*ret_reason = g.reason
		? g.reason
		: xstrdup("every statement only creates something new");
	return g.verdict;
}
