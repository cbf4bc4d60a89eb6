/* What whole statements may be. */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hands/sql/allowed-nodes.h"
#include "support/check_main.h"
#include "support/sql-tree.h"

/* Its objection, owned; NULL: it has none. */
static char *
objection(const char *sql)
{
	own(sql_tree) PgQuery__ParseResult *tree = sql_tree(sql);
	own(statement) struct statement s = { 0 };
	allowed_nodes_read(&s, sql_tree_first(tree));
	return s.objection ? xstrdup(s.objection) : NULL;
}

START_TEST(statements_that_make_something_new_are_allowed)
{
	static const char *const list[] = { "CREATE TABLE a (id serial)",
		"CREATE TABLE a (id int) USING heap",
		"CREATE TYPE e AS ENUM ('a')", "CREATE SCHEMA s",
		"CREATE DOMAIN d AS text", "CREATE SEQUENCE q",
		"CREATE TYPE r AS RANGE (subtype = int4)",
		"CREATE VIEW v AS SELECT id FROM a",
		"INSERT INTO a VALUES (1), (2)",
		"ALTER TABLE a ADD COLUMN b serial" };
	for (size_t i = 0; i < ELEMENTS(list); i++) {
		own(str) char *no = objection(list[i]);
		ck_assert_msg(!no, "%s: %s", list[i], no);
	}
}
END_TEST

START_TEST(what_reaches_further_is_objected_to)
{
	static const struct {
		const char *sql, *part;
	} rows[] = {
		{ "CREATE TABLE a (id int) USING columnar",
			"uses access method" },
		{ "CREATE TEMP TABLE a (id int) ON COMMIT DROP",
			"makes a temporary table" },
		{ "INSERT INTO a SELECT id FROM b", "asks a query" },
		{ "CREATE TABLE pg_catalog.a (id int)", "pg_catalog" },
		{ "CREATE TYPE pg_catalog.e AS ENUM ('a')", "pg_catalog" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *no = objection(rows[i].sql);
		ck_assert_msg(no && strstr(no, rows[i].part), "%s: %s",
			rows[i].sql, no ? no : "nothing");
	}
}
END_TEST

START_TEST(a_renamed_index_is_to_be_an_index)
{
	own(sql_tree) PgQuery__ParseResult *tree =
		sql_tree("ALTER INDEX i RENAME TO j");
	own(statement) struct statement s = { 0 };
	allowed_nodes_read(&s, sql_tree_first(tree));
	bool asks = false;
	for (size_t i = 0; i < s.n_uses; i++)
		asks |= s.uses[i].kind == USED_INDEX &&
			strcmp(s.uses[i].name, "i") == 0;
	ck_assert(asks);
}
END_TEST

CHECK_MAIN("allowed-statements", statements_that_make_something_new_are_allowed,
	what_reaches_further_is_objected_to, a_renamed_index_is_to_be_an_index)
