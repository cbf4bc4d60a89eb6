/* What statements about a table make and drop: the table with its columns,
 * constraints and indexes. In the throw-away child only, as parse.h. */
#pragma once

#include "hands/sql/statement.h"

struct PgQuery__CreateStmt;
struct PgQuery__IndexStmt;
struct PgQuery__AlterTableStmt;
struct PgQuery__RenameStmt;

/* Each adds to the statement's objects and sets its kind, if that is known to
 * be one of ours. */
void
parse_table_create(struct statement *s, const struct PgQuery__CreateStmt *c);
void parse_table_index(struct statement *s, const struct PgQuery__IndexStmt *c);
/* A new name is made, the old one dropped. */
void
parse_table_rename(struct statement *s, const struct PgQuery__RenameStmt *r);
void
parse_table_alter(struct statement *s, const struct PgQuery__AlterTableStmt *a);
