/* What statements about a table make and drop, by the names that the catalog
 * will know; and what makes a table one that the guard does not let pass. */
#include "config.h"

#include <check.h>
#include <stdlib.h>

#include "hands/sql/parse-table.h"
#include "support/check_main.h"
#include "support/sql-tree.h"

static struct statement
read(const char *sql)
{
	own(sql_tree) PgQuery__ParseResult *tree = sql_tree(sql);
	const PgQuery__Node *n = sql_tree_first(tree);
	struct statement s = { 0 };
	if (n->node_case == NODE(CREATE_STMT))
		parse_table_create(&s, n->create_stmt);
	else if (n->node_case == NODE(INDEX_STMT))
		parse_table_index(&s, n->index_stmt);
	else if (n->node_case == NODE(RENAME_STMT))
		parse_table_rename(&s, n->rename_stmt);
	else if (n->node_case == NODE(ALTER_TABLE_STMT))
		parse_table_alter(&s, n->alter_table_stmt);
	else
		ck_abort_msg("%s is not about a table", sql);
	return s;
}

static void
add(struct buf *b, const struct made *m, const char *sign)
{
	own(str) char *text = made_text(m);
	buf_printf(b, "%s%s%s%s%s%s%s", b->len ? ", " : "", sign,
		m->schema ? m->schema : "", m->schema ? "." : "", text,
		m->part ? " inside" : "",
		m->if_not_exists ? " if missing" : "");
}

/* `+` what is made, `-` what is dropped, `>` what is referred to. */
static char *
objects(const struct statement *s)
{
	own(buf) struct buf b = { 0 };
	for (size_t i = 0; i < s->n_makes; i++)
		add(&b, &s->makes[i], "+");
	for (size_t i = 0; i < s->n_drops; i++)
		add(&b, &s->drops[i], "-");
	for (size_t i = 0; i < s->n_refers; i++)
		add(&b, &s->refers[i], ">");
	return buf_take_str(&b);
}

struct row {
	const char *sql, *objects;
};

static void
check_objects(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		own(statement) struct statement s = read(rows[i].sql);
		own(str) char *is = objects(&s);
		ck_assert_msg(strcmp(is, rows[i].objects) == 0, "%s: %s",
			rows[i].sql, is);
	}
}

START_TEST(a_new_table_makes_itself_its_columns_and_its_named_indexes)
{
	static const struct row rows[] = {
		{ "CREATE TABLE a ()", "+table \"a\"" },
		{ "CREATE TABLE a (id int, \"B c\" text)",
			"+table \"a\", +column \"id\" of \"a\" inside, +column "
			"\"B c\" of \"a\" inside" },
		{ "CREATE TABLE s.a (id int)",
			"+s.table \"a\", +s.column \"id\" of \"a\" inside" },
		{ "CREATE TABLE a (CONSTRAINT k PRIMARY KEY (id))",
			"+table \"a\", +index \"k\"" },
		{ "CREATE TABLE a (CONSTRAINT u UNIQUE (id))",
			"+table \"a\", +index \"u\"" },
		{ "CREATE TABLE a (CONSTRAINT e EXCLUDE (id WITH =))",
			"+table \"a\", +index \"e\"" },
		{ "CREATE TABLE a (id int CONSTRAINT k PRIMARY KEY)",
			"+table \"a\", +column \"id\" of \"a\" inside, +index "
			"\"k\"" },
		/* Their names are the server's to choose. */
		{ "CREATE TABLE a (PRIMARY KEY (id), UNIQUE (id))",
			"+table \"a\"" },
		/* They are no relations, and no object by themselves here. */
		{ "CREATE TABLE a (CONSTRAINT c CHECK (true))",
			"+table \"a\"" },
	};
	check_objects(rows, ELEMENTS(rows));
}
END_TEST

START_TEST(what_is_only_made_if_missing_brings_nothing_else_either)
{
	static const struct row rows[] = {
		{ "CREATE TABLE IF NOT EXISTS a (id int CONSTRAINT k PRIMARY "
		  "KEY)",
			"+table \"a\" if missing, +column \"id\" of \"a\" "
			"inside "
			"if missing, +index \"k\" if missing" },
		{ "CREATE INDEX IF NOT EXISTS i ON a(id)",
			"+index \"i\" if missing" },
		{ "ALTER TABLE a ADD COLUMN IF NOT EXISTS x int, ADD COLUMN y "
		  "int",
			"+column \"x\" of \"a\" if missing, +column \"y\" of "
			"\"a\"" },
	};
	check_objects(rows, ELEMENTS(rows));
}
END_TEST

START_TEST(foreign_keys_name_the_tables_that_they_lock)
{
	static const struct row rows[] = {
		{ "CREATE TABLE a (CONSTRAINT f FOREIGN KEY (x) REFERENCES "
		  "s.b(id), "
		  "FOREIGN KEY (y) REFERENCES c)",
			"+table \"a\", >s.table \"b\", >table \"c\"" },
		{ "CREATE TABLE a (x int REFERENCES b)",
			"+table \"a\", +column \"x\" of \"a\" inside, >table "
			"\"b\"" },
		{ "ALTER TABLE a ADD COLUMN x int REFERENCES b",
			"+column \"x\" of \"a\", >table \"b\"" },
		{ "ALTER TABLE s.a ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES "
		  "b",
			"+s.constraint \"f\" of \"a\", >table \"b\"" },
	};
	check_objects(rows, ELEMENTS(rows));
}
END_TEST

