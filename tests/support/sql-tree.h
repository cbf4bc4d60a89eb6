/* libpg_query's tree of a text, for tests of what reads it. */
#pragma once

#include <check.h>

#include "base/own.h"
#include "hands/sql/pg-node.h"

static inline void
sql_tree_free(PgQuery__ParseResult *tree)
{
	pg_query__parse_result__free_unpacked(tree, NULL);
}
OWN(sql_tree, PgQuery__ParseResult *, sql_tree_free);

/* Owned; ends the test if PostgreSQL's grammar does not know the text. */
static inline PgQuery__ParseResult *
sql_tree(const char *sql)
{
	PgQueryProtobufParseResult r = pg_query_parse_protobuf(sql);
	ck_assert_msg(!r.error, "%s: %s", sql, r.error ? r.error->message : "");
	PgQuery__ParseResult *tree = pg_query__parse_result__unpack(
		NULL, r.parse_tree.len, (const uint8_t *)r.parse_tree.data);
	pg_query_free_protobuf_parse_result(r);
	ck_assert_ptr_nonnull(tree);
	return tree;
}

/* The first statement of a tree. */
static inline const PgQuery__Node *
sql_tree_first(const PgQuery__ParseResult *tree)
{
	ck_assert_uint_ge(tree->n_stmts, 1);
	return tree->stmts[0]->stmt;
}
