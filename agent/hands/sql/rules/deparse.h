/* Parts of a parse tree written as SQL again, for what a gate asks. Runs in the
 * throw-away child only. */
#pragma once

struct PgQuery__Node;
struct PgQuery__TypeName;

/* Both owned; NULL if it cannot be written, or there is nothing. */
char *deparse_expression(const struct PgQuery__Node *n);
char *deparse_type(const struct PgQuery__TypeName *t);
