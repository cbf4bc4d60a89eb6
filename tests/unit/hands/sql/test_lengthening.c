/* Texts that would grow with each call around the other. */
#include "config.h"
#include "hands/sql/lengthening.h"

#include <check.h>
#include <string.h>

#include "hands/sql/allowed-nodes.h"
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
	allowed_nodes_read(&s, sql_tree_first(tree));
	return xstrdup(s.objection);
}

START_TEST(what_multiplies_is_objected_to_by_name)
{
	static const char *const rows[] = { "replace(b, 'a', 'aa') = b",
		"lower(replace(replace(b, 'a', 'aaa'), 'a', 'aaa')) = b",
		"replace(b, c, 'x') = b", "replace(b, 'x', c) = b",
		"replace(b, NULL, 'x') = b",
		"pg_catalog.replace(b, '', 'x') = b",
		"concat_ws(b, 'x', 'y') = b",
		"concat_ws('12345678901234567', b, c) = b" };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *said = objection(rows[i]);
		ck_assert_msg(said && strstr(said, "many times as long"),
			"%s: %s", rows[i], said ? said : "passes");
	}
}
END_TEST

START_TEST(what_pads_by_much_is_objected_to)
{
	static const char *const rows[] = { "'x'::char(1001) = b",
		"b::character(10485760) = b",
		"concat(CAST(lower(b) AS pg_catalog.bpchar(2000))) = b",
		"'{x}'::char(2000)[] = b", "a::bit(83886080) = b" };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *said = objection(rows[i]);
		ck_assert_msg(said && strstr(said, "pads a text to"), "%s: %s",
			rows[i], said ? said : "passes");
	}
}
END_TEST

START_TEST(what_stays_as_long_passes)
{
	static const char *const rows[] = { "replace(b, 'a', '') = b",
		"replace(replace(replace(replace(replace(b, '1', 'a'), '2', "
		"'b'), '3', 'c'), '4', 'd'), '5', 'e') = b",
		"concat_ws(', ', b, c) = b",
		"concat_ws('1234567890123456', b, c) = b",
		"b::text::text::text::text = b",
		"to_jsonb(to_jsonb(b)::text) = j",
		"to_json(b)::text || to_json(b)::text || to_json(b)::text || "
		"to_json(b)::text || to_json(b)::text = b",
		"'x'::char(1000) = b", "b::varchar(10485760) = b",
		"b::numeric(1000, 10) = b" };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *said = objection(rows[i]);
		ck_assert_msg(!said, "%s: %s", rows[i], said);
	}
}
END_TEST

/* An operand counts for what is inside of it, not for what stands beside it. */
START_TEST(many_in_a_row_or_texts_inside_of_texts_pass)
{
	static const char *const rows[] = {
		"b || (a || 1)::bytea || (a || 2)::bytea || (a || 3)::bytea || "
		"(a || 4)::bytea || (a || 5)::bytea = b",
		"concat(b, lower(concat(b, upper(concat(b, left(concat(b, "
		"btrim(concat(b, a::text)), now()), 3)))))) = b",
		"concat(a || b, concat(a || '-' || b::text, concat(arr[1], "
		"concat(coalesce(b, a || b), concat(nullif(b, ''), a + 1, "
		"j ->> 'a', b IS NULL, a IN (1), concat(CURRENT_USER)))))) = b",
		"((((b || 1)::int + 1)::numeric + 1)::bigint + 1)::float8 = 1"
	};
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
		"= b",
		"concat(ARRAY[concat(ARRAY[concat(ARRAY[concat(ARRAY[b])])])])"
		" = b",
		"concat_ws(',', ARRAY[concat_ws(',', 'x', ARRAY[concat_ws(',', "
		"ARRAY[concat_ws(',', ARRAY[b])])])]) = b",
		"concat(c || concat(c || concat(c || concat(c || lower(b))))) "
		"= b",
		"'z' || ('z' || ('z' || ('z' || lower(b)::bytea)::bytea)"
		"::bytea)::bytea = b",
		"c || decode(c || decode(c || decode(c || decode(b, 'hex'), "
		"'hex'), 'hex'), 'hex') = b"
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *said = objection(rows[i]);
		ck_assert_msg(said && strstr(said, "4 times over"), "%s: %s",
			rows[i], said ? said : "passes");
	}
}
END_TEST

