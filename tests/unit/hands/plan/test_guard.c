/* What the guard says of statements: a table, so that the next one is a line.
 */
#include "config.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "hands/plan/guard.h"
#include "hands/prisma/prisma.h"
#include "support/check_main.h"
#include "support/labelled.h"
#include "support/units.h"

#define AUTO VERDICT_AUTO
#define GATED VERDICT_GATED
#define ASK VERDICT_ASK
#define NEVER VERDICT_NEVER

static const struct {
	enum verdict verdict;
	const char *sql;
} table[] = {
	/* what only creates */
	{ AUTO, "" },
	{ AUTO, "-- nothing\n/* at /* all */ */ ;;" },
	{ AUTO, "CREATE TABLE a (id int)" },
	{ AUTO, "-- CreateTable\nCREATE TABLE \"A b\" (id int PRIMARY KEY);" },
	{ AUTO, "CREATE TABLE IF NOT EXISTS a (id int)" },
	{ AUTO, "CREATE TABLE s.a (id int)" },
	{ AUTO, "CREATE TABLE a (id serial, d text DEFAULT 'DROP TABLE x')" },
	{ AUTO,
		"CREATE TABLE a (at timestamp DEFAULT now(), CHECK (id > 0), "
		"id int)" },
	{ AUTO,
		"CREATE TABLE a (id int REFERENCES old(id) ON DELETE CASCADE "
		"ON UPDATE SET NULL)" },
	{ AUTO, "CREATE TABLE a (x int) PARTITION BY RANGE (x)" },
	{ AUTO, "CREATE TYPE e AS ENUM ('UPDATE', 'DELETE')" },
	{ AUTO, "CREATE TYPE c AS (a int, b text)" },
	{ AUTO, "CREATE TYPE r AS RANGE (subtype = float8)" },
	{ AUTO, "CREATE TABLE a (id int); CREATE INDEX i ON a(id)" },
	{ AUTO,
		"CREATE TABLE a (id int); CREATE UNIQUE INDEX ON a(id) WHERE "
		"id > 0" },
	{ AUTO, "CREATE TABLE public.a (id int); CREATE INDEX i ON a(id)" },
	{ AUTO, "CREATE TABLE a (id int); CREATE INDEX i ON public.a(id)" },
	{ AUTO,
		"CREATE TABLE a (id int); ALTER TABLE a ADD CONSTRAINT f "
		"FOREIGN KEY (id) REFERENCES old(id) ON DELETE SET NULL" },
	{ AUTO,
		"CREATE TABLE a (id int); ALTER TABLE ONLY a ADD FOREIGN KEY "
		"(id) REFERENCES old(id)" },
	{ AUTO, "CREATE TABLE \"drop table\" (\"delete\" int)" },
	{ AUTO, "CREATE TABLE a (d text DEFAULT $q$DELETE FROM x$q$)" },
	/* what works on something that is there */
	{ GATED, "CREATE INDEX i ON old(id)" },
	{ GATED, "CREATE INDEX i ON a(id); CREATE TABLE a (id int)" },
	{ GATED, "CREATE TABLE s.a (id int); CREATE INDEX i ON a(id)" },
	{ GATED, "CREATE TABLE \"A\" (id int); CREATE INDEX i ON A(id)" },
	{ ASK,
		"CREATE TABLE a (id int); CREATE INDEX CONCURRENTLY i ON "
		"a(id)" },
	{ GATED,
		"ALTER TABLE old ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES "
		"old(id)" },
	{ GATED,
		"CREATE TABLE a (id int); ALTER TABLE old ADD FOREIGN KEY (id) "
		"REFERENCES a(id)" },
	{ AUTO,
		"CREATE TABLE a (id int); ALTER TABLE a ADD FOREIGN KEY (id) "
		"REFERENCES old(id), ADD COLUMN x int" },
	{ AUTO, "ALTER TABLE old ADD COLUMN x int" },
	{ AUTO, "ALTER TABLE old ADD COLUMN IF NOT EXISTS x int DEFAULT 1" },
	{ ASK, "ALTER TABLE old ALTER COLUMN x TYPE bigint" },
	{ GATED, "ALTER TABLE old ALTER COLUMN x SET NOT NULL" },
	{ ASK, "ALTER TABLE old ALTER COLUMN x DROP NOT NULL" },
	{ AUTO, "ALTER TABLE old ALTER COLUMN x DROP DEFAULT" },
	{ ASK, "ALTER TABLE old RENAME TO older" },
	{ ASK, "ALTER TABLE old RENAME COLUMN a TO b" },
	{ ASK, "ALTER TABLE old OWNER TO x" },
	{ ASK, "ALTER TABLE old SET SCHEMA s" },
	{ GATED, "ALTER TABLE old ADD CONSTRAINT u UNIQUE (id)" },
	{ AUTO, "ALTER TABLE old ADD CHECK (id > 0) NOT VALID" },
	{ AUTO, "ALTER TABLE old VALIDATE CONSTRAINT c" },
	{ ASK, "ALTER TABLE old ENABLE ROW LEVEL SECURITY" },
	{ ASK, "ALTER TABLE old DETACH PARTITION p" },
	{ ASK, "ALTER TABLE old DISABLE TRIGGER ALL" },
	{ ASK, "CREATE TABLE a PARTITION OF old FOR VALUES IN (1)" },
	{ ASK, "CREATE TABLE a () INHERITS (old)" },
	{ ASK, "CREATE TABLE a (LIKE old)" },
	{ ASK, "CREATE TABLE a OF t" },
	{ ASK, "CREATE TABLE a (id int) TABLESPACE t" },
	{ ASK, "CREATE TEMP TABLE a (id int)" },
	{ ASK, "CREATE UNLOGGED TABLE a (id int)" },
	{ ASK, "CREATE TABLE a AS SELECT * FROM old" },
	{ ASK, "SELECT * INTO a FROM old" },
	{ ASK, "CREATE VIEW v AS SELECT 1" },
	{ ASK, "CREATE OR REPLACE VIEW v AS SELECT 1" },
	{ ASK, "CREATE MATERIALIZED VIEW v AS SELECT 1" },
	{ ASK, "REFRESH MATERIALIZED VIEW v" },
	{ AUTO, "CREATE SEQUENCE s" },
	{ AUTO, "CREATE DOMAIN d AS text CHECK (VALUE <> '')" },
	{ ASK, "CREATE EXTENSION IF NOT EXISTS citext" },
	{ AUTO, "CREATE SCHEMA s" },
	{ AUTO, "CREATE SCHEMA IF NOT EXISTS s" },
	{ ASK, "CREATE SCHEMA s CREATE TABLE t (id int)" },
	{ AUTO, "ALTER TYPE e ADD VALUE 'x'" },
	{ ASK, "ALTER TYPE e RENAME VALUE 'x' TO 'y'" },
	{ ASK, "INSERT INTO old VALUES (1)" },
	{ ASK, "INSERT INTO old VALUES (1) ON CONFLICT DO NOTHING" },
	{ ASK, "SELECT 1" },
	{ ASK, "SELECT pg_catalog.set_config('search_path', '', false)" },
	{ ASK, "SELECT * FROM old FOR UPDATE" },
	{ ASK, "SET search_path = s" },
	{ ASK, "SET ROLE postgres" },
	{ ASK, "RESET ALL" },
	{ ASK, "COMMENT ON TABLE old IS 'x'" },
	{ ASK, "GRANT UPDATE, DELETE, TRUNCATE ON old TO x" },
	{ ASK, "REVOKE ALL ON old FROM x" },
	{ ASK,
		"CREATE TRIGGER t BEFORE UPDATE OR DELETE ON old EXECUTE "
		"FUNCTION f()" },
	{ ASK, "CREATE POLICY p ON old FOR DELETE USING (true)" },
	{ ASK, "COPY old FROM '/tmp/x'" },
	{ NEVER, "COPY old TO PROGRAM 'sh'" },
	{ ASK, "LOCK TABLE old" },
	{ ASK, "VACUUM old" },
	{ ASK, "ANALYZE old" },
	{ ASK, "REINDEX TABLE old" },
	{ ASK, "CLUSTER old" },
	{ ASK, "BEGIN; CREATE TABLE a (id int); COMMIT" },
	{ ASK, "SAVEPOINT s" },
	{ NEVER, "CREATE ROLE x SUPERUSER" },
	{ NEVER, "ALTER SYSTEM SET fsync = off" },
	{ ASK, "EXPLAIN SELECT 1" },
	{ ASK, "EXPLAIN ANALYZE INSERT INTO old VALUES (1)" },
	{ ASK, "PREPARE p AS SELECT 1" },
	/* what no parser sees */
	{ NEVER, "DO $$ BEGIN DROP TABLE old; END $$" },
	{ NEVER, "DO LANGUAGE plpgsql 'BEGIN EXECUTE ''DELETE FROM x''; END'" },
	{ ASK, "CALL p()" },
	{ ASK, "EXECUTE p" },
	{ NEVER,
		"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'DELETE FROM "
		"old'" },
	/* what does not parse */
	{ ASK, "CREATE TABLE a (id int" },
	{ ASK, "\\i other.sql" },
	{ ASK,
		"\xef\xbb\xbf"
		"CREATE TABLE a (id int)" },
	{ ASK, "CREATE TABLE a (id int); 'unterminated" },
	{ ASK, "MODIFY TABLE a" },
	/* what can lose data */
	{ NEVER, "DROP TABLE old" },
	{ NEVER, "DROP TABLE IF EXISTS old" },
	{ NEVER, "drop/**/table/**/old" },
	{ NEVER, "CREATE TABLE a (id int); DROP TABLE a" },
	{ ASK, "DROP INDEX i" },
	{ ASK, "DROP INDEX CONCURRENTLY i" },
	{ ASK, "DROP TYPE e" },
	{ ASK, "DROP VIEW v" },
	{ NEVER, "DROP SCHEMA public CASCADE" },
	{ NEVER, "DROP DATABASE d" },
	{ NEVER, "DROP ROLE x" },
	{ NEVER, "DROP OWNED BY x" },
	{ ASK, "DROP FUNCTION f()" },
	{ ASK, "DROP EXTENSION citext" },
	{ ASK, "DROP TRIGGER t ON old" },
	{ ASK, "DROP POLICY p ON old" },
	{ NEVER, "DROP TABLESPACE t" },
	{ NEVER, "TRUNCATE old" },
	{ NEVER, "TRUNCATE TABLE ONLY old RESTART IDENTITY CASCADE" },
	{ NEVER, "DELETE FROM old" },
	{ NEVER, "-- x\n  DELETE FROM old WHERE false" },
	{ NEVER, "UPDATE old SET x = 1" },
	{ NEVER, "WITH d AS (DELETE FROM old RETURNING *) SELECT * FROM d" },
	{ NEVER,
		"WITH a AS (WITH b AS (UPDATE old SET x = 1 RETURNING 1) "
		"SELECT * FROM b) SELECT * FROM a" },
	{ NEVER,
		"INSERT INTO x WITH d AS (DELETE FROM old RETURNING *) SELECT "
		"* FROM d" },
	{ NEVER,
		"CREATE TABLE a AS WITH d AS (DELETE FROM old RETURNING *) "
		"SELECT * FROM d" },
	{ NEVER, "EXPLAIN ANALYZE DELETE FROM old" },
	{ NEVER, "EXPLAIN (ANALYZE) UPDATE old SET x = 1" },
	{ NEVER, "PREPARE p AS DELETE FROM old" },
	{ NEVER, "CREATE RULE r AS ON INSERT TO old DO ALSO DELETE FROM x" },
	{ NEVER,
		"CREATE FUNCTION f() RETURNS void BEGIN ATOMIC DELETE FROM "
		"old; END" },
	{ NEVER,
		"DECLARE c CURSOR FOR WITH d AS (DELETE FROM old RETURNING 1) "
		"SELECT * FROM d" },
	{ NEVER, "COPY (DELETE FROM old RETURNING *) TO STDOUT" },
	{ ASK,
		"INSERT INTO old VALUES (1) ON CONFLICT (id) DO UPDATE SET x "
		"= 2" },
	{ NEVER, "MERGE INTO old USING x ON true WHEN MATCHED THEN DELETE" },
	{ NEVER,
		"MERGE INTO old USING x ON true WHEN MATCHED THEN UPDATE SET "
		"y = 1" },
	{ NEVER, "ALTER TABLE old DROP COLUMN x" },
	{ NEVER, "ALTER TABLE old ADD COLUMN y int, DROP COLUMN IF EXISTS x" },
	{ ASK, "ALTER TABLE old DROP CONSTRAINT c" },
	{ NEVER, "ALTER TABLE ONLY old DROP COLUMN x CASCADE" },
	{ ASK, "ALTER TABLE ONLY old DROP CONSTRAINT c CASCADE" },
	{ NEVER, "ALTER TYPE c DROP ATTRIBUTE a" },
	{ ASK, "ALTER DOMAIN d DROP CONSTRAINT c" },
	{ NEVER, "SELECT 1; SELECT $$x;y$$; DELETE FROM old" },
	{ NEVER, "DO $$ BEGIN END $$; TRUNCATE old" },
};

