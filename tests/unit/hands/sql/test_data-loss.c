/* What can lose data, wherever it stands in a statement, and what only looks
 * like it. */
#include "config.h"

#include <check.h>

#include "hands/sql/data-loss.h"
#include "support/check_main.h"
#include "support/sql-tree.h"

struct row {
	const char *sql;
	const char *loss; /* NULL: none */
};

/* Of the first statement, as the parser asks it. */
static const char *
loss_of(const char *sql)
{
	own(sql_tree) PgQuery__ParseResult *tree = sql_tree(sql);
	return data_loss_in(&tree->stmts[0]->base);
}

static void
check_all(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *loss = loss_of(rows[i].sql);
		if (!rows[i].loss)
			ck_assert_msg(
				!loss, "%s: %s", rows[i].sql, loss ? loss : "");
		else
			ck_assert_msg(loss && strcmp(loss, rows[i].loss) == 0,
				"%s: %s", rows[i].sql, loss ? loss : "none");
	}
}
#define CHECK_ALL(...)                                             \
	do {                                                       \
		static const struct row rows_[] = { __VA_ARGS__ }; \
		check_all(rows_, ELEMENTS(rows_));                 \
	} while (0)

START_TEST(whatever_drops_an_object_loses)
{
	CHECK_ALL({ "DROP TABLE a", "DROP" },
		{ "DROP TABLE IF EXISTS a", "DROP" },
		{ "drop/**/table/**/a", "DROP" }, { "DROP INDEX i", "DROP" },
		{ "DROP INDEX CONCURRENTLY i", "DROP" },
		{ "DROP VIEW v", "DROP" },
		{ "DROP MATERIALIZED VIEW v", "DROP" },
		{ "DROP SEQUENCE s", "DROP" }, { "DROP TYPE t", "DROP" },
		{ "DROP DOMAIN d", "DROP" },
		{ "DROP SCHEMA s CASCADE", "DROP" },
		{ "DROP EXTENSION e", "DROP" }, { "DROP FUNCTION f()", "DROP" },
		{ "DROP TRIGGER t ON a", "DROP" },
		{ "DROP POLICY p ON a", "DROP" },
		{ "DROP RULE r ON a", "DROP" },
		{ "DROP FOREIGN TABLE a", "DROP" }, { "DROP SERVER s", "DROP" },
		{ "DROP PUBLICATION p", "DROP" },
		{ "DROP DATABASE d", "DROP DATABASE" },
		{ "DROP ROLE r", "DROP ROLE" }, { "DROP USER r", "DROP ROLE" },
		{ "DROP TABLESPACE t", "DROP TABLESPACE" },
		{ "DROP OWNED BY r", "DROP OWNED" },
		{ "DROP SUBSCRIPTION s", "DROP SUBSCRIPTION" },
		{ "DROP USER MAPPING FOR u SERVER s", "DROP USER MAPPING" });
}
END_TEST

START_TEST(whatever_changes_or_removes_rows_loses)
{
	CHECK_ALL({ "TRUNCATE a", "TRUNCATE" },
		{ "TRUNCATE ONLY a RESTART IDENTITY CASCADE", "TRUNCATE" },
		{ "DELETE FROM a", "DELETE" },
		{ "DELETE FROM a WHERE false", "DELETE" },
		{ "UPDATE a SET x = 1", "UPDATE" },
		{ "UPDATE a SET x = 1 WHERE id = 2", "UPDATE" },
		{ "INSERT INTO a VALUES (1) ON CONFLICT (id) DO UPDATE SET x = "
		  "2",
			"INSERT with ON CONFLICT DO UPDATE" },
		{ "MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE",
			"MERGE with UPDATE or DELETE" },
		{ "MERGE INTO a USING b ON true WHEN NOT MATCHED THEN INSERT "
		  "VALUES (1) WHEN MATCHED THEN UPDATE SET x = 1",
			"MERGE with UPDATE or DELETE" });
}
END_TEST

START_TEST(whatever_drops_a_part_of_something_loses)
{
	CHECK_ALL({ "ALTER TABLE a DROP COLUMN x",
			  "ALTER TABLE with DROP COLUMN" },
		{ "ALTER TABLE a DROP x", "ALTER TABLE with DROP COLUMN" },
		{ "ALTER TABLE a ADD COLUMN y int, DROP COLUMN IF EXISTS x "
		  "CASCADE",
			"ALTER TABLE with DROP COLUMN" },
		{ "ALTER FOREIGN TABLE a DROP COLUMN x",
			"ALTER TABLE with DROP COLUMN" },
		{ "ALTER TYPE t DROP ATTRIBUTE x",
			"ALTER TABLE with DROP COLUMN" },
		{ "ALTER TABLE a DROP CONSTRAINT c",
			"ALTER TABLE with DROP CONSTRAINT" },
		{ "ALTER TABLE ONLY a DROP CONSTRAINT IF EXISTS c",
			"ALTER TABLE with DROP CONSTRAINT" },
		{ "ALTER DOMAIN d DROP CONSTRAINT c",
			"ALTER DOMAIN with DROP CONSTRAINT" });
}
END_TEST

