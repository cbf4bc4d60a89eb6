/* The guard's verdicts where PostgreSQL's own catalog says what names mean. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/io/file.h"
#include "hands/diagnose/catalog.h"
#include "hands/plan/guard.h"
#include "hands/prisma/prisma.h"
#include "support/labelled.h"
#include "support/units.h"
#include "support/world.h"

static enum verdict
judge(struct session *s, struct span sql, char **ret_reason)
{
	const struct census_catalog catalog = catalog_of(s);
	own(units) struct units u = { 0 };
	own(census) struct census *c = NULL;
	struct why why;
	units_add_bytes(&u, "m", sql);
	ck_assert_msg(
		census_take(&catalog, "public", u.list, u.n, &c, &why) == 0,
		"%s", why.text);
	return units_judge(c, ret_reason);
}

static void
prepare(const char *file)
{
	own(str) char *path = xprintf("%s/guard/%s", TEST_DATA, file);
	own(buf) struct buf sql = { 0 };
	ck_assert_int_eq(file_read(path, 1u << 20, &sql, NULL), 0);
	pg_do(&pg, "moving", buf_str(&sql));
}

static void
judge_all(const struct labelled_list *all, size_t least)
{
	own(session) struct session *s = world_session(SESSION_LOOK);
	size_t wrong = 0;
	for (size_t i = 0; i < all->n; i++) {
		own(str) char *reason = NULL;
		enum verdict v = judge(s, all->list[i].sql, &reason);
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
	prepare("database.sql");
	own(labelled_list) struct labelled_list all;
	labelled_read("labelled.tsv", &all);
	judge_all(&all, 325);
}
END_TEST

START_TEST(every_further_statement_gets_its_verdict)
{
	prepare("database.sql");
	own(labelled_list) struct labelled_list all;
	labelled_read("further.tsv", &all);
	judge_all(&all, 800);
}
END_TEST

START_TEST(every_expression_gets_its_verdict)
{
	prepare("database.sql");
	for (size_t place = 0; place < 2; place++) {
		own(labelled_list) struct labelled_list all;
		labelled_read_expressions("expressions.tsv", place, &all);
		judge_all(&all, 300);
	}
}
END_TEST

/* Runs it and takes it back; what the server refuses, a rehearsal would find. A
 * sequence keeps its steps all the same. */
static void
try(PGconn *conn, struct span sql)
{
	own(str) char *text = xprintf("BEGIN; " SPAN_FMT, SPAN_ARG(sql));
	PQclear(PQexec(conn, text));
	PQclear(PQexec(conn, "ROLLBACK"));
}

static void
try_all(PGconn *conn, const struct labelled_list *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].verdict == VERDICT_AUTO)
			try(conn, all->list[i].sql);
}

START_TEST(what_runs_by_itself_calls_nobodys_function)
{
	prepare("database.sql");
	own(labelled_list) struct labelled_list statements;
	labelled_read("further.tsv", &statements);
	PGconn *conn = pg_connect(&pg, "moving", "app");
	try_all(conn, &statements);
	for (size_t place = 0; place < LABELLED_PLACES; place++) {
		own(labelled_list) struct labelled_list expressions;
		labelled_read_expressions(
			"expressions.tsv", place, &expressions);
		try_all(conn, &expressions);
	}
	ck_assert_int_eq(PQstatus(conn), CONNECTION_OK);
	PQfinish(conn);
	ck_value("SELECT is_called FROM oldseq", "f");
}
END_TEST

/* Whether the server makes the table, and then a row that leaves `a` out. */
static bool
is_written(PGconn *conn, struct span sql)
{
	own(str) char *text =
		xprintf("BEGIN; " SPAN_FMT "; INSERT INTO n (b) VALUES (1)",
			SPAN_ARG(sql));
	PGresult *result = PQexec(conn, text);
	bool written = PQresultStatus(result) == PGRES_COMMAND_OK;
	PQclear(result);
	PQclear(PQexec(conn, "ROLLBACK"));
	return written;
}

