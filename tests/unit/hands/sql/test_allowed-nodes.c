/* Which statements hold only what is on the allow-list, and what is said of the
 * others. tests/data/guard has many more, judged as a whole. */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hands/sql/allowed-nodes.h"
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

START_TEST(what_only_creates_has_no_objection)
{
	static const char *const rows[] = {
		"CREATE TABLE a (id int)",
		"CREATE TABLE IF NOT EXISTS s.a (id int)",
		"CREATE TABLE a (id int) PARTITION BY RANGE (id)",
		"CREATE TABLE a (id int) WITH (fillfactor = 70)",
		"CREATE TABLE a (id int) USING heap",
		("CREATE TABLE a (id bigserial PRIMARY KEY, n int NOT NULL "
		 "DEFAULT 0, CHECK (n BETWEEN 0 AND 9))"),
		"CREATE TYPE e AS ENUM ('a')",
		"CREATE TYPE c AS (a int, b text COLLATE \"C\")",
		"CREATE TYPE r AS RANGE (subtype = float8)",
		("CREATE UNIQUE INDEX CONCURRENTLY i ON a(lower(t) DESC) "
		 "INCLUDE (x) WHERE t IS NOT NULL"),
		("ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES b "
		 "ON DELETE SET NULL NOT VALID"),
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(statement) struct statement s = read(rows[i]);
		ck_assert_msg(!s.objection, "%s: %s", rows[i], s.objection);
	}
}
END_TEST

START_TEST(what_is_not_on_the_list_is_named)
{
	static const struct {
		const char *sql, *objection;
	} rows[] = {
		{ "CREATE TABLE a (id int) INHERITS (b)",
			"inherits from a table or is a partition of one" },
		{ "CREATE TABLE a PARTITION OF b FOR VALUES IN (1)",
			"inherits from a table or is a partition of one" },
		{ "CREATE TABLE a PARTITION OF b DEFAULT",
			"inherits from a table or is a partition of one" },
		{ "CREATE TABLE a OF t", "is made after a type" },
		{ "CREATE TABLE a (id int, LIKE b INCLUDING ALL)",
			"copies a table's columns" },
		{ "CREATE TABLE a (id int) TABLESPACE t",
			"names a tablespace" },
		{ "CREATE TABLE a (id int UNIQUE USING INDEX TABLESPACE t)",
			"names a tablespace" },
		{ "CREATE INDEX i ON a(id) TABLESPACE t",
			"names a tablespace" },
		{ "CREATE TEMP TABLE a (id int)", "makes a temporary table" },
		{ "CREATE TABLE pg_temp.a (id int)",
			"is about a temporary object" },
		{ "CREATE UNLOGGED TABLE a (id int)",
			"makes an unlogged table, which a crash of the server "
			"empties" },
		{ "CREATE TABLE other.s.a (id int)", "names another database" },
		{ "ALTER TABLE other.s.a ADD FOREIGN KEY (x) REFERENCES b",
			"names another database" },
		{ "CREATE TABLE pg_catalog.a (id int)",
			"is about the server's own schema \"pg_catalog\"" },
		{ "CREATE TABLE a (id int) WITH (user_catalog_table = true)",
			"sets parameter \"user_catalog_table\", which is not "
			"known to be harmless" },
		{ "CREATE TABLE a (id int) WITH (toast.fillfactor = 70)",
			"has a part (DefElem defnamespace) that is not known "
			"to be harmless" },
		{ "CREATE TABLE a (id int DEFAULT evil())",
			"calls function \"evil\", which is not known to be "
			"harmless" },
		{ "CREATE TABLE a (id int DEFAULT \"e\tvil\"())",
			"calls function \"e\\x09vil\", which is not known to "
			"be harmless" },
		{ "CREATE INDEX i ON a(id) WHERE (SELECT true)",
			"asks a query" },
		{ "CREATE INDEX i ON a(id) WHERE count(*) > 0",
			"calls an aggregate" },
		{ "CREATE INDEX i ON a(id) WHERE length(DISTINCT t) > 0",
			"calls an aggregate" },
		{ "CREATE INDEX i ON a((ROW(1, 2) IS NULL))",
			"has a part (RowExpr) that is not known to be "
			"harmless" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(statement) struct statement s = read(rows[i].sql);
		ck_assert_pstr_eq(s.objection, rows[i].objection);
	}
}
END_TEST

START_TEST(the_first_objection_stays)
{
	own(sql_tree) PgQuery__ParseResult *tree =
		sql_tree("CREATE TEMP TABLE a (id int DEFAULT evil())");
	own(statement) struct statement s = { .objection = xstrdup("first") };
	allowed_nodes_read(&s, sql_tree_first(tree));
	ck_assert_str_eq(s.objection, "first");
}
END_TEST

CHECK_MAIN("allowed-nodes", what_only_creates_has_no_objection,
	what_is_not_on_the_list_is_named, the_first_objection_stays)