START_TEST(an_index_lies_in_the_schema_of_its_table)
{
	static const struct row rows[] = {
		{ "CREATE INDEX i ON a(id)", "+index \"i\"" },
		{ "CREATE UNIQUE INDEX \"I j\" ON s.a(id)",
			"+s.index \"I j\"" },
		{ "CREATE INDEX ON a(id)", "" },
	};
	check_objects(rows, ELEMENTS(rows));
}
END_TEST

START_TEST(what_is_added_to_a_table_is_an_object_of_its_own)
{
	static const struct row rows[] = {
		{ "ALTER TABLE a ADD COLUMN x int", "+column \"x\" of \"a\"" },
		{ "ALTER TABLE s.a ADD x int CONSTRAINT u UNIQUE",
			"+s.column \"x\" of \"a\", +s.index \"u\", "
			"+s.constraint "
			"\"u\" of \"a\"" },
		{ "ALTER TABLE a ADD CONSTRAINT u UNIQUE (x)",
			"+index \"u\", +constraint \"u\" of \"a\"" },
		/* The index is there already, and gets the name. */
		{ "ALTER TABLE a ADD CONSTRAINT u UNIQUE USING INDEX i",
			"+constraint \"u\" of \"a\"" },
		{ "ALTER TABLE a ADD CONSTRAINT c CHECK (x > 0)",
			"+constraint \"c\" of \"a\"" },
		{ "ALTER TABLE a ADD UNIQUE (x)", "" },
		{ "ALTER TABLE a ALTER COLUMN x SET NOT NULL", "" },
		{ "ALTER TABLE a OWNER TO r", "" },
	};
	check_objects(rows, ELEMENTS(rows));
}
END_TEST

START_TEST(what_a_table_loses_is_named)
{
	static const struct row rows[] = {
		{ "ALTER TABLE s.a DROP COLUMN x", "-s.column \"x\" of \"a\"" },
		{ "ALTER TABLE a DROP CONSTRAINT u",
			"-constraint \"u\" of \"a\", -index \"u\"" },
		{ "ALTER TABLE a DROP COLUMN x, ADD COLUMN x text",
			"+column \"x\" of \"a\", -column \"x\" of \"a\"" },
	};
	check_objects(rows, ELEMENTS(rows));
}
END_TEST

START_TEST(a_new_name_is_made_and_the_old_one_dropped)
{
	static const struct row rows[] = {
		{ "ALTER TABLE s.a RENAME TO b",
			"+s.table \"b\", -s.table \"a\"" },
		{ "ALTER VIEW a RENAME TO b", "+table \"b\", -table \"a\"" },
		{ "ALTER MATERIALIZED VIEW a RENAME TO b",
			"+table \"b\", -table \"a\"" },
		{ "ALTER SEQUENCE a RENAME TO b",
			"+table \"b\", -table \"a\"" },
		{ "ALTER INDEX a RENAME TO b", "+index \"b\", -index \"a\"" },
		{ "ALTER TABLE s.a RENAME COLUMN x TO y",
			"+s.column \"y\" of \"a\", -s.column \"x\" of \"a\"" },
		{ "ALTER TABLE a RENAME x TO y",
			"+column \"y\" of \"a\", -column \"x\" of \"a\"" },
		{ "ALTER VIEW a RENAME COLUMN x TO y", "" },
		{ "ALTER TABLE a RENAME CONSTRAINT c TO d", "" },
		{ "ALTER TYPE t RENAME TO u", "" },
		{ "ALTER TYPE t RENAME ATTRIBUTE x TO y", "" },
		{ "ALTER SCHEMA s RENAME TO t", "" },
	};
	check_objects(rows, ELEMENTS(rows));
}
END_TEST

START_TEST(a_statement_knows_the_table_that_it_works_on)
{
	static const struct {
		const char *sql, *schema, *table;
	} rows[] = {
		{ "CREATE TABLE a (id int)", NULL, "a" },
		{ "CREATE INDEX i ON s.a(id)", "s", "a" },
		{ "ALTER TABLE ONLY a ADD COLUMN x int", NULL, "a" },
		{ "ALTER TABLE \"S\".\"A\" RENAME COLUMN x TO y", "S", "A" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(statement) struct statement s = read(rows[i].sql);
		ck_assert_str_eq(s.table, rows[i].table);
		ck_assert_pstr_eq(s.schema, rows[i].schema);
	}
}
END_TEST

CHECK_MAIN("parse-table",
	a_new_table_makes_itself_its_columns_and_its_named_indexes,
	what_is_only_made_if_missing_brings_nothing_else_either,
	foreign_keys_name_the_tables_that_they_lock,
	an_index_lies_in_the_schema_of_its_table,
	what_is_added_to_a_table_is_an_object_of_its_own,
	what_a_table_loses_is_named, a_new_name_is_made_and_the_old_one_dropped,
	a_statement_knows_the_table_that_it_works_on)