START_TEST(a_default_that_has_no_room_in_its_column_asks)
{
	prepare("database.sql");
	own(labelled_list) struct labelled_list all;
	labelled_read("defaults.tsv", &all);
	judge_all(&all, 90);
	PGconn *conn = pg_connect(&pg, "moving", "app");
	for (size_t i = 0; i < all.n; i++)
		ck_assert_msg(is_written(conn, all.list[i].sql) ==
				(all.list[i].verdict == VERDICT_AUTO),
			SPAN_FMT, SPAN_ARG(all.list[i].sql));
	PQfinish(conn);
}
END_TEST

/* The same of what asks, so that the sequence is known to tell. */
START_TEST(an_index_calls_the_function_in_its_predicate_at_once)
{
	prepare("database.sql");
	PGconn *conn = pg_connect(&pg, "moving", "app");
	try(conn,
		SPAN("CREATE TABLE n (id int); "
		     "CREATE INDEX i ON n (id) WHERE evil(1)"));
	PQfinish(conn);
	ck_value("SELECT is_called FROM oldseq", "t");
}
END_TEST

/* What somebody made, and what it makes of a statement. Each row has a database
 * of its own. */
static const struct {
	const char *made;
	const char *asks; /* scripts, with `;;` between them */
	const char *runs;
} strangers[] = {
	/* whatever is defined runs it */
	{ "CREATE FUNCTION spy() RETURNS event_trigger LANGUAGE plpgsql "
	  "AS 'BEGIN END'; "
	  "CREATE EVENT TRIGGER spy ON ddl_command_end EXECUTE FUNCTION spy()",
		"CREATE TABLE n (a int);;"
		"CREATE TYPE e AS ENUM ('a')",
		"" },
	{ "CREATE FUNCTION spy() RETURNS event_trigger LANGUAGE plpgsql "
	  "AS 'BEGIN END'; "
	  "CREATE EVENT TRIGGER spy ON ddl_command_end EXECUTE FUNCTION "
	  "spy(); ALTER EVENT TRIGGER spy DISABLE",
		"", "CREATE TABLE n (a int)" },
	/* a default class of operators for a type that has none */
	{ "CREATE FUNCTION ptcmp(point, point) RETURNS int LANGUAGE sql "
	  "IMMUTABLE AS 'SELECT 0'; "
	  "CREATE OPERATOR CLASS po DEFAULT FOR TYPE point USING btree AS "
	  "FUNCTION 1 ptcmp(point, point)",
		"CREATE TYPE r AS RANGE (subtype = point);;"
		"CREATE TABLE n (p point) PARTITION BY RANGE (p)",
		"CREATE TABLE n (p point)" },
	/* a better match of the arguments wins over pg_catalog */
	{ "CREATE FUNCTION lower(int) RETURNS text LANGUAGE sql IMMUTABLE "
	  "AS 'SELECT pg_backend_pid()::text'",
		"CREATE TABLE n (a int CHECK (lower(a) = 'x'));;"
		"CREATE TABLE n (b text CHECK (lower(b) = 'x'));;"
		"CREATE TABLE n (b text DEFAULT lower('X'));;"
		"CREATE TABLE n (a int); CREATE INDEX i ON n (lower(a));;"
		"CREATE TABLE n (a int); CREATE INDEX i ON n (a) "
		"WHERE lower(a) = 'x'",
		"CREATE TABLE n (b text CHECK (pg_catalog.lower(b) = 'x'));;"
		"CREATE TABLE n (b text CHECK (upper(b) = 'X'))" },
	/* the first in the search path wins where nothing else differs */
	{ "CREATE FUNCTION now() RETURNS timestamptz LANGUAGE sql "
	  "AS 'SELECT clock_timestamp()'; "
	  "CREATE FUNCTION gen_random_uuid() RETURNS uuid LANGUAGE sql "
	  "AS 'SELECT NULL::uuid'",
		"CREATE TABLE n (t timestamptz DEFAULT public.now())",
		"CREATE TABLE n (t timestamptz DEFAULT now());;"
		"CREATE TABLE n (u uuid DEFAULT gen_random_uuid())" },
	{ "CREATE FUNCTION now() RETURNS timestamptz LANGUAGE sql "
	  "AS 'SELECT clock_timestamp()'; "
	  "ALTER ROLE app SET search_path = public, pg_catalog",
		"CREATE TABLE n (t timestamptz DEFAULT now());;"
		"CREATE TABLE n (t pg_catalog.date DEFAULT now());;"
		"CREATE TABLE n (b text);;"
		"CREATE TABLE n (a int CHECK (a > 0));;"
		"CREATE TABLE n (a int CHECK (CASE a WHEN 1 THEN true END))",
		"CREATE TABLE n (a int DEFAULT 1);;"
		"CREATE TABLE n (t pg_catalog.date DEFAULT pg_catalog.now());;"
		"CREATE TABLE n (a int CHECK (a OPERATOR(pg_catalog.>) 0))" },
	{ "ALTER DATABASE moving SET search_path = \"$user\", public, "
	  "pg_catalog",
		"CREATE TABLE n (b text);;"
		"CREATE TABLE n (b varchar(3) DEFAULT lower('X'))",
		"CREATE TABLE n (b varchar(3))" },
	{ "ALTER ROLE app IN DATABASE moving SET search_path = public, "
	  "pg_catalog",
		"CREATE TABLE n (b text)", "CREATE TABLE n (a int)" },
	{ "SELECT set_config('search_path', 'public, PG_CATALOG', false); "
	  "ALTER DATABASE moving SET search_path FROM CURRENT",
		"CREATE TABLE n (b text)", "CREATE TABLE n (a int)" },
	{ "ALTER ROLE app SET search_path = pg_catalog, public", "",
		"CREATE TABLE n (b text DEFAULT now()::text)" },
	/* what no value of the server's types can reach is never meant */
	{ "CREATE EXTENSION citext; CREATE EXTENSION pgcrypto; "
	  "CREATE EXTENSION hstore; CREATE EXTENSION pg_trgm",
		"CREATE TABLE n (c citext);;"
		"CREATE TABLE n (b text DEFAULT 'x'::citext);;"
		"CREATE TABLE n (b text CHECK (replace('x', b, '') = ''));;"
		"CREATE TABLE n (b text CHECK ('x' = b));;"
		"CREATE TABLE n (h hstore);;"
		"CREATE TABLE n (b text DEFAULT public.gen_random_uuid());;"
		"CREATE TABLE n (b text); CREATE INDEX i ON n USING gin "
		"(b gin_trgm_ops)",
		"CREATE TABLE n (u uuid DEFAULT gen_random_uuid());;"
		"CREATE TABLE n (b text CHECK (b = 'x' AND b ~ '^x'));;"
		"CREATE TABLE n (b text CHECK (replace(b, 'x', '') = ''));;"
		"CREATE TABLE n (j jsonb CHECK (j ? 'x' AND j -> 'x' = '1'));;"
		"CREATE TABLE n (j jsonb); CREATE INDEX i ON n USING gin (j)" },
	{ "CREATE FUNCTION f(text, int) RETURNS bool LANGUAGE sql "
	  "AS 'SELECT true'; CREATE OPERATOR = (LEFTARG = text, "
	  "RIGHTARG = int, FUNCTION = f); CREATE OPERATOR - "
	  "(RIGHTARG = text, FUNCTION = length)",
		"CREATE TABLE n (a int CHECK (a = 1));;"
		"CREATE TABLE n (a int CHECK (a IN (1, 2)));;"
		"CREATE TABLE n (a int CHECK (nullif(a, 1) > 0));;"
		"CREATE TABLE n (a int CHECK (a IS DISTINCT FROM 1));;"
		"CREATE TABLE n (a int CHECK (CASE a WHEN 1 THEN true END));;"
		"CREATE TABLE n (a int CHECK (-a < 1));;"
		"CREATE TABLE n (a int CHECK (a = ANY (ARRAY[1])))",
		"CREATE TABLE n (a int CHECK (a OPERATOR(pg_catalog.=) 1));;"
		"CREATE TABLE n (a int CHECK (a <> 1 AND a - 1 > 0))" },
	{ "CREATE FUNCTION f(text, text) RETURNS bool LANGUAGE sql "
	  "AS 'SELECT true'; CREATE OPERATOR <= (LEFTARG = text, "
	  "RIGHTARG = text, FUNCTION = f)",
		"CREATE TABLE n (a int CHECK (a BETWEEN 1 AND 2));;"
		"CREATE TABLE n (a int CHECK (a NOT BETWEEN 1 AND 2))",
		"CREATE TABLE n (a int CHECK (a >= 1))" },
	/* casts that are made between types of the server */
	{ "CREATE TYPE e AS ENUM ('A'); CREATE FUNCTION f(text) RETURNS e "
	  "LANGUAGE sql IMMUTABLE AS 'SELECT NULL::e'; "
	  "CREATE CAST (text AS e) WITH FUNCTION f(text) AS ASSIGNMENT",
		"CREATE TABLE n (b text, e e DEFAULT upper('a'));;"
		"CREATE TABLE n (e e DEFAULT 'A'::text);;"
		"CREATE TABLE n (e e DEFAULT 'A'::text::e);;"
		"CREATE TABLE n (e e DEFAULT 1);;"
		"CREATE TABLE n (e e DEFAULT CURRENT_USER);;"
		"CREATE TABLE n (e e DEFAULT ('x' IS NULL));;"
		"CREATE TABLE n (e e DEFAULT coalesce('A', 'A'));;"
		"CREATE TABLE n (b text, g e GENERATED ALWAYS AS (b) STORED)",
		"CREATE TABLE n (e e);;"
		"CREATE TABLE n (e e DEFAULT 'A')" },
	{ "CREATE TYPE e AS ENUM ('A'); "
	  "CREATE CAST (int AS e) WITH INOUT AS IMPLICIT",
		"CREATE TABLE n (e e DEFAULT 1)",
		"CREATE TABLE n (e e DEFAULT 'A')" },
	{ "CREATE TYPE e AS ENUM ('A'); CREATE FUNCTION f(e) RETURNS json "
	  "LANGUAGE sql IMMUTABLE AS 'SELECT NULL::json'; "
	  "CREATE CAST (e AS json) WITH FUNCTION f(e)",
		"CREATE TABLE n (e e, j jsonb CHECK (to_jsonb(e) = j))",
		"CREATE TABLE n (e e DEFAULT 'A')" },
	/* types */
	{ "CREATE SCHEMA auth; CREATE TYPE public.e AS ENUM ('A'); "
	  "CREATE DOMAIN auth.e AS text; CREATE TYPE auth.g AS ENUM ('A')",
		"CREATE TABLE n (e e);;"
		"CREATE TABLE n (e auth.e);;"
		"CREATE TABLE n (e g);;"
		"CREATE TABLE n (e e[] DEFAULT '{}')",
		"CREATE TABLE n (e public.e);;"
		"CREATE TABLE n (e auth.g DEFAULT 'A')" },
	{ "CREATE DOMAIN serial AS int; CREATE DOMAIN \"Text\" AS text; "
	  "CREATE DOMAIN text AS pg_catalog.text",
		"CREATE TABLE n (x \"Text\");;"
		"CREATE TABLE n (x public.serial);;"
		"CREATE TABLE n (x public.text);;"
		"CREATE TABLE n (x int DEFAULT '1'::serial);;"
		"CREATE TYPE t AS (x serial)",
		"CREATE TABLE n (x serial);;"
		"CREATE TABLE n (x text)" },
	/* a call that converts into a type of the name */
	{ "CREATE DOMAIN md5 AS text CHECK (length(VALUE) > 0)",
		"CREATE TABLE n (b text DEFAULT md5('x'));;"
		"CREATE TABLE n (a int CHECK (md5(a) = 'x'))",
		"CREATE TABLE n (b text DEFAULT pg_catalog.md5('x'));;"
		"CREATE TABLE n (b text DEFAULT upper('x'))" },
	/* indexes of an extension's default classes */
	{ "CREATE EXTENSION btree_gin; CREATE EXTENSION btree_gist",
		"CREATE TABLE n (a int); CREATE INDEX i ON n USING gin (a);;"
		"CREATE TABLE n (a int); CREATE INDEX i ON n USING gist (a);;"
		"CREATE TABLE n (a int, EXCLUDE USING gist (a WITH =))",
		"CREATE TABLE n (a int); CREATE INDEX i ON n (a);;"
		"CREATE TABLE n (a int PRIMARY KEY)" },
	{ "CREATE OPERATOR CLASS int4_ops FOR TYPE int USING btree AS "
	  "OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int)",
		"CREATE TABLE n (a int); CREATE INDEX i ON n (a int4_ops)",
		"CREATE TABLE n (a int); "
		"CREATE INDEX i ON n (a pg_catalog.int4_ops)" },
	/* what a superuser did to the server's own */
	{ "CREATE FUNCTION pg_catalog.lower(int) RETURNS text LANGUAGE sql "
	  "AS 'SELECT NULL::text'",
		"CREATE TABLE n (a int CHECK (lower(a) = 'x'));;"
		"CREATE TABLE n (b text CHECK (pg_catalog.lower(b) = 'x'))",
		"CREATE TABLE n (b text CHECK (upper(b) = 'x'))" },
	{ "CREATE OR REPLACE FUNCTION pg_catalog.now() RETURNS timestamptz "
	  "LANGUAGE sql STABLE AS 'SELECT NULL::timestamptz'",
		"CREATE TABLE n (t timestamptz DEFAULT now());;"
		"CREATE TABLE n (t timestamptz DEFAULT pg_catalog.now())",
		"CREATE TABLE n (t timestamptz DEFAULT CURRENT_TIMESTAMP)" },
};

