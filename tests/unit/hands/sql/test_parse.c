/* What is known of a statement once PostgreSQL's own parser has read it: all
 * that guard, census and rehearsal rely on. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "hands/sql/parse.h"
#include "support/check_main.h"

#define MOST 20u

struct list {
	struct statement all[MOST];
	size_t n;
	size_t stop_at; /* the caller wants no more than these; 0: all */
};

/* A copy, by the way it takes to the parent. */
static int
keep(void *arg, const struct statement *s)
{
	struct list *l = arg;
	own(frame) struct frame f = FRAME(1);
	ck_assert_uint_lt(l->n, MOST);
	statement_put(&f, s);
	ck_assert_int_eq(statement_get(&f, &l->all[l->n++], NULL), 0);
	return l->n == l->stop_at ? -ECANCELED : 0;
}

static void
list_let_go(struct list *l)
{
	for (size_t i = 0; i < l->n; i++)
		statement_free(&l->all[i]);
}

static struct list
parsed(const char *sql)
{
	struct list l = { 0 };
	struct why why = { 0 };
	int r = parse_statements(sql, MOST, keep, &l, &why);
	ck_assert_msg(r == 0, "%s: %s", sql, why.text);
	return l;
}

START_TEST(each_statement_has_its_kind)
{
	static const struct {
		const char *sql;
		enum statement_kind kind;
	} rows[] = {
		{ "CREATE TABLE a (id int)", STATEMENT_CREATE_TABLE },
		{ "CREATE TYPE e AS ENUM ('a')", STATEMENT_CREATE_TYPE },
		{ "CREATE TYPE c AS (a int)", STATEMENT_CREATE_TYPE },
		{ "CREATE TYPE r AS RANGE (subtype = int4)",
			STATEMENT_CREATE_TYPE },
		{ "CREATE INDEX i ON a(id)", STATEMENT_CREATE_INDEX },
		{ "ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b(id)",
			STATEMENT_ADD_FOREIGN_KEY },
		{ "CREATE SCHEMA s", STATEMENT_CREATE_SCHEMA },
		{ "BEGIN", STATEMENT_TRANSACTION },
		{ "START TRANSACTION", STATEMENT_TRANSACTION },
		{ "COMMIT", STATEMENT_TRANSACTION },
		{ "ROLLBACK", STATEMENT_TRANSACTION },
		{ "SAVEPOINT s", STATEMENT_TRANSACTION },
		{ "RELEASE s", STATEMENT_TRANSACTION },
		{ "PREPARE TRANSACTION 'x'", STATEMENT_TRANSACTION },
		{ "COMMIT PREPARED 'x'", STATEMENT_TRANSACTION },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(list) struct list l = parsed(rows[i].sql);
		ck_assert_msg(l.n == 1 && l.all[0].kind == rows[i].kind,
			"%s: %d", rows[i].sql, (int)l.all[0].kind);
	}
}
END_TEST

/* The guard lets kinds pass by themselves, so whatever is not one of them has
 * none. */
START_TEST(all_else_is_of_no_kind)
{
	static const char *const rows[] = { "SELECT 1",
		"INSERT INTO a VALUES (1)", "CREATE TABLE a AS SELECT 1",
		"SELECT 1 INTO a", "CREATE VIEW v AS SELECT 1",
		"CREATE SEQUENCE s", "CREATE DOMAIN d AS text",
		"CREATE EXTENSION citext",
		"CREATE SCHEMA s CREATE TABLE t (id int)",
		"CREATE SCHEMA AUTHORIZATION r",
		"CREATE SCHEMA s AUTHORIZATION r",
		"CREATE FOREIGN TABLE a (id int) SERVER s", "CREATE TYPE shell",
		"CREATE TYPE b (INPUT = f, OUTPUT = g)",
		"ALTER TYPE e ADD VALUE 'x'", "ALTER TABLE a ADD COLUMN x int",
		"ALTER TABLE a ADD UNIQUE (x)",
		"ALTER TABLE a ADD CHECK (x > 0)",
		"ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b(id), ADD "
		"COLUMN "
		"y int",
		"ALTER TABLE a VALIDATE CONSTRAINT f",
		"ALTER TABLE a RENAME TO b", "COMMENT ON TABLE a IS 'x'",
		"SET search_path = s", "GRANT SELECT ON a TO r", "DROP TABLE a",
		"TRUNCATE a", "DO $$ BEGIN END $$" };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(list) struct list l = parsed(rows[i]);
		ck_assert_msg(l.n == 1 && l.all[0].kind == STATEMENT_OTHER,
			"%s: %d", rows[i], (int)l.all[0].kind);
	}
}
END_TEST

