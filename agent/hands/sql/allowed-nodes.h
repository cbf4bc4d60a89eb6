/* What a statement that only creates may hold: an allow-list of the parse
 * tree's nodes, of their fields, and of the names in them. Runs in the
 * throw-away child only. */
#pragma once

#include "hands/sql/statement.h"

struct PgQuery__Node;

/* Walks the whole statement. What is not on the list becomes the statement's
 * objection, unless it has one; names whose meaning depends on the database are
 * added to what it uses. */
void allowed_nodes_read(struct statement *s, const struct PgQuery__Node *node);
/* Whether an expression by itself is on the list. */
bool allowed_nodes_pass(const struct PgQuery__Node *expression);
