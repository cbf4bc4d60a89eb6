#include "config.h"
#include "base/span.h"

#include "support/check_main.h"

START_TEST(equal_spans_have_equal_bytes)
{
	ck_assert(span_eq(SPAN("a\0b"), SPAN("a\0b")));
	ck_assert(!span_eq(SPAN("a\0b"), SPAN("a\0c")));
	ck_assert(!span_eq(SPAN("a"), SPAN("ab")));
	ck_assert(span_eq(SPAN_NONE, SPAN("")));
	ck_assert(span_is(SPAN("abc"), "abc"));
	ck_assert(!span_is(SPAN("abc"), "ab"));
}
END_TEST

START_TEST(heads_and_tails_are_found)
{
	ck_assert(span_starts(SPAN("table"), SPAN("ta")));
	ck_assert(!span_starts(SPAN("t"), SPAN("ta")));
	ck_assert(span_ends(SPAN("x-json.log"), SPAN("-json.log")));
	ck_assert(!span_ends(SPAN("log"), SPAN("-json.log")));
	ck_assert(span_ends(SPAN("log"), SPAN("")));
}
END_TEST

START_TEST(a_needle_is_found_where_it_first_stands)
{
	ck_assert_int_eq(span_find(SPAN("abcabc"), SPAN("ca")), 2);
	ck_assert_int_eq(span_find(SPAN("abc"), SPAN("d")), -1);
	ck_assert_int_eq(span_find(SPAN("abc"), SPAN("")), 0);
	ck_assert_int_eq(span_find(SPAN_NONE, SPAN("a")), -1);
	ck_assert_int_eq(span_find(SPAN("\0\0a"), SPAN("\0a")), 1);
}
END_TEST

START_TEST(a_cut_beyond_the_end_is_empty)
{
	struct span s = SPAN("abc");
	ck_assert_uint_eq(span_from(s, 10).len, 0);
	ck_assert_uint_eq(span_first(s, 10).len, 3);
	ck_assert(span_is(span_from(s, 1), "bc"));
	ck_assert(span_is(span_first(s, 1), "a"));
}
END_TEST

START_TEST(blanks_go_at_both_ends_only)
{
	ck_assert(span_is(span_trim(SPAN(" \t a b\r\n")), "a b"));
	ck_assert_uint_eq(span_trim(SPAN("  \n")).len, 0);
	ck_assert_uint_eq(span_trim(SPAN_NONE).len, 0);
}
END_TEST

START_TEST(pieces_are_cut_off_until_nothing_is_left)
{
	struct span rest = SPAN("a,,b,"), piece;
	static const char *const want[] = { "a", "", "b", "" };
	for (size_t i = 0; i < ELEMENTS(want); i++) {
		ck_assert(span_cut(&rest, ',', &piece));
		ck_assert(span_is(piece, want[i]));
	}
	ck_assert(!span_cut(&rest, ',', &piece));
	rest = SPAN_NONE;
	piece = SPAN("left");
	ck_assert(!span_cut(&rest, ',', &piece));
	ck_assert(!piece.data && !piece.len);
}
END_TEST

START_TEST(only_a_whole_decimal_number_is_one)
{
	static const struct {
		const char *text;
		bool is;
		uint64_t value;
	} cases[] = {
		{ "0", true, 0 },
		{ "007", true, 7 },
		{ "18446744073709551615", true, UINT64_MAX },
		{ "18446744073709551616", false, 0 },
		{ "99999999999999999999", false, 0 },
		{ "000000000000000000001", false, 0 },
		{ "", false, 0 },
		{ "-1", false, 0 },
		{ "1 ", false, 0 },
		{ "0x1", false, 0 },
	};
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		uint64_t got = 0;
		bool is = span_u64(span_of(cases[i].text), &got);
		ck_assert_msg(is == cases[i].is, "'%s'", cases[i].text);
		ck_assert_uint_eq(got, cases[i].value);
	}
}
END_TEST

CHECK_MAIN("span", equal_spans_have_equal_bytes, heads_and_tails_are_found,
	a_needle_is_found_where_it_first_stands, a_cut_beyond_the_end_is_empty,
	blanks_go_at_both_ends_only, pieces_are_cut_off_until_nothing_is_left,
	only_a_whole_decimal_number_is_one)