START_TEST(what_loses_data_is_called_by_it)
{
	own(list) struct list l =
		parsed("-- c\ncreate  table a (id int);"
		       "ALTER TABLE a ADD COLUMN y int, DROP "
		       "COLUMN x;"
		       "WITH d AS (DELETE FROM a RETURNING 1) "
		       "SELECT * FROM d; ;");
	ck_assert_uint_eq(l.n, 3);
	ck_assert(!l.all[0].loses && l.all[1].loses && l.all[2].loses);
	ck_assert_str_eq(l.all[0].what, "CREATE TABLE");
	ck_assert_str_eq(l.all[1].what, "ALTER TABLE with DROP COLUMN");
	ck_assert_str_eq(l.all[2].what, "DELETE");
}
END_TEST

/* Which truth of a statement a table asks about. */
#define CHECK_TRUTH(truth, rows)                                               \
	for (size_t i = 0; i < ELEMENTS(rows); i++) {                          \
		own(list) struct list l = parsed((rows)[i].sql);               \
		ck_assert_uint_eq(l.n, 1);                                     \
		ck_assert_msg(                                                 \
			l.all[0].truth == (rows)[i].yes, "%s", (rows)[i].sql); \
	}

START_TEST(what_no_parser_sees_is_opaque)
{
	static const struct {
		const char *sql;
		bool yes;
	} rows[] = {
		{ "DO $$ BEGIN DROP TABLE a; END $$", true },
		{ "CALL p()", true },
		{ "EXECUTE p", true },
		{ "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
			true },
		{ "CREATE OR REPLACE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'",
			true },
		{ "PREPARE p AS SELECT 1", false },
		{ "SELECT f()", false },
		{ "CREATE TABLE a (id int DEFAULT f())", false },
	};
	CHECK_TRUTH(opaque, rows);
}
END_TEST

START_TEST(what_may_not_stand_in_a_transaction_is_alone)
{
	static const struct {
		const char *sql;
		bool yes;
	} rows[] = {
		{ "CREATE INDEX i ON a(id)", false },
		{ "CREATE INDEX CONCURRENTLY i ON a(id)", true },
		{ "DROP INDEX i", false },
		{ "DROP INDEX CONCURRENTLY i", true },
		{ "REINDEX INDEX CONCURRENTLY i", true },
		{ "ALTER TABLE p DETACH PARTITION q", false },
		{ "ALTER TABLE p DETACH PARTITION q CONCURRENTLY", true },
		{ "ALTER TABLE p DETACH PARTITION q FINALIZE", false },
		{ "ALTER TYPE e ADD VALUE 'x'", true },
		{ "ALTER TYPE e ADD VALUE IF NOT EXISTS 'x' BEFORE 'y'", true },
		{ "ALTER TYPE e RENAME VALUE 'x' TO 'y'", false },
		{ "VACUUM a", true },
		{ "ANALYZE a", false },
		{ "CLUSTER a USING i", true },
		{ "CREATE DATABASE d", true },
		{ "ALTER DATABASE d SET TABLESPACE t", true },
		{ "CREATE TABLESPACE t LOCATION '/x'", true },
		{ "ALTER SYSTEM SET fsync = off", true },
		{ "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", true },
		{ "ALTER SUBSCRIPTION s REFRESH PUBLICATION", true },
		{ "CHECKPOINT", true },
		{ "DISCARD ALL", true },
		{ "BEGIN", true },
		{ "COMMIT", true },
		/* A procedure and a block may commit by themselves. */
		{ "CALL p()", true },
		{ "DO $$ BEGIN END $$", true },
		{ "EXECUTE p", false },
		{ "SELECT 1", false },
		{ "CREATE TABLE a (id int)", false },
	};
	CHECK_TRUTH(alone, rows);
}
END_TEST

START_TEST(what_reaches_outside_of_its_database_is_told)
{
	static const struct {
		const char *sql;
		bool yes;
	} rows[] = {
		{ "CREATE ROLE r", true },
		{ "COPY a TO PROGRAM 'sh'", true },
		{ "CREATE TABLE a (id int)", false },
		{ "DROP TABLE a", false },
	};
	CHECK_TRUTH(outside, rows);
}
END_TEST

/* `kind schema name` of what is dropped; renaming is told with tables. */
static char *
drops(const char *sql)
{
	static const char *const kinds[MADE_KINDS] = { "relation", "type",
		"column", "constraint", "trigger", "function", "schema",
		"extension" };
	own(list) struct list l = parsed(sql);
	own(buf) struct buf b = { 0 };
	for (size_t i = 0; i < l.all[0].n_drops; i++) {
		const struct made *m = &l.all[0].drops[i];
		buf_printf(&b, "%s%s %s.%s", b.len ? ", " : "", kinds[m->kind],
			m->schema ? m->schema : "", m->name);
	}
	return buf_take_str(&b);
}

