/* libpg_query's tree, whose constants have long names. */
#pragma once

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#define NODE(x) PG_QUERY__NODE__NODE_##x
#define OBJECT(x) PG_QUERY__OBJECT_TYPE__OBJECT_##x
#define CONSTR(x) PG_QUERY__CONSTR_TYPE__CONSTR_##x
#define AT(x) PG_QUERY__ALTER_TABLE_TYPE__AT_##x
