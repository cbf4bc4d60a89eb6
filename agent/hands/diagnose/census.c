#include "config.h"
#include "hands/diagnose/census.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hands/sql/statement.h"

/* A census borrows units and scripts, so it is freed before them. */
struct counted {
	struct census_count count;
	bool **exists; /* of every statement, of every object that it makes */
	const struct made **stranger; /* of every statement; NULL */
	size_t n;                     /* statements */
};

struct census {
	char *schema;
	struct unit_script *list;
	struct counted *counted;
	size_t n;
};

/* What is used is asked once: most statements use the same. */
struct asked {
	const struct made *what;
	bool exists;
};

/* This is needed only while the census is taken. */
struct taking {
	struct census *c;
	const struct census_catalog *catalog;
	const struct made **gone; /* what earlier statements dropped */
	size_t n_gone;
	const struct made **types; /* what earlier statements made */
	size_t n_types;
	struct asked *used;
	size_t n_used;
	unsigned asked;
};

void
census_free(struct census *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++) {
		for (size_t k = 0; k < c->counted[i].n; k++)
			free(c->counted[i].exists[k]);
		free(c->counted[i].exists);
		free(c->counted[i].stranger);
	}
	free(c->counted);
	free(c->list);
	free(c->schema);
	free(c);
}

size_t
census_size(const struct census *c)
{
	return c ? c->n : 0;
}

const struct unit_script *
census_units(const struct census *c)
{
	return c ? c->list : NULL;
}

const struct census_count *
census_count(const struct census *c, size_t unit)
{
	return &c->counted[unit].count;
}

const char *
census_schema(const struct census *c)
{
	return c->schema;
}

bool
census_exists(
	const struct census *c, size_t unit, size_t statement, size_t object)
{
	return c->counted[unit].exists[statement][object];
}

const struct made *
census_stranger(const struct census *c, size_t unit, size_t statement)
{
	return c->counted[unit].stranger[statement];
}

/* Whether an earlier statement of this very run drops it. */
static bool
is_gone(const struct taking *t, const struct made *m)
{
	for (size_t i = 0; i < t->n_gone; i++)
		if (made_same(t->gone[i], m, t->c->schema))
			return true;
	return false;
}

static int
ask(const struct taking *t, const struct made *m, bool *exists, struct why *why)
{
	return t->catalog->exists(
		t->catalog->arg, t->c->schema, m, exists, why);
}

/* A part of a table that is made here is no object by itself. */
static int
count_object(struct taking *t, struct census_count *count, const struct made *m,
	bool *exists, struct why *why)
{
	if (m->part)
		return 0;
	if (t->asked++ >= CENSUS_OBJECTS)
		return because(why, -E2BIG,
			"the pending migrations create more than %u objects",
			CENSUS_OBJECTS);
	int r = ask(t, m, exists, why);
	if (r < 0)
		return r;
	*exists &= !is_gone(t, m);
	if (m->if_not_exists)
		return 0;
	count->made++;
	if (*exists && count->conflicts++ == 0)
		count->conflict = m;
	return 0;
}

static void
add(const struct made ***list, size_t *n, const struct made *m)
{
	*list = xrealloc(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = m;
}

/* Whether the run itself made a type of this name before. The guard sees to it
 * that no type is made by itself that would need an answer here; but a domain's
 * checks make a column of a table that has rows another matter. */
static bool
is_made(const struct taking *t, const struct statement *s, const struct made *m)
{
	struct made type = *m;
	type.kind = MADE_TYPE;
	for (size_t i = 0; i < t->n_types; i++)
		if (made_same(t->types[i], &type, t->c->schema))
			return s->kind == STATEMENT_CREATE_TABLE ||
				strcmp(t->types[i]->word, "domain") != 0;
	return false;
}

static int
ask_once(struct taking *t, const struct made *m, bool *exists, struct why *why)
{
	for (size_t i = 0; i < t->n_used; i++)
		if (made_same(t->used[i].what, m, t->c->schema)) {
			*exists = t->used[i].exists;
			return 0;
		}
	if (t->n_used >= CENSUS_OBJECTS)
		return because(why, -E2BIG,
			"the pending migrations use more than %u names",
			CENSUS_OBJECTS);
	int r = ask(t, m, exists, why);
	if (r < 0)
		return r;
	t->used = xrealloc(t->used, t->n_used + 1, sizeof(*t->used));
	t->used[t->n_used++] = (struct asked){ m, *exists };
	return 0;
}

static int
find_stranger(struct taking *t, const struct statement *s,
	const struct made **ret, struct why *why)
{
	for (size_t i = 0; i < s->n_uses && !*ret; i++) {
		const struct made *m = &s->uses[i];
		bool exists = false;
		int r = ask_once(t, m, &exists, why);
		if (r < 0)
			return r;
		if (m->kind == USED_ENUM ? !exists && !is_made(t, s, m)
					 : exists)
			*ret = m;
	}
	return 0;
}

static int
count_statement(struct taking *t, struct census_count *count,
	const struct statement *s, bool *exists, const struct made **stranger,
	struct why *why)
{
	for (size_t i = 0; i < s->n_makes; i++) {
		int r = count_object(t, count, &s->makes[i], &exists[i], why);
		if (r < 0)
			return r;
	}
	int r = find_stranger(t, s, stranger, why);
	for (size_t i = 0; i < s->n_drops; i++)
		add(&t->gone, &t->n_gone, &s->drops[i]);
	for (size_t i = 0; i < s->n_makes; i++)
		if (s->makes[i].kind == MADE_TYPE)
			add(&t->types, &t->n_types, &s->makes[i]);
	return r;
}

/* All memory first, so that census_free() finds it whole after a failure. */
static struct census *
census_new(const char *schema, const struct unit_script *list, size_t n)
{
	struct census *c = xcalloc(1, sizeof(*c));
	c->schema = xstrdup(schema);
	c->list = xcalloc(n, sizeof(*c->list));
	c->counted = xcalloc(n, sizeof(*c->counted));
	for (; c->n < n; c->n++) {
		const struct script *s = list[c->n].script;
		struct counted *counted = &c->counted[c->n];
		c->list[c->n] = list[c->n];
		counted->exists = xcalloc(s->n, sizeof(bool *));
		counted->stranger = xcalloc(s->n, sizeof(struct made *));
		for (; counted->n < s->n; counted->n++)
			counted->exists[counted->n] =
				xcalloc(s->statements[counted->n].n_makes,
					sizeof(bool));
	}
	return c;
}

/* The order matters: a drop clears the way only for what comes after it. */
int
census_take(const struct census_catalog *catalog, const char *schema,
	const struct unit_script *list, size_t n, struct census **ret,
	struct why *why)
{
	own(census) struct census *c = census_new(schema, list, n);
	struct taking t = { .c = c, .catalog = catalog };
	int r = 0;
	for (size_t i = 0; i < n && r == 0; i++)
		for (size_t k = 0; k < list[i].script->n && r == 0; k++)
			r = count_statement(&t, &c->counted[i].count,
				&list[i].script->statements[k],
				c->counted[i].exists[k],
				&c->counted[i].stranger[k], why);
	free(t.gone);
	free(t.types);
	free(t.used);
	if (r == 0)
		*ret = take(c);
	return r;
}
