/* libpg_query's tree, whose constants have long names. */
#pragma once

#include <stdbool.h>
#include <string.h>

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#define NODE(x) PG_QUERY__NODE__NODE_##x
#define OBJECT(x) PG_QUERY__OBJECT_TYPE__OBJECT_##x
#define CONSTR(x) PG_QUERY__CONSTR_TYPE__CONSTR_##x
#define AT(x) PG_QUERY__ALTER_TABLE_TYPE__AT_##x

/* The last part of a name of several; "" if that is no name. */
static inline const char *
last_part(size_t n, PgQuery__Node *const *list)
{
	const PgQuery__Node *last = n ? list[n - 1] : NULL;
	return last && last->node_case == NODE(STRING) ? last->string->sval
						       : "";
}

static inline bool
is_any(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; name && i < n; i++)
		if (strcmp(name, list[i]) == 0)
			return true;
	return false;
}
