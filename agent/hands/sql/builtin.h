/* Names of PostgreSQL's own that an expression of a new table may use: they
 * compute from their arguments, the clock or chance, and change nothing. A name
 * alone proves nothing: whether the server would take its own object for it,
 * the census asks (agent/hands/diagnose/catalog.c). */
#pragma once

#include <stdbool.h>

bool builtin_function(const char *name);
/* One of these whose value differs from row to row of one statement. */
bool builtin_volatile(const char *name);
/* One of these, or an aggregate of the server's own. */
bool builtin_aggregate(const char *name);
bool builtin_operator(const char *name);
bool builtin_type(const char *name);
/* `serial` and its kin, which are types only where a table's column is made. */
bool builtin_serial(const char *name);
bool builtin_collation(const char *name);
/* An operator class, and an access method of indexes. */
bool builtin_opclass(const char *name);
bool builtin_method(const char *name);
/* A parameter of a table, an index, an identity column or a range type. */
bool builtin_parameter(const char *name);
/* Whether the schema is the server's own. pg_ is the prefix that it keeps for
 * itself, with pg_temp and pg_toast. */
bool builtin_schema(const char *name);
