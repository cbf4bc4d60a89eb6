/* What the text of DO and of functions holds, as far as it can be told without
 * running it. Runs in the throw-away child only. */
#pragma once

#include "base/span.h"
#include "hands/sql/statement.h"

struct PgQuery__Node;

/* Adds a part if the body of this statement, whose own text is given, holds one
 * of verdict `never`. */
void code_body_match(struct statement *s, const struct PgQuery__Node *node,
	struct span text);
