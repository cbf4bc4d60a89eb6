#include "config.h"
#include "base/json.h"

#include "support/check_main.h"

START_TEST(a_string_ends_at_the_first_quote_that_is_not_escaped)
{
	static const struct {
		const char *text;
		ptrdiff_t end;
	} cases[] = {
		{ "abc\",\"x\"", 3 },
		{ "\"", 0 },
		{ "a\\\"b\"", 4 },
		{ "a\\\\\"b\"", 3 },
		{ "a\\\\\\\"b\"", 6 },
		{ "\\\"", -1 },
		{ "", -1 },
		{ "open", -1 },
	};
	for (size_t i = 0; i < ELEMENTS(cases); i++)
		ck_assert_int_eq(
			json_string_end(span_of(cases[i].text)), cases[i].end);
}
END_TEST

static void
unescapes(struct span in, struct span out)
{
	own(buf) struct buf b = { 0 };
	json_unescape(&b, in);
	ck_assert_msg(span_eq(buf_span(&b), out), "'%s' became '%s'", in.data,
		buf_str(&b));
}

START_TEST(escapes_are_undone)
{
	unescapes(SPAN("a\\nb\\tc\\\"d\\\\e\\/f"), SPAN("a\nb\tc\"d\\e/f"));
	unescapes(SPAN("\\u003ctable\\u003e\\u0026"), SPAN("<table>&"));
	unescapes(SPAN("\\u00e4\\u20ac"), SPAN("\xc3\xa4\xe2\x82\xac"));
	unescapes(SPAN("\\ud83d\\ude9a"), SPAN("\xf0\x9f\x9a\x9a"));
	unescapes(SPAN("\\u0000\\u001B"), SPAN("\0\x1b"));
}
END_TEST

START_TEST(what_is_broken_is_kept_or_replaced)
{
	unescapes(SPAN("\\ud83d"), SPAN("\xef\xbf\xbd"));
	unescapes(SPAN("\\ud83dx"), SPAN("\xef\xbf\xbdx"));
	unescapes(SPAN("\\ude9a\\ud83d"), SPAN("\xef\xbf\xbd\xef\xbf\xbd"));
	unescapes(SPAN("\\u12g4"),
		SPAN("\xef\xbf\xbd"
		     "12g4"));
	unescapes(SPAN("\\x"), SPAN("\\x"));
	unescapes(SPAN("end\\"), SPAN("end\\"));
	unescapes(SPAN("raw\x01\xff\n"), SPAN("raw\x01\xff\n"));
	unescapes(SPAN("\\\0a"), SPAN("\\\0a"));
}
END_TEST

START_TEST(a_quoted_text_reads_back_as_itself)
{
	static const struct span cases[] = { SPAN(""),
		SPAN("a \"b\" \\ c\n\t\r\x01\x7f"),
		SPAN("\xc3\xa4\xf0\x9f\x9a\x9a"), SPAN("\0") };
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		own(buf) struct buf quoted = { 0 };
		json_quote(&quoted, cases[i]);
		struct span inside = span_from(buf_span(&quoted), 1);
		ptrdiff_t end = json_string_end(inside);
		ck_assert_int_eq(end, (ptrdiff_t)inside.len - 1);
		unescapes(span_first(inside, (size_t)end), cases[i]);
	}
}
END_TEST

START_TEST(bytes_that_are_not_utf8_are_replaced_when_quoted)
{
	own(buf) struct buf b = { 0 };
	json_quote(&b, SPAN("a\xff\xc3"));
	ck_assert_str_eq(buf_str(&b), "\"a\xef\xbf\xbd\xef\xbf\xbd\"");
}
END_TEST

START_TEST(a_nul_is_replaced_and_nothing_else)
{
	static const char *const rows[][2] = {
		{ "{\"a\\u0000b\":\"\\u0000\"}",
			"{\"a\\ufffdb\":\"\\ufffd\"}" },
		/* A backslash, and digits; another character; the end. */
		{ "\"\\\\u0000\"", "\"\\\\u0000\"" },
		{ "\"\\\\\\u0000\"", "\"\\\\\\ufffd\"" },
		{ "\"\\u00001\\u0001\"", "\"\\ufffd1\\u0001\"" },
		{ "\\u000", "\\u000" },
		{ "\\", "\\" },
		{ "", "" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *text = xstrdup(rows[i][0]);
		json_replace_nul(text, strlen(text));
		ck_assert_str_eq(text, rows[i][1]);
	}
}
END_TEST

CHECK_MAIN("json", a_string_ends_at_the_first_quote_that_is_not_escaped,
	escapes_are_undone, what_is_broken_is_kept_or_replaced,
	a_quoted_text_reads_back_as_itself,
	bytes_that_are_not_utf8_are_replaced_when_quoted,
	a_nul_is_replaced_and_nothing_else)
