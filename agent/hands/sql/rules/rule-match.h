/* A statement's parts: the rows of the guard's table that its parse tree
 * matches. Runs in the throw-away child only. */
#pragma once

#include "hands/sql/statement.h"

struct PgQuery__Node;

/* Adds at least one part. */
void rule_match(struct statement *s, const struct PgQuery__Node *node);
