/* What a statement uses and only the database can explain. */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hands/sql/allowed-nodes.h"
#include "hands/sql/allowed-parts.h"
#include "support/check_main.h"
#include "support/sql-tree.h"

static struct statement
read(const char *sql)
{
	own(sql_tree) PgQuery__ParseResult *tree = sql_tree(sql);
	struct statement s = { 0 };
	allowed_nodes_read(&s, sql_tree_first(tree));
	return s;
}

static bool
uses(const struct statement *s, enum made_kind kind, const char *schema,
	const char *name)
{
	const struct made one = {
		.kind = kind, .schema = (char *)schema, .name = (char *)name
	};
	for (size_t i = 0; i < s->n_uses; i++)
		if (made_same(&s->uses[i], &one, NULL))
			return true;
	return false;
}

START_TEST(a_use_tells_how_the_server_will_choose)
{
	static const struct {
		const char *sql;
		enum made_kind kind;
		const char *schema, *name;
	} rows[] = {
		{ "CREATE TABLE a (t date DEFAULT now())", USED_CALL, NULL,
			"now" },
		{ "CREATE TABLE a (t date DEFAULT pg_catalog.now())", USED_CALL,
			"pg_catalog", "now" },
		{ "CREATE TABLE a (t text DEFAULT lower('X'))",
			USED_CALL_ON_TEXT, NULL, "lower" },
		{ "CREATE TABLE a (t text DEFAULT lower(NULL))",
			USED_CALL_ON_TEXT, NULL, "lower" },
		{ "CREATE TABLE a (t text CHECK (lower(t) = 'x'))",
			USED_CALL_ON_VALUE, NULL, "lower" },
		{ "CREATE TABLE a (t text CHECK (lower('X'::text) = t))",
			USED_CALL_ON_VALUE, NULL, "lower" },
		{ "CREATE TABLE a (t text CHECK (t = 'x'))",
			USED_OPERATOR_ON_VALUE, NULL, "=" },
		{ "CREATE TABLE a (t text CHECK ('x' = t))",
			USED_OPERATOR_ON_TEXT, NULL, "=" },
		{ "CREATE TABLE a (i int CHECK (-i > 0))", USED_PREFIX_OPERATOR,
			NULL, "-" },
		{ "CREATE TABLE a (i int CHECK (i BETWEEN 1 AND 2))",
			USED_OPERATOR_ON_VALUE, NULL, "<=" },
		{ "CREATE TABLE a (i int CHECK (i NOT BETWEEN 1 AND 2))",
			USED_OPERATOR_ON_VALUE, NULL, ">" },
		{ "CREATE TABLE a (t text CHECK (t NOT LIKE 'x'))",
			USED_OPERATOR_ON_VALUE, NULL, "!~~" },
		{ "CREATE TABLE a (i int CHECK (CASE i WHEN 1 THEN true END))",
			USED_OPERATOR_ON_VALUE, NULL, "=" },
		{ "CREATE TABLE a (e \"Role\")", USED_ENUM, NULL, "Role" },
		{ "CREATE TABLE a (e \"Role\")", USED_TYPE_NAME, NULL, "Role" },
		{ "CREATE TABLE a (e s.\"Role\"[])", USED_ENUM, "s", "Role" },
		{ "CREATE TYPE r AS RANGE (subtype = int4)", USED_METHOD, NULL,
			"btree" },
		{ "CREATE TABLE a (p int) PARTITION BY HASH (p)", USED_METHOD,
			NULL, "hash" },
		{ "CREATE TABLE a (t text)", USED_EVENTS, NULL, "" },
		{ "CREATE TABLE a (t text)", USED_PATH, NULL, "search_path" },
		{ "CREATE TABLE a (i int PRIMARY KEY)", USED_METHOD, NULL,
			"btree" },
		{ "CREATE INDEX i ON a USING gin (j)", USED_METHOD, NULL,
			"gin" },
		{ "CREATE INDEX i ON a (t text_pattern_ops)", USED_OPCLASS,
			NULL, "text_pattern_ops" },
		{ "CREATE TABLE a (i int DEFAULT 1)", USED_CAST, NULL, "" },
		{ "CREATE INDEX i ON a ((x + 1))", USED_CAST, NULL, "" },
		{ "CREATE INDEX i ON a (x) WHERE x > 1", USED_CAST, NULL, "" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(statement) struct statement s = read(rows[i].sql);
		ck_assert_msg(!s.objection, "%s: %s", rows[i].sql, s.objection);
		ck_assert_msg(
			uses(&s, rows[i].kind, rows[i].schema, rows[i].name),
			"%s", rows[i].sql);
	}
}
END_TEST

START_TEST(what_means_one_thing_only_is_no_use)
{
	static const char *const rows[] = {
		"CREATE TABLE a (i int)",
		"CREATE TABLE a (i serial)",
		("CREATE TABLE a (i int, t timestamp(3), v varchar(9) "
		 "DEFAULT 'x')"),
		"CREATE TABLE a (i pg_catalog.int4[] DEFAULT '{}')",
		"CREATE TYPE e AS ENUM ('a')",
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(statement) struct statement s = read(rows[i]);
		/* But for event triggers, which any definition may fire. */
		ck_assert_msg(s.n_uses == 1 && s.uses[0].kind == USED_EVENTS &&
				!s.objection,
			"%s", rows[i]);
	}
}
END_TEST

CHECK_MAIN("allowed-parts", a_use_tells_how_the_server_will_choose,
	what_means_one_thing_only_is_no_use)