static void
ask_each(const char *const *rows, size_t n, const char *words)
{
	for (size_t i = 0; i < n; i++) {
		own(str) char *said = objection(rows[i]);
		ck_assert_msg(said && strstr(said, words), "%s: %s", rows[i],
			said ? said : "passes");
	}
}

static void
pass_each(const char *const *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		own(str) char *said = objection(rows[i]);
		ck_assert_msg(!said, "%s: %s", rows[i], said);
	}
}

START_TEST(long_numbers_in_short_are_objected_to)
{
	static const char *const rows[] = {
		"'{1e131071,1e131071}'::numeric[]::text = b",
		"'{\"1E+131071\"}'::numeric[]::text = b",
		"'{1\\e\\131071}'::numeric[]::text = b",
		"'{1.e131_071}'::numeric[]::text = b", "1e131071::text = b",
		"1e131071 || b = b", "'1e-16383'::numeric::text = b",
		"'[1e0001001]'::jsonb::text = b",
		"concat('[1e5, 1e131071]'::jsonb) = b",
		"'[1e2000,)'::numrange::text = b"
	};
	static const char *const others[] = { "'1e1000'::numeric::text = b",
		"1.5e300 = a", "'2e8a'::text = b", "'node2000 e2000' = b",
		"'file e9999' = b", "'e1' = b",
		"'2026-11-28T10:00:00Z'::timestamptz IS NULL" };
	ask_each(rows, ELEMENTS(rows), "more than 1000 digits");
	pass_each(others, ELEMENTS(others));
}
END_TEST

START_TEST(a_division_that_fails_at_each_row_is_objected_to)
{
	static const char *const rows[] = { "1/0 = a", "a % 0 = 1",
		"mod(a, 0) = 1", "1 / (1 - 1) = a", "1 / length('') = a",
		"1 / 0.0 = a", "1 / '0' = a", "1 / 0::numeric = a",
		"1 / 0.4::int = a", "1 / -0 = a", "1 / (2 * 0) = a",
		"a / (3 % 3) = 1", "lower(b || (1 / 0)) = b" };
	static const char *const others[] = { "a / 2 = 1", "a % 7 = 1",
		"mod(a, 2) = 0", "a / (60 * 60) = 1", "1 / a = 1", "a / -2 = 1",
		"a / 1000.0 = 1", "0 / 5 = a",
		"extract(epoch from now()) / 60 = a", "a / nullif(a, 0) = 1" };
	ask_each(rows, ELEMENTS(rows), "divides by what may be 0");
	pass_each(others, ELEMENTS(others));
}
END_TEST

START_TEST(a_text_that_is_read_at_each_row_is_objected_to)
{
	static const char *const rows[] = { "'x'::text::int = a",
		"('x' || 'y')::int = a", "concat('x')::int = a",
		"CAST(CAST('x' AS varchar) AS numeric) = a",
		"('1e131' || '071')::numeric::text = b",
		"translate('1x131071', 'x', 'e')::numeric = a",
		"('{\"a\":\"x\"}'::jsonb ->> 'a')::int = a",
		"('[' || 'x')::jsonb = j" };
	static const char *const others[] = { "'1'::int = a", "'{}'::jsonb = j",
		"'{}'::text[] = arr", "'x'::text = b",
		"'x'::text::varchar(20) = b", "now()::date IS NULL",
		"date_trunc('day', now())::date IS NULL",
		"extract(epoch from now())::int = a",
		"gen_random_uuid()::text = b", "(j ->> 'a')::int = a",
		"b::int = a", "(b || '1')::int = a", "lower(b)::int = a",
		"'ON'::\"Status\" IS NULL" };
	ask_each(rows, ELEMENTS(rows), "a text that it puts together");
	pass_each(others, ELEMENTS(others));
}
END_TEST

CHECK_MAIN("lengthening", long_numbers_in_short_are_objected_to,
	a_division_that_fails_at_each_row_is_objected_to,
	a_text_that_is_read_at_each_row_is_objected_to,
	what_multiplies_is_objected_to_by_name,
	what_pads_by_much_is_objected_to, what_stays_as_long_passes,
	many_in_a_row_or_texts_inside_of_texts_pass,
	a_few_times_several_times_as_long_is_too_much)
