/* Scripts and what their statements make. */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hands/plan/outside-effects.h"
#include "support/check_main.h"
#include "support/units.h"

static struct script
parse(const char *sql)
{
	struct script s;
	script_parse(span_of(sql), USEC_NEVER, &s);
	return s;
}

/* `table a, column x of a, ...` of everything that a script makes. */
static char *
makes(const struct script *s)
{
	own(buf) struct buf b = { 0 };
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->statements[i].n_makes; k++) {
			const struct made *m = &s->statements[i].makes[k];
			if (m->part)
				continue;
			own(str) char *text = made_text(m);
			buf_printf(&b, "%s%s%s%s%s", b.len ? ", " : "",
				m->schema ? m->schema : "",
				m->schema ? "." : "", text,
				m->if_not_exists ? " if missing" : "");
		}
	return buf_take_str(&b);
}

static const struct {
	const char *sql, *makes;
} made[] = {
	{ "CREATE TABLE \"A b\" (id int, CONSTRAINT k PRIMARY KEY (id))",
		"table \"A b\", index \"k\"" },
	{ "CREATE TABLE s.a (id int CONSTRAINT u UNIQUE, CONSTRAINT f FOREIGN "
	  "KEY (id) REFERENCES b(id), CONSTRAINT c CHECK (id > 0))",
		"s.table \"a\", s.index \"u\"" },
	{ "CREATE TABLE IF NOT EXISTS a (id int CONSTRAINT u UNIQUE)",
		"table \"a\" if missing, index \"u\" if missing" },
	{ "ALTER TABLE a ADD COLUMN x int, ADD CONSTRAINT f FOREIGN KEY (x) "
	  "REFERENCES b(id), ADD CONSTRAINT u UNIQUE (x)",
		"column \"x\" of \"a\", constraint \"f\" of \"a\", index "
		"\"u\", constraint \"u\" of \"a\"" },
	{ "ALTER TABLE a ADD COLUMN IF NOT EXISTS x int",
		"column \"x\" of \"a\" if missing" },
	{ "ALTER TABLE a ADD CONSTRAINT u UNIQUE USING INDEX i",
		"constraint \"u\" of \"a\"" },
	{ "CREATE UNIQUE INDEX i ON s.a(x)", "s.index \"i\"" },
	{ "CREATE INDEX ON a(x)", "" },
	{ "CREATE TYPE \"E\" AS ENUM ('a')", "type \"E\"" },
	{ "CREATE TYPE s.c AS (x int)", "s.type \"c\"" },
	{ "CREATE DOMAIN d AS text", "domain \"d\"" },
	{ "CREATE VIEW v AS SELECT 1", "view \"v\"" },
	{ "CREATE OR REPLACE VIEW v AS SELECT 1", "view \"v\" if missing" },
	{ "CREATE MATERIALIZED VIEW m AS SELECT 1", "table \"m\"" },
	{ "CREATE TABLE a AS SELECT 1", "table \"a\"" },
	{ "CREATE SEQUENCE q", "sequence \"q\"" },
	{ "ALTER TABLE s.a RENAME TO b", "s.table \"b\"" },
	{ "ALTER TABLE a RENAME COLUMN x TO y", "column \"y\" of \"a\"" },
	{ "ALTER INDEX i RENAME TO k", "index \"k\"" },
	{ "ALTER TYPE t RENAME TO u", "" },
	{ "ALTER TABLE a RENAME CONSTRAINT c TO d", "" },
	{ "CREATE SCHEMA IF NOT EXISTS s", "schema \"s\" if missing" },
	{ "CREATE EXTENSION citext", "extension \"citext\"" },
	{ "CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION f()",
		"trigger \"t\" of \"a\"" },
	{ "SELECT 1", "" },
};

START_TEST(what_a_script_makes_is_known)
{
	own(script) struct script s = parse(made[_i].sql);
	ck_assert_msg(s.known, "%s: %s", made[_i].sql, s.unknown);
	own(str) char *is = makes(&s);
	ck_assert_str_eq(is, made[_i].makes);
}
END_TEST

