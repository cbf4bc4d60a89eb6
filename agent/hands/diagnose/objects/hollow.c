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

/* The first column of the statement's table that the catalog does not have. */
static int
find_lack(const struct census_catalog *catalog, const char *schema,
	const struct statement *s, const struct made **ret, struct why *why)
{
	int r = 0;
	for (size_t i = 0; i < s->n_makes && r == 0; i++) {
		const struct made *m = &s->makes[i];
		bool there = true;
		if (m->kind == MADE_COLUMN)
			r = catalog->exists(
				catalog->arg, schema, m, &there, why);
		if (r == 0 && !there) {
			*ret = m;
			break;
		}
	}
	return r;
}

static int
look_at(const struct census_catalog *catalog, const char *schema,
	const struct unit *unit, const struct statement *s, struct hollow *ret,
	struct why *why)
{
	for (size_t i = 0; i < s->n_makes; i++) {
		const struct made *m = &s->makes[i];
		bool there = false;
		if (!is_conditional_table(s, m))
			continue;
		int r = catalog->exists(catalog->arg, schema, m, &there, why);
		if (r < 0 || !there)
			return r;
		const struct made *lacks = NULL;
		r = find_lack(catalog, schema, s, &lacks, why);
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
	int r = 0;
	for (size_t i = 0; i < n && r == 0 && !ret->lacks; i++)
		for (size_t k = 0;
			k < list[i].script->n && r == 0 && !ret->lacks; k++)
			r = look_at(catalog, schema, list[i].unit,
				&list[i].script->statements[k], ret, why);
	return r;
}
