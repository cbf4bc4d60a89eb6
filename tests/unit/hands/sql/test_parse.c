/* What is known of a statement once PostgreSQL's own parser has read it: all
 * that guard, census and rehearsal rely on. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
	struct statement *copy = &l->all[l->n++];
	ck_assert_int_eq(statement_get(&f, copy, NULL), 0);
	for (size_t i = 0; i < s->n_parts; i++) {
		own(frame) struct frame sent = FRAME(1);
		struct guard_part p;
		part_put(&sent, &s->parts[i]);
		part_get(&sent, &p);
		ck_assert_int_eq(frame_end(&sent, NULL), 0);
		statement_has(copy, &p);
	}
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
	int r = parse_statements(sql, true, MOST, keep, &l, &why);
	ck_assert_msg(r == 0, "%s: %s", sql, why.text);
	return l;
}

/* What the guard judges, in a word for each part. */
static char *
parts_of(const struct statement *s)
{
	own(buf) struct buf b = { 0 };
	buf_add_str(&b, "");
	for (size_t i = 0; i < s->n_parts; i++)
		buf_printf(&b, "%s%s", i ? " " : "",
			part_rule(&s->parts[i])->name);
	return buf_take_str(&b);
}

START_TEST(each_statement_has_its_rows)
{
	static const struct {
		const char *sql, *rows;
	} rows[] = {
		{ "CREATE TABLE a (id int)", "create-table" },
		{ "CREATE TYPE e AS ENUM ('a')", "create-enum" },
		{ "CREATE SCHEMA s", "create-schema" },
		{ "CREATE SCHEMA s CREATE TABLE t (id int)", "other" },
		{ "CREATE FOREIGN TABLE a (id int) SERVER s", "other" },
		{ "CREATE INDEX i ON a(id)", "create-index" },
		{ "CREATE UNIQUE INDEX CONCURRENTLY i ON a(id)",
			"create-unique-index-concurrently" },
		{ "ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b(id)",
			"add-foreign-key" },
		{ "ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b NOT VALID, "
		  "DROP y",
			"add-foreign-key-not-valid drop-column" },
		{ "ALTER TABLE a ADD x int NOT NULL UNIQUE CHECK (x > 0)",
			"add-column-required add-column-unique "
			"add-column-check" },
		{ "ALTER TABLE a ADD x serial PRIMARY KEY",
			"add-column-serial add-column-primary-key" },
		{ "ALTER TABLE a ADD x int NOT NULL DEFAULT NULL",
			"add-column-required" },
		{ "ALTER TABLE a ADD x uuid DEFAULT gen_random_uuid()",
			"add-column-volatile" },
		{ "ALTER FOREIGN TABLE a DROP COLUMN x", "drop-column" },
		{ "ALTER TYPE c DROP ATTRIBUTE x", "drop-column" },
		{ "ALTER TYPE c ADD ATTRIBUTE x int", "other" },
		{ "ALTER VIEW v SET (security_barrier)", "other" },
		{ "BEGIN", "transaction" },
		{ "WITH d AS (DELETE FROM a RETURNING 1) SELECT * FROM d",
			"select delete" },
		{ "WITH d AS (UPDATE a SET x = 1 WHERE y = 2 RETURNING 1) "
		  "INSERT INTO b SELECT * FROM d",
			"insert update" },
		{ "INSERT INTO a VALUES (1) ON CONFLICT (x) DO UPDATE SET x = "
		  "2",
			"insert-values upsert" },
		{ "UPDATE a SET x = 1 WHERE true", "update-all" },
		{ "UPDATE pg_class SET relname = 'x' WHERE relname = 'y'",
			"update-all" },
		{ "MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN DELETE",
			"merge merge-delete" },
		{ "MERGE INTO a USING b ON true WHEN MATCHED THEN UPDATE SET "
		  "x = 1",
			"merge-update-all merge-update" },
		{ "DO $$ BEGIN DROP TABLE a; END $$", "do static-loss" },
		{ "DO $$ BEGIN EXECUTE 'TRUNCATE a'; END $$",
			"do static-loss" },
		{ "DO $$ BEGIN EXECUTE 'DO $x$BEGIN DROP TABLE a; END$x$'; "
		  "END $$",
			"do static-loss" },
		{ "DO $$ BEGIN IF true THEN PERFORM f(); END IF; END $$",
			"do" },
		{ "DO $$ BEGIN EXECUTE 'DR' || 'OP TABLE a'; END $$", "do" },
		{ "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE "
		  "FROM a'",
			"create-function static-loss" },
		{ "CREATE FUNCTION f() RETURNS void BEGIN ATOMIC DELETE FROM "
		  "a; END",
			"create-function delete" },
		{ "SET LOCAL session_replication_role TO REPLICA", "keys-off" },
		{ "ALTER ROLE r SET session_replication_role = replica",
			"other keys-off" },
		{ "SELECT set_config('session_replication_role', 'replica', "
		  "false)",
			"select keys-off-by-function" },
		{ "CREATE ROLE r NOSUPERUSER", "other" },
		{ "ALTER USER r WITH SUPERUSER", "become-superuser" },
		{ "COPY (SELECT 1) TO PROGRAM 'sh'", "copy-program" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(list) struct list l = parsed(rows[i].sql);
		ck_assert_uint_eq(l.n, 1);
		own(str) char *found = parts_of(&l.all[0]);
		ck_assert_msg(strcmp(found, rows[i].rows) == 0, "%s: %s",
			rows[i].sql, found);
	}
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
		{ "ALTER TYPE e ADD VALUE 'x'", false },
		{ "ALTER TYPE e ADD VALUE IF NOT EXISTS 'x' BEFORE 'y'",
			false },
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
		ck_assert_int_eq(parse_statements(rows[i].sql, true, MOST, keep,
					 &l, &why),
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
		parse_statements("SELECT 1; SELECT 2", true, 2, keep, &l, &why),
		0);
	ck_assert_uint_eq(l.n, 2);
	ck_assert_int_eq(parse_statements("SELECT 1; SELECT 2; SELECT 3", true,
				 2, keep, &l, &why),
		-EINVAL);
	ck_assert_uint_eq(l.n, 2);
	ck_assert_str_eq(why.text, "it has more than 2 statements");
}
END_TEST

START_TEST(who_wants_no_more_gets_no_more)
{
	own(list) struct list l = { .stop_at = 2 };
	struct why why = { 0 };
	ck_assert_int_eq(parse_statements("SELECT 1; SELECT 2; SELECT 3", true,
				 MOST, keep, &l, &why),
		-ECANCELED);
	ck_assert_uint_eq(l.n, 2);
}
END_TEST

CHECK_MAIN("parse", each_statement_has_its_rows, what_no_parser_sees_is_opaque,
	what_may_not_stand_in_a_transaction_is_alone,
	what_reaches_outside_of_its_database_is_told, what_is_dropped_is_named,
	a_function_is_never_in_the_way, a_statement_knows_its_bytes,
	nothing_has_no_statements, a_text_that_does_not_parse_says_where,
	more_statements_than_wanted_are_none, who_wants_no_more_gets_no_more)
