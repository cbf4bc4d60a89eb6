#include "config.h"
#include "base/escape.h"

#include "support/check_main.h"

struct pair {
	struct span in;
	const char *out;
};

START_TEST(what_may_not_be_shown_is_spelled_out)
{
	static const struct pair cases[] = {
		{ SPAN("plain \\ text"), "plain \\ text" },
		{ SPAN("h\xc3\xa4user \xe2\x82\xac \xf0\x9f\x9a\x9a"),
			"h\xc3\xa4user \xe2\x82\xac \xf0\x9f\x9a\x9a" },
		{ SPAN("\x1b[31mred"), "\\x1b[31mred" },
		{ SPAN("a\0b\x7f"), "a\\x00b\\x7f" },
		{ SPAN("a\nb\tc\r"), "a\\x0ab\\x09c\\x0d" },
		/* C1, which some terminals obey */
		{ SPAN("\xc2\x9b"
		       "31m"),
			"\\xc2\\x9b"
			"31m" },
		/* right-to-left override, zero width space, line separator */
		{ SPAN("\xe2\x80\xae"), "\\xe2\\x80\\xae" },
		{ SPAN("\xe2\x80\x8b"), "\\xe2\\x80\\x8b" },
		{ SPAN("\xe2\x80\xa8"), "\\xe2\\x80\\xa8" },
		{ SPAN("\xef\xbb\xbf"), "\\xef\\xbb\\xbf" },
		/* not UTF-8: stray, overlong, surrogate, beyond, cut */
		{ SPAN("\x80"), "\\x80" },
		{ SPAN("\xc0\xaf"), "\\xc0\\xaf" },
		{ SPAN("\xed\xa0\x80"), "\\xed\\xa0\\x80" },
		{ SPAN("\xf5\x80\x80\x80"), "\\xf5\\x80\\x80\\x80" },
		{ SPAN("\xe2\x82"), "\\xe2\\x82" },
	};
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		own(str) char *got = escape_str(cases[i].in, 100, ESCAPE_LINE);
		ck_assert_str_eq(got, cases[i].out);
	}
}
END_TEST

START_TEST(lines_stay_lines_where_they_may)
{
	own(str) char *got = escape_str(SPAN("a\n\tb\r"), 100, ESCAPE_LINES);
	ck_assert_str_eq(got, "a\n b\\x0d");
}
END_TEST

START_TEST(the_lines_of_a_message_become_one_sentence)
{
	static const struct pair cases[] = {
		{ SPAN("one\n"), "one" },
		{ SPAN(""), "" },
		{ SPAN("\n \n"), "" },
		{ SPAN("Connection refused\n\tIs the server running?\n"),
			"Connection refused; Is the server running?" },
		{ SPAN("it failed.\r\n\nDETAIL:  \x01\n  more"),
			"it failed. DETAIL:  \\x01; more" },
	};
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		own(str) char *got = escape_joined(cases[i].in, 100);
		ck_assert_str_eq(got, cases[i].out);
	}
	own(str) char *cut = escape_joined(SPAN("abc\ndef"), 6);
	ck_assert_str_eq(cut, "abc; d");
	own(str) char *shorter = escape_joined(SPAN("abc\ndef"), 4);
	ck_assert_str_eq(shorter, "abc");
}
END_TEST

START_TEST(a_cut_is_told_and_never_splits)
{
	own(buf) struct buf b = { 0 };
	ck_assert(!escape(&b,
		SPAN("ab\x01"
		     "c"),
		5, ESCAPE_LINE));
	ck_assert_str_eq(buf_str(&b), "ab");
	buf_reset(&b);
	ck_assert(!escape(&b, SPAN("a\xe2\x82\xac"), 3, ESCAPE_LINE));
	ck_assert_str_eq(buf_str(&b), "a");
	buf_reset(&b);
	ck_assert(escape(&b, SPAN("a\xe2\x82\xac"), 4, ESCAPE_LINE));
}
END_TEST

START_TEST(the_limit_counts_what_is_added)
{
	own(buf) struct buf b = { 0 };
	buf_add_str(&b, "0123456789");
	ck_assert(escape(&b, SPAN("abc"), 3, ESCAPE_LINE));
	ck_assert_str_eq(buf_str(&b), "0123456789abc");
}
END_TEST

START_TEST(utf8_is_judged_as_the_standard_does)
{
	ck_assert(utf8_valid(SPAN("")));
	ck_assert(utf8_valid(SPAN("\xf4\x8f\xbf\xbf")));
	ck_assert(!utf8_valid(SPAN("\xf4\x90\x80\x80")));
	ck_assert(!utf8_valid(SPAN("\xe0\x80\xaf")));
	ck_assert(!utf8_valid(SPAN("ok\xff")));
	uint32_t c = 0;
	ck_assert_uint_eq(utf8_char(SPAN("\xf0\x9f\x9a\x9a"), &c), 4);
	ck_assert_uint_eq(c, 0x1f69a);
	ck_assert_uint_eq(utf8_char(SPAN(""), &c), 0);
}
END_TEST

START_TEST(colours_and_links_disappear)
{
	static const struct pair cases[] = {
		{ SPAN("\x1b[31mThe table\x1b[0m"), "The table" },
		{ SPAN("\x1b[38;5;196mx\x1b[m"), "x" },
		{ SPAN("\x1b]8;;http://x/\aname\x1b]8;;\a"), "name" },
		{ SPAN("\x1b]8;;http://x/\x1b\\name"), "name" },
		{ SPAN("\x1b[2K\x1b[1Gline"), "line" },
		/* what is no sequence stays */
		{ SPAN("a\x1b"), "a\x1b" },
		{ SPAN("\x1b[31\n"), "\x1b[31\n" },
		{ SPAN("\x1bx"), "\x1bx" },
	};
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		own(buf) struct buf b = { 0 };
		strip_colours(&b, cases[i].in);
		ck_assert_str_eq(buf_str(&b), cases[i].out);
	}
}
END_TEST

CHECK_MAIN("escape", what_may_not_be_shown_is_spelled_out,
	lines_stay_lines_where_they_may,
	the_lines_of_a_message_become_one_sentence,
	a_cut_is_told_and_never_splits, the_limit_counts_what_is_added,
	utf8_is_judged_as_the_standard_does, colours_and_links_disappear)
