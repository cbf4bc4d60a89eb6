#include "config.h"
#include "hands/diagnose/objects/hollow.h"

#include <string.h>

#include "hands/sql/script.h"
#include "hands/sql/statement.h"

static bool
is_conditional_table(const struct statement *s, const struct made *m)
{
	return s->kind == STATEMENT_CREATE_TABLE && m->if_not_exists &&
		m->kind == MADE_RELATION && strcmp(m->word, "table") == 0;
}

/* All that is asked with. */
struct asking {
	const struct census_catalog *catalog;
	const char *schema;
	const struct unit_script *list;
	size_t n;
};

static bool
is_among(const struct made *list, size_t n, const struct made *m,
	const char *schema)
{
	for (size_t i = 0; i < n; i++)
		if (!list[i].part && made_same(&list[i], m, schema))
			return true;
	return false;
}

/* Whether a statement of the list adds the column, or takes the table away. */
static bool
is_cared_for(const struct asking *a, const struct made *m, bool drops)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < a->list[i].script->n; k++) {
			const struct statement *s =
				&a->list[i].script->statements[k];
			if (drops ? is_among(s->drops, s->n_drops, m, a->schema)
				  : is_among(
					    s->makes, s->n_makes, m, a->schema))
				return true;
		}
	return false;
}

/* The first column of the statement's table that the catalog does not have, and
 * that nothing else of the list adds. */
static int
find_lack(const struct asking *a, const struct statement *s,
	const struct made **ret, struct why *why)
{
	int r = 0;
	for (size_t i = 0; i < s->n_makes && r == 0; i++) {
		const struct made *m = &s->makes[i];
		bool there = true;
		if (m->kind == MADE_COLUMN)
			r = a->catalog->exists(
				a->catalog->arg, a->schema, m, &there, why);
		if (r == 0 && !there && !is_cared_for(a, m, false)) {
			*ret = m;
			break;
		}
	}
	return r;
}

static int
look_at(const struct asking *a, const struct unit *unit,
	const struct statement *s, struct hollow *ret, struct why *why)
{
	for (size_t i = 0; i < s->n_makes; i++) {
		const struct made *m = &s->makes[i];
		bool there = false;
		if (!is_conditional_table(s, m))
			continue;
		int r = a->catalog->exists(
			a->catalog->arg, a->schema, m, &there, why);
		if (r < 0 || !there || is_cared_for(a, m, true))
			return r;
		const struct made *lacks = NULL;
		r = find_lack(a, s, &lacks, why);
		if (r == 0 && (!ret->table || lacks))
			*ret = (struct hollow){ m, unit, lacks };
		return r;
	}
	return 0;
}

int
hollow_find(const struct census_catalog *catalog, const char *schema,
	const struct unit_script *list, size_t n, struct hollow *ret,
	struct why *why)
{
	const struct asking a = { catalog, schema, list, n };
	int r = 0;
	for (size_t i = 0; i < n && r == 0 && !ret->lacks; i++)
		for (size_t k = 0;
			k < list[i].script->n && r == 0 && !ret->lacks; k++)
			r = look_at(&a, list[i].unit,
				&list[i].script->statements[k], ret, why);
	return r;
}