START_TEST(what_loses_is_found_however_deep_it_stands)
{
	CHECK_ALL({ "WITH d AS (DELETE FROM a RETURNING *) SELECT * FROM d",
			  "DELETE" },
		{ "WITH o AS (WITH i AS (UPDATE a SET x = 1 RETURNING 1) "
		  "SELECT "
		  "* FROM i) SELECT * FROM o",
			"UPDATE" },
		{ "INSERT INTO b WITH d AS (DELETE FROM a RETURNING *) SELECT "
		  "* "
		  "FROM d",
			"DELETE" },
		{ "CREATE TABLE b AS WITH d AS (DELETE FROM a RETURNING *) "
		  "SELECT * FROM d",
			"DELETE" },
		{ "CREATE VIEW v AS WITH d AS (DELETE FROM a RETURNING *) "
		  "SELECT "
		  "* FROM d",
			"DELETE" },
		{ "SELECT (SELECT count(*) FROM b) UNION (WITH d AS (DELETE "
		  "FROM "
		  "a RETURNING 1) SELECT * FROM d)",
			"DELETE" },
		{ "EXPLAIN ANALYZE DELETE FROM a", "DELETE" },
		{ "EXPLAIN (ANALYZE, VERBOSE) UPDATE a SET x = 1", "UPDATE" },
		{ "PREPARE p AS DELETE FROM a", "DELETE" },
		{ "DECLARE c CURSOR FOR WITH d AS (DELETE FROM a RETURNING 1) "
		  "SELECT * FROM d",
			"DELETE" },
		{ "COPY (DELETE FROM a RETURNING *) TO STDOUT", "DELETE" },
		{ "CREATE RULE r AS ON INSERT TO a DO ALSO DELETE FROM b",
			"DELETE" },
		{ "CREATE RULE r AS ON INSERT TO a DO ALSO (INSERT INTO b "
		  "VALUES "
		  "(1); UPDATE c SET x = 1)",
			"UPDATE" },
		{ "CREATE FUNCTION f() RETURNS void BEGIN ATOMIC INSERT INTO b "
		  "VALUES (1); DELETE FROM a; END",
			"DELETE" });
}
END_TEST

START_TEST(words_that_only_look_like_it_lose_nothing)
{
	CHECK_ALL({ "CREATE TABLE a (id int REFERENCES b(id) ON DELETE CASCADE "
		    "ON "
		    "UPDATE SET NULL)",
			  NULL },
		{ "CREATE TABLE \"drop table\" (\"delete\" int)", NULL },
		{ "CREATE TABLE a (d text DEFAULT 'DROP TABLE x')", NULL },
		{ "CREATE TABLE a (d text DEFAULT $q$DELETE FROM x$q$)", NULL },
		{ "CREATE TYPE e AS ENUM ('UPDATE', 'DELETE', 'TRUNCATE')",
			NULL },
		{ "SELECT * FROM a FOR UPDATE", NULL },
		{ "GRANT UPDATE, DELETE, TRUNCATE ON a TO r", NULL },
		{ "COMMENT ON TABLE a IS 'DROP TABLE a'", NULL },
		{ "CREATE TRIGGER t BEFORE UPDATE OR DELETE OR TRUNCATE ON a "
		  "EXECUTE FUNCTION f()",
			NULL },
		{ "CREATE POLICY p ON a FOR DELETE USING (true)", NULL },
		{ "-- DROP TABLE a\nSELECT 1", NULL });
}
END_TEST

START_TEST(what_adds_or_loosens_loses_nothing)
{
	CHECK_ALL({ "INSERT INTO a VALUES (1)", NULL },
		{ "INSERT INTO a VALUES (1) ON CONFLICT DO NOTHING", NULL },
		{ "MERGE INTO a USING b ON true WHEN NOT MATCHED THEN INSERT "
		  "VALUES (1)",
			NULL },
		{ "MERGE INTO a USING b ON true WHEN MATCHED THEN DO NOTHING",
			NULL },
		{ "ALTER TABLE a ADD COLUMN x int", NULL },
		{ "ALTER TABLE a ALTER COLUMN x DROP NOT NULL", NULL },
		{ "ALTER TABLE a ALTER COLUMN x DROP DEFAULT", NULL },
		{ "ALTER TABLE a ALTER COLUMN x DROP IDENTITY", NULL },
		{ "ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0)", NULL },
		{ "ALTER DOMAIN d DROP DEFAULT", NULL },
		{ "ALTER TABLE a DETACH PARTITION p", NULL }, { "BEGIN", NULL },
		{ "VACUUM FULL a", NULL });
}
END_TEST

/* A parser of SQL sees a string here. That it is one of code is told apart:
 * statement.opaque. */
START_TEST(text_that_only_the_server_runs_is_not_read)
{
	CHECK_ALL({ "DO $$ BEGIN DROP TABLE a; END $$", NULL },
		{ "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE "
		  "FROM "
		  "a'",
			NULL },
		{ "EXECUTE p", NULL }, { "CALL p()", NULL },
		{ "SELECT dblink_exec('', 'DROP TABLE a')", NULL });
}
END_TEST

CHECK_MAIN("data-loss", whatever_drops_an_object_loses,
	whatever_changes_or_removes_rows_loses,
	whatever_drops_a_part_of_something_loses,
	what_loses_is_found_however_deep_it_stands,
	words_that_only_look_like_it_lose_nothing,
	what_adds_or_loosens_loses_nothing,
	text_that_only_the_server_runs_is_not_read)
