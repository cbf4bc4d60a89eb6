#include "config.h"
#include "hands/diagnose/census.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hands/sql/statement.h"

/* A table brings a type of its name, and a type's name may be taken by one. */
static const char *const queries[MADE_KINDS] = {
	[MADE_RELATION] =
		"SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n"
		" ON n.oid = c.relnamespace WHERE n.nspname = $1"
		" AND c.relname = $2 AND $3::text IS NOT DISTINCT FROM $3)",
	[MADE_TYPE] =
		"SELECT EXISTS (SELECT FROM pg_type t JOIN pg_namespace n"
		" ON n.oid = t.typnamespace WHERE n.nspname = $1"
		" AND t.typname = $2 AND $3::text IS NOT DISTINCT FROM $3)",
	[MADE_COLUMN] =
		"SELECT EXISTS (SELECT FROM pg_attribute a JOIN pg_class c"
		" ON c.oid = a.attrelid JOIN pg_namespace n"
		" ON n.oid = c.relnamespace WHERE n.nspname = $1"
		" AND c.relname = $3 AND a.attname = $2 AND a.attnum > 0"
		" AND NOT a.attisdropped)",
	[MADE_CONSTRAINT] =
		"SELECT EXISTS (SELECT FROM pg_constraint o JOIN pg_class c"
		" ON c.oid = o.conrelid JOIN pg_namespace n"
		" ON n.oid = c.relnamespace WHERE n.nspname = $1"
		" AND c.relname = $3 AND o.conname = $2)",
	[MADE_TRIGGER] =
		"SELECT EXISTS (SELECT FROM pg_trigger t JOIN pg_class c"
		" ON c.oid = t.tgrelid JOIN pg_namespace n"
		" ON n.oid = c.relnamespace WHERE n.nspname = $1"
		" AND c.relname = $3 AND t.tgname = $2)",
	[MADE_FUNCTION] =
		"SELECT EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n"
		" ON n.oid = p.pronamespace WHERE n.nspname = $1"
		" AND p.proname = $2 AND $3::text IS NOT DISTINCT FROM $3)",
	[MADE_SCHEMA] =
		"SELECT EXISTS (SELECT FROM pg_namespace n"
		" WHERE n.nspname = $2 AND $1::text IS NOT DISTINCT FROM $1"
		" AND $3::text IS NOT DISTINCT FROM $3)",
	[MADE_EXTENSION] =
		"SELECT EXISTS (SELECT FROM pg_extension e"
		" WHERE e.extname = $2 AND $1::text IS NOT DISTINCT FROM $1"
		" AND $3::text IS NOT DISTINCT FROM $3)",
};

struct census {
	struct session *s;
	const char *schema;
	/* What earlier statements of the same run dropped; borrowed. */
	const struct made **gone;
	size_t n_gone;
	unsigned asked;
};

static int
exists(struct census *c, const struct made *m, bool *ret, struct why *why)
{
	if (c->asked++ >= CENSUS_OBJECTS)
		return because(why, -E2BIG,
			"the pending migrations create more than %u objects",
			CENSUS_OBJECTS);
	own(rows) PGresult *rows = NULL;
	int r = session_rows(c->s, queries[m->kind], &rows, why,
		m->schema ? m->schema : c->schema, m->name, m->table);
	if (r == 0)
		*ret = *cell(rows, 0, 0) == 't';
	return r;
}

static bool
is_gone(const struct census *c, const struct made *m)
{
	for (size_t i = 0; i < c->n_gone; i++)
		if (made_same(c->gone[i], m, c->schema))
			return true;
	return false;
}

static int
count_object(
	struct census *c, struct migration *m, struct made *o, struct why *why)
{
	if (o->part)
		return 0;
	int r = exists(c, o, &o->exists, why);
	if (r < 0)
		return r;
	if (o->exists && is_gone(c, o))
		o->exists = false;
	if (o->if_not_exists)
		return 0;
	m->made++;
	if (!o->exists)
		return 0;
	if (m->conflicts++ == 0) {
		free(m->conflict);
		m->conflict = made_text(o);
		m->conflict_kind = o->kind;
	}
	return 0;
}

static int
count_script(struct census *c, struct migration *m, struct why *why)
{
	m->made = m->conflicts = 0;
	for (size_t i = 0; i < m->script.n; i++) {
		struct statement *s = &m->script.statements[i];
		for (size_t k = 0; k < s->n_makes; k++) {
			int r = count_object(c, m, &s->makes[k], why);
			if (r < 0)
				return r;
		}
		for (size_t k = 0; k < s->n_drops; k++) {
			c->gone = xrealloc(
				c->gone, c->n_gone + 1, sizeof(*c->gone));
			c->gone[c->n_gone++] = &s->drops[k];
		}
	}
	return 0;
}

int
census_take(struct session *s, const char *schema,
	struct migration *const *list, size_t n, struct why *why)
{
	struct census c = { .s = s, .schema = schema };
	int r = 0;
	for (size_t i = 0; i < n && r == 0; i++)
		r = count_script(&c, list[i], why);
	free(c.gone);
	return r;
}