START_TEST(statements_keep_their_text_without_comments_before)
{
	const char *sql = "-- CreateTable\n/* a */ CREATE TABLE a (t text "
			  "DEFAULT 'x;y');\n\n-- b\nSELECT $$;$$ ; ";
	own(script) struct script s = parse(sql);
	ck_assert_uint_eq(s.n, 2);
	struct span one = script_text(span_of(sql), &s.statements[0]);
	struct span two = script_text(span_of(sql), &s.statements[1]);
	ck_assert(span_is(one, "CREATE TABLE a (t text DEFAULT 'x;y')"));
	ck_assert(span_is(two, "SELECT $$;$$"));
}
END_TEST

START_TEST(what_cannot_run_in_a_transaction_is_known)
{
	static const struct {
		const char *sql;
		bool atomic;
	} list[] = {
		{ "CREATE TABLE a (id int); CREATE INDEX ON a(id)", true },
		{ "", true },
		{ "BEGIN; SELECT 1; COMMIT", false },
		{ "COMMIT", false },
		{ "SAVEPOINT x", false },
		{ "CREATE INDEX CONCURRENTLY ON a(id)", false },
		{ "DROP INDEX CONCURRENTLY i", false },
		{ "ALTER TYPE e ADD VALUE 'x'", true },
		{ "ALTER TYPE e RENAME VALUE 'x' TO 'y'", true },
		{ "VACUUM", false },
		{ "ANALYZE", true },
		{ "CALL p()", false },
		{ "DO $$ BEGIN COMMIT; END $$", false },
		{ "ALTER TABLE p DETACH PARTITION q CONCURRENTLY", false },
		{ "not sql", false },
	};
	for (size_t i = 0; i < ELEMENTS(list); i++) {
		own(script) struct script s = parse(list[i].sql);
		ck_assert_msg(script_is_atomic(&s) == list[i].atomic, "%s",
			list[i].sql);
	}
}
END_TEST

START_TEST(settings_stand_behind_what_may_have_changed_them)
{
	static const struct {
		const char *sql, *with;
	} list[] = {
		{ "CREATE TABLE a (x int); CREATE INDEX ON a (x)",
			"CREATE TABLE a (x int); CREATE INDEX ON a (x)" },
		{ "SELECT 1", "SELECT 1" },
		{ "SET x.y = 1;\n-- b\nSELECT 1;\nSELECT 2; -- end",
			"SET x.y = 1;\n-- b\n+;SELECT 1;\n+;SELECT 2; -- end" },
		{ "SET lock_timeout = 1; DROP TABLE a; CREATE TABLE b (x int)",
			"SET lock_timeout = 1; +;DROP TABLE a; +;CREATE TABLE "
			"b (x int)" },
		{ "DO $$ BEGIN END $$; CREATE TABLE b (x int)",
			"DO $$ BEGIN END $$; +;CREATE TABLE b (x int)" },
		{ "not sql; x", "not sql; x" },
		{ "", "" },
	};
	for (size_t i = 0; i < ELEMENTS(list); i++) {
		own(script) struct script s = parse(list[i].sql);
		own(str) char *with =
			script_with(span_of(list[i].sql), &s, "+;");
		ck_assert_str_eq(with, list[i].with);
	}
}
END_TEST