static enum verdict
judge(const struct units *u, const char *const *existing, char **ret_reason)
{
	own(census) struct census *c = units_census(u, existing);
	return units_judge(c, ret_reason);
}

START_TEST(a_statement_gets_its_verdict)
{
	own(units) struct units u = { 0 };
	own(str) char *reason = NULL;
	units_add(&u, "m", table[_i].sql);
	enum verdict v = judge(&u, NULL, &reason);
	ck_assert_msg(v == table[_i].verdict, "%s: %s, %s", table[_i].sql,
		verdict_name(v), reason);
	ck_assert_ptr_nonnull(reason);
}
END_TEST

/* In a database that has what these statements are about. */
static void
judge_all(const struct labelled_list *all, size_t least)
{
	static const char *const existing[] = { "schema \"public\"",
		"schema \"auth\"", "table \"old\"", "table \"big\"",
		"view \"oldview\"", "enumeration \"etype\"", NULL };
	size_t wrong = 0;
	for (size_t i = 0; i < all->n; i++) {
		own(units) struct units u = { 0 };
		own(str) char *reason = NULL;
		units_add_bytes(&u, "m", all->list[i].sql);
		enum verdict v = judge(&u, existing, &reason);
		if (v == all->list[i].verdict)
			continue;
		fprintf(stderr, "%s and not %s: " SPAN_FMT " (%s)\n",
			verdict_name(v), verdict_name(all->list[i].verdict),
			SPAN_ARG(all->list[i].sql), reason);
		wrong++;
	}
	ck_assert_uint_ge(all->n, least);
	ck_assert_uint_eq(wrong, 0);
}

