/* What single nodes of a parse tree may say: names of functions, operators,
 * types and the like, which have to be the server's own. Names whose meaning
 * depends on the database are added to what the statement uses, for the census.
 * Runs in the throw-away child only. */
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "hands/sql/statement.h"

struct PgQuery__Node;
struct PgQuery__TypeName;

/* The walk over one statement. */
struct allowed_walk {
	struct statement *s;
	/* The type of the column being made, which may be `serial`. */
	const struct PgQuery__TypeName *column_type;
	bool makes_table;
	bool makes_sequence;
	bool makes_view; /* whose query may read tables */
	bool adds_rows;  /* VALUES */
	unsigned around; /* calls that lengthen a text, around this node */
};

/* Makes it the statement's objection, unless there is one; always false. */
bool allowed_not(struct allowed_walk *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The same for a name that is on no list of harmless ones; `what` is a verb and
 * the kind. */
bool
allowed_not_name(struct allowed_walk *w, const char *what, const char *name);
/* Whether something may be made in, or looked for in, this schema; NULL is the
 * search path's. */
bool allowed_schema_name(struct allowed_walk *w, const char *schema);
/* Whether a name of at most two parts may be made. */
bool allowed_new_name(
	struct allowed_walk *w, size_t n, struct PgQuery__Node *const *list);

/* Each looks at a node of its kind and not at the nodes inside; false if it is
 * not allowed, and then the statement has an objection. */
typedef bool allowed_fn(struct allowed_walk *w, const ProtobufCMessage *m);
allowed_fn allowed_relation;
allowed_fn allowed_enum;
allowed_fn allowed_range;
allowed_fn allowed_table;
allowed_fn allowed_column;
allowed_fn allowed_alter;
allowed_fn allowed_rename;
allowed_fn allowed_domain;
allowed_fn allowed_sequence;
allowed_fn allowed_schema;
allowed_fn allowed_view;
allowed_fn allowed_insert;
allowed_fn allowed_query;
allowed_fn allowed_constraint;
allowed_fn allowed_parameter;
allowed_fn allowed_index;
allowed_fn allowed_index_part;
allowed_fn allowed_partition_part;
allowed_fn allowed_collate;
allowed_fn allowed_type;
allowed_fn allowed_call;
allowed_fn allowed_expression;
allowed_fn allowed_case;
allowed_fn allowed_column_name;
allowed_fn allowed_subscript;
