/* libpg_query's tree into statements; runs in the throw-away child only. */
#pragma once

#include "hands/sql/statement.h"

/* Calls `each` for every statement, in order; a negative return ends it.
 * `bodies`: also reads the code of DO and of functions. -EILSEQ: the grammar
 * does not have the text; -EINVAL: it does not parse for another reason. */
int parse_statements(const char *text, bool bodies, size_t max,
	int (*each)(void *arg, const struct statement *s), void *arg,
	struct why *why);