START_TEST(every_labelled_statement_gets_its_verdict)
{
	own(labelled_list) struct labelled_list all;
	labelled_read("labelled.tsv", &all);
	judge_all(&all, 325);
}
END_TEST

START_TEST(every_further_statement_gets_its_verdict)
{
	own(labelled_list) struct labelled_list all;
	labelled_read("further.tsv", &all);
	judge_all(&all, 800);
}
END_TEST

START_TEST(every_default_gets_its_verdict)
{
	own(labelled_list) struct labelled_list all;
	labelled_read("defaults.tsv", &all);
	judge_all(&all, 90);
}
END_TEST

START_TEST(every_expression_gets_its_verdict_wherever_it_stands)
{
	own(labelled_list) struct labelled_list all;
	labelled_read_expressions("expressions.tsv", (size_t)_i, &all);
	judge_all(&all, 300);
}
END_TEST

START_TEST(a_schema_that_exists_may_be_created_again)
{
	static const char *const existing[] = { "schema \"public\"", NULL };
	own(units) struct units u = { 0 };
	own(str) char *reason = NULL;
	units_add(&u, "m", "CREATE SCHEMA IF NOT EXISTS \"public\"");
	ck_assert_int_eq(judge(&u, existing, &reason), VERDICT_AUTO);
}
END_TEST