START_TEST(what_reaches_beyond_its_database_is_known)
{
	static const struct {
		const char *sql;
		bool outside;
	} list[] = {
		{ "CREATE TABLE \"role\" (\"user\" text, \"database\" text)",
			false },
		{ "ALTER TABLE a ADD COLUMN role text", false },
		{ "GRANT SELECT ON a TO b", false },
		{ "DO $$ BEGIN CREATE TYPE e AS ENUM ('a'); EXCEPTION WHEN "
		  "duplicate_object THEN NULL; END $$",
			false },
		{ "COPY a FROM STDIN", false },
		{ "CREATE ROLE x", true },
		{ "ALTER USER app PASSWORD 'x'", true },
		{ "GRANT a TO b", true },
		{ "GRANT CONNECT ON DATABASE moving TO x", true },
		{ "COMMENT ON DATABASE moving IS 'x'", true },
		{ "ALTER DATABASE moving SET a.b = 'x'", true },
		{ "ALTER DATABASE moving RENAME TO gone", true },
		{ "ALTER DATABASE moving OWNER TO x", true },
		{ "CREATE DATABASE x", true },
		{ "ALTER SYSTEM SET fsync = off", true },
		{ "LOAD 'x'", true },
		{ "COPY a TO PROGRAM 'sh'", true },
		{ "COPY a FROM '/etc/passwd'", true },
		{ "REASSIGN OWNED BY a TO b", true },
		{ "SELECT dblink_exec('dbname=moving', 'DROP TABLE x')", true },
		{ "SELECT PG_TERMINATE_BACKEND(1)", true },
		{ "DO $$ BEGIN EXECUTE 'ALTER' || ' ROLE x'; END $$", true },
		{ "DO $$ BEGIN ALTER ROLE app SUPERUSER; END $$", true },
		{ "DO $$ BEGIN CREATE USER x; END $$", true },
		{ "DO $$ BEGIN CREATE/**/USER\nx; END $$", true },
		{ "DO $$ BEGIN ALTER TABLE a ADD CONSTRAINT b FOREIGN KEY "
		  "(\"userId\") REFERENCES \"User\"(id); EXCEPTION WHEN "
		  "duplicate_object THEN NULL; END $$",
			false },
		{ "DO $$ BEGIN CREATE TYPE \"UserRole\" AS ENUM (); END $$",
			false },
		{ "not sql", true },
	};
	for (size_t i = 0; i < ELEMENTS(list); i++) {
		own(units) struct units u = { 0 };
		units_add(&u, "m", list[i].sql);
		own(str) char *why = outside_effects_of(u.list, u.n);
		ck_assert_msg(
			(why != NULL) == list[i].outside, "%s", list[i].sql);
	}
}
END_TEST

START_TEST(a_script_with_too_many_statements_is_unknown)
{
	own(buf) struct buf sql = { 0 };
	for (unsigned i = 0; i <= SCRIPT_STATEMENTS; i++)
		buf_add_str(&sql, "SELECT 1;");
	own(script) struct script s = parse(buf_str(&sql));
	ck_assert(!s.known);
	ck_assert_uint_eq(s.n, 0);
	ck_assert_ptr_nonnull(strstr(s.unknown, "2000"));
}
END_TEST

START_TEST(a_table_too_wide_for_a_frame_is_unknown)
{
	own(buf) struct buf sql = { 0 };
	buf_add_str(&sql, "CREATE TABLE a (c int");
	for (int i = 0; i < 5000; i++)
		buf_printf(&sql, ", column_of_some_length_%d int", i);
	buf_add_str(&sql, ")");
	own(script) struct script s = parse(buf_str(&sql));
	ck_assert(!s.known);
}
END_TEST

START_TEST(the_parser_is_given_up_at_the_deadline)
{
	struct script s;
	script_parse(SPAN("SELECT 1"), 1, &s);
	ck_assert(!s.known);
	script_free(&s);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("script");
	TCase *t = tcase_create("script");
	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, what_a_script_makes_is_known, 0, ELEMENTS(made));
	tcase_add_test(t, statements_keep_their_text_without_comments_before);
	tcase_add_test(t, what_cannot_run_in_a_transaction_is_known);
	tcase_add_test(t, settings_stand_behind_what_may_have_changed_them);
	tcase_add_test(t, what_reaches_beyond_its_database_is_known);
	tcase_add_test(t, a_script_with_too_many_statements_is_unknown);
	tcase_add_test(t, a_table_too_wide_for_a_frame_is_unknown);
	tcase_add_test(t, the_parser_is_given_up_at_the_deadline);
	suite_add_tcase(s, t);
	SRunner *sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	int failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
