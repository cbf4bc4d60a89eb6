/* Kinds of statements that act outside of the database in which they run: on
 * roles and other databases of the server, on files, programs and other
 * servers. Runs in the throw-away child only. */
#pragma once

#include <stdbool.h>

struct PgQuery__Node;
bool outside_kind_of(const struct PgQuery__Node *node);