START_TEST(a_table_that_exists_is_not_new)
{
	static const char *const existing[] = { "table \"a\"", NULL };
	own(units) struct units u = { 0 };
	own(str) char *reason = NULL;
	units_add(&u, "m",
		"CREATE TABLE IF NOT EXISTS a (id int); CREATE INDEX ON a(id)");
	ck_assert_int_eq(judge(&u, existing, &reason), VERDICT_GATED);
}
END_TEST

START_TEST(a_table_of_an_earlier_script_is_new)
{
	static const char makes[] = "CREATE TABLE a (id int)";
	static const char indexes[] = "CREATE INDEX ON a(id)";
	own(units) struct units right = { 0 };
	own(units) struct units wrong = { 0 };
	own(str) char *reason = NULL;
	own(str) char *other = NULL;
	units_add(&right, "1", makes);
	units_add(&right, "2", indexes);
	units_add(&wrong, "1", indexes);
	units_add(&wrong, "2", makes);
	ck_assert_int_eq(judge(&right, NULL, &reason), VERDICT_AUTO);
	ck_assert_int_eq(judge(&wrong, NULL, &other), VERDICT_GATED);
}
END_TEST

/* A DO that dropped a table, as statement 42 of 42, was approved unread. */
START_TEST(every_statement_that_is_not_passed_is_named)
{
	static const char *const expected[] = {
		"statement 42 of 1 (DROP TABLE) can lose data: it drops a "
		"table with its rows",
		"statement 3 of 1 (DO) runs code that no parser sees",
		"statement 1 of 2 (SELECT) is not on the list of what runs by "
		"itself",
		NULL,
	};
	own(units) struct units u = { 0 };
	own(buf) struct buf sql = { 0 };
	for (int i = 1; i <= 42; i++)
		buf_printf(&sql,
			i == 3            ? "DO $$ BEGIN END $$;"
				: i == 42 ? "DROP TABLE old;"
					  : "CREATE TABLE t%d (id int);",
			i);
	units_add(&u, "1", buf_str(&sql));
	units_add(&u, "2", "SELECT 1");
	own(census) struct census *c = units_census(&u, NULL);
	static const struct guard_how how = { .history = "h" };
	own(judgements) struct judgements j = { 0 };
	guard_judge(c, &how, &j);
	ck_assert_int_eq(judgements_verdict(&j), VERDICT_NEVER);
	own(strings) char **doubts = judgements_doubts(&j, c, true);
	for (size_t i = 0; expected[i]; i++)
		ck_assert_pstr_eq(doubts[i], expected[i]);
	ck_assert_ptr_null(doubts[3]);
}
END_TEST