static void
judge_each(struct session *s, const char *statements, enum verdict right)
{
	struct span rest = span_of(statements);
	while (rest.len) {
		ptrdiff_t end = span_find(rest, SPAN(";;"));
		struct span one =
			end < 0 ? rest : span_first(rest, (size_t)end);
		own(str) char *reason = NULL;
		enum verdict v = judge(s, one, &reason);
		ck_assert_msg(v == right, "%s and not %s: " SPAN_FMT " (%s)",
			verdict_name(v), verdict_name(right), SPAN_ARG(one),
			reason);
		rest = span_from(rest, one.len + (end < 0 ? 0 : 2));
	}
}

START_TEST(a_name_that_may_mean_something_else_asks)
{
	static const char clean[] =
		"ALTER ROLE app RESET search_path; "
		"ALTER ROLE app IN DATABASE moving RESET search_path";
	for (size_t i = 0; i < ELEMENTS(strangers); i++) {
		pg_database(&pg, "moving");
		pg_do(&pg, "moving", strangers[i].made);
		own(session) struct session *s = world_session(SESSION_LOOK);
		judge_each(s, strangers[i].asks, VERDICT_ASK);
		judge_each(s, strangers[i].runs, VERDICT_AUTO);
		pg_do(&pg, "moving", clean);
	}
}
END_TEST

WORLD_MAIN("guard", 54346, every_labelled_statement_gets_its_verdict,
	every_further_statement_gets_its_verdict,
	every_expression_gets_its_verdict,
	what_runs_by_itself_calls_nobodys_function,
	an_index_calls_the_function_in_its_predicate_at_once,
	a_default_that_has_no_room_in_its_column_asks,
	a_name_that_may_mean_something_else_asks)