START_TEST(what_is_dropped_is_named)
{
	static const struct {
		const char *sql, *drops;
	} rows[] = {
		{ "DROP TABLE a", "relation .a" },
		{ "DROP TABLE IF EXISTS s.\"A b\", c",
			"relation s.A b, relation .c" },
		{ "DROP TABLE other.s.a", "relation s.a" },
		{ "DROP INDEX s.i", "relation s.i" },
		{ "DROP VIEW v", "relation .v" },
		{ "DROP MATERIALIZED VIEW v", "relation .v" },
		{ "DROP SEQUENCE q", "relation .q" },
		{ "DROP TYPE s.t", "type s.t" },
		{ "DROP DOMAIN d", "type .d" },
		{ "DROP SCHEMA s, t", "schema .s, schema .t" },
		{ "DROP EXTENSION e", "extension .e" },
		{ "DROP FUNCTION f()", "" },
		{ "DROP TRIGGER t ON a", "" },
		{ "DROP FOREIGN TABLE a", "" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *is = drops(rows[i].sql);
		ck_assert_msg(strcmp(is, rows[i].drops) == 0, "%s: '%s'",
			rows[i].sql, is);
	}
}
END_TEST

/* Overloads share a name, so that one exists is no conflict. */
START_TEST(a_function_is_never_in_the_way)
{
	own(list) struct list l = parsed("CREATE FUNCTION s.f() RETURNS int "
					 "LANGUAGE sql AS 'SELECT 1'");
	ck_assert_uint_eq(l.all[0].n_makes, 1);
	ck_assert_int_eq(l.all[0].makes[0].kind, MADE_FUNCTION);
	ck_assert_str_eq(l.all[0].makes[0].schema, "s");
	ck_assert(l.all[0].makes[0].if_not_exists);
}
END_TEST

START_TEST(a_statement_knows_its_bytes)
{
	static const char sql[] = "-- \xc3\xa4\n CREATE TABLE a ();\n"
				  "/* b */ SELECT ';' ;SELECT 2";
	static const char *const texts[] = { "CREATE TABLE a ()", "SELECT ';'",
		"SELECT 2" };
	own(list) struct list l = parsed(sql);
	ck_assert_uint_eq(l.n, ELEMENTS(texts));
	for (size_t i = 0; i < l.n; i++) {
		struct span text = span_first(
			span_from(span_of(sql), l.all[i].from), l.all[i].len);
		ck_assert_msg(span_is(text, texts[i]), "'" SPAN_FMT "'",
			SPAN_ARG(text));
	}
}
END_TEST

START_TEST(nothing_has_no_statements)
{
	static const char *const rows[] = { "", " \n", ";;", "-- a",
		"/* at /* all */ */ ; ;" };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(list) struct list l = parsed(rows[i]);
		ck_assert_uint_eq(l.n, 0);
	}
}
END_TEST

START_TEST(a_text_that_does_not_parse_says_where)
{
	static const struct {
		const char *sql, *text;
	} rows[] = {
		{ "CREATE TABLE a (id int",
			"it does not parse: syntax error at end of input at "
			"character 23" },
		{ "SELECT 1; \\i other.sql",
			"it does not parse: syntax error at or near \"\\\" at "
			"character 11" },
		{ "MODIFY TABLE a",
			"it does not parse: syntax error at or near \"MODIFY\" "
			"at "
			"character 1" },
		{ "SELECT 'open",
			"it does not parse: unterminated quoted string "
			"at or near \"'open\" at character 8" },
		{ "\x1b[2J",
			"it does not parse: syntax error at or near \"\\x1b\" "
			"at "
			"character 1" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(list) struct list l = { 0 };
		struct why why = { 0 };
		ck_assert_int_eq(
			parse_statements(rows[i].sql, MOST, keep, &l, &why),
			-EILSEQ);
		ck_assert_str_eq(why.text, rows[i].text);
		ck_assert_uint_eq(l.n, 0);
	}
}
END_TEST

START_TEST(more_statements_than_wanted_are_none)
{
	own(list) struct list l = { 0 };
	struct why why = { 0 };
	ck_assert_int_eq(
		parse_statements("SELECT 1; SELECT 2", 2, keep, &l, &why), 0);
	ck_assert_uint_eq(l.n, 2);
	ck_assert_int_eq(parse_statements("SELECT 1; SELECT 2; SELECT 3", 2,
				 keep, &l, &why),
		-EINVAL);
	ck_assert_uint_eq(l.n, 2);
	ck_assert_str_eq(why.text, "it has more than 2 statements");
}
END_TEST

START_TEST(who_wants_no_more_gets_no_more)
{
	own(list) struct list l = { .stop_at = 2 };
	struct why why = { 0 };
	ck_assert_int_eq(parse_statements("SELECT 1; SELECT 2; SELECT 3", MOST,
				 keep, &l, &why),
		-ECANCELED);
	ck_assert_uint_eq(l.n, 2);
}
END_TEST

CHECK_MAIN("parse", each_statement_has_its_kind, all_else_is_of_no_kind,
	what_loses_data_is_called_by_it, what_no_parser_sees_is_opaque,
	what_may_not_stand_in_a_transaction_is_alone,
	what_reaches_outside_of_its_database_is_told, what_is_dropped_is_named,
	a_function_is_never_in_the_way, a_statement_knows_its_bytes,
	nothing_has_no_statements, a_text_that_does_not_parse_says_where,
	more_statements_than_wanted_are_none, who_wants_no_more_gets_no_more)