START_TEST(a_script_that_kills_its_parser_asks)
{
	own(buf) struct buf sql = { 0 };
	own(units) struct units u = { 0 };
	own(str) char *reason = NULL;
	buf_add_str(&sql, "SELECT 1");
	for (int i = 0; i < 300000; i++)
		buf_add_str(&sql, "+1");
	units_add(&u, "m", buf_str(&sql));
	ck_assert(!u.scripts[0].known);
	ck_assert_int_eq(judge(&u, NULL, &reason), VERDICT_ASK);
}
END_TEST

START_TEST(a_script_with_a_nul_is_refused)
{
	own(units) struct units u = { 0 };
	own(str) char *reason = NULL;
	units_add_bytes(
		&u, "m", (struct span){ "SELECT 1;\0DROP TABLE x", 22 });
	ck_assert_int_eq(judge(&u, NULL, &reason), VERDICT_NEVER);
}
END_TEST

/* What counts as new is the census' answer, so the guard cannot do without: it
 * takes nothing else, and only census_take() makes one. */
START_TEST(the_guard_ends_the_process_without_a_census)
{
	static const struct guard_how how = { .history = "h" };
	struct judgements j = { 0 };
	guard_judge(NULL, &how, &j);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("guard");
	TCase *t = tcase_create("guard");
	tcase_set_timeout(t, 60);
	tcase_add_loop_test(
		t, a_statement_gets_its_verdict, 0, ELEMENTS(table));
	tcase_add_test(t, every_labelled_statement_gets_its_verdict);
	tcase_add_test(t, every_further_statement_gets_its_verdict);
	tcase_add_test(t, every_default_gets_its_verdict);
	tcase_add_loop_test(t,
		every_expression_gets_its_verdict_wherever_it_stands, 0,
		LABELLED_PLACES);
	tcase_add_test(t, a_schema_that_exists_may_be_created_again);
	tcase_add_test(t, a_table_that_exists_is_not_new);
	tcase_add_test(t, a_table_of_an_earlier_script_is_new);
	tcase_add_test(t, every_statement_that_is_not_passed_is_named);
	tcase_add_test(t, a_script_that_kills_its_parser_asks);
	tcase_add_test(t, a_script_with_a_nul_is_refused);
	tcase_add_test_raise_signal(
		t, the_guard_ends_the_process_without_a_census, SIGABRT);
	suite_add_tcase(s, t);
	SRunner *sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	int failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
