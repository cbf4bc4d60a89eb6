/* Texts that would grow with each call around the other. */
#include "config.h"
#include "hands/sql/lengthening.h"

#include <check.h>
#include <string.h>

#include "hands/sql/allow-list.h"
#include "support/check_main.h"
#include "support/sql-tree.h"

/* What the guard says of an index on the expression; NULL: nothing. Owned. */
static char *
objection(const char *expression)
{
	own(str) char *sql =
		xprintf("CREATE INDEX i ON n (b) WHERE %s", expression);
	own(sql_tree) PgQuery__ParseResult *tree = sql_tree(sql);
	own(statement) struct statement s = { 0 };
	allow_list_read(&s, sql_tree_first(tree));
	return xstrdup(s.objection);
}

START_TEST(what_multiplies_is_objected_to_by_name)
{
	static const char *const rows[] = { "replace(b, 'a', 'aa') = b",
		"lower(replace(replace(b, 'a', 'aaa'), 'a', 'aaa')) = b",
		"replace(b, c, 'x') = b", "replace(b, 'x', c) = b",
		"replace(b, NULL, 'x') = b",
		"pg_catalog.replace(b, '', 'x') = b",
		"concat_ws(b, 'x', 'y') = b" };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *said = objection(rows[i]);
		ck_assert_msg(said && strstr(said, "many times as long"),
			"%s: %s", rows[i], said ? said : "passes");
	}
}
END_TEST

START_TEST(what_stays_as_long_passes)
{
	static const char *const rows[] = { "replace(b, 'a', '') = b",
		"replace(replace(replace(replace(replace(b, '1', 'a'), '2', "
		"'b'), '3', 'c'), '4', 'd'), '5', 'e') = b",
		"concat_ws(', ', b, c) = b", "b::text::text::text::text = b",
		"to_jsonb(to_jsonb(b)::text) = j",
		"to_json(b)::text || to_json(b)::text || to_json(b)::text || "
		"to_json(b)::text || to_json(b)::text = b" };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *said = objection(rows[i]);
		ck_assert_msg(!said, "%s: %s", rows[i], said);
	}
}
END_TEST

START_TEST(a_few_times_several_times_as_long_is_too_much)
{
	static const char *const rows[] = {
		"to_json(to_json(to_json(b)::text)::text)::text = b",
		"ARRAY[ARRAY[ARRAY[ARRAY[b]::text]::text]::text]::text = b",
		"encode(encode(encode(encode(b, 'hex'), 'hex'), 'hex'), 'hex') "
		"= b"
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *said = objection(rows[i]);
		ck_assert_msg(said && strstr(said, "4 times over"), "%s: %s",
			rows[i], said ? said : "passes");
	}
}
END_TEST

CHECK_MAIN("lengthening", what_multiplies_is_objected_to_by_name,
	what_stays_as_long_passes,
	a_few_times_several_times_as_long_is_too_much)
