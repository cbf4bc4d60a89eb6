#include "config.h"
#include "cli/output/wrap.h"

#include <string.h>

#include "support/check_main.h"

static void
check_wrap(const char *text, unsigned width, const char *expected)
{
	own(buf) struct buf to = { 0 };
	wrap(&to, span_of(text), width);
	ck_assert_str_eq(buf_str(&to), expected);
}

START_TEST(a_line_is_broken_between_words)
{
	check_wrap("one two three four\n", 9, "one two\n  three\n  four\n");
	check_wrap("one two\n", 7, "one two\n");
	check_wrap("one two\n\nthree", 6, "one\n  two\n\nthree");
	check_wrap("", 10, "");
	check_wrap("\n", 10, "\n");
}
END_TEST

START_TEST(the_further_lines_begin_where_the_first_one_says)
{
	check_wrap(
		"a:   \x1fone two three\n", 12, "a:   one two\n     three\n");
	check_wrap("  - one two three\n", 12, "  - one two\n    three\n");
	/* What would leave no room is no place to begin. */
	check_wrap("a long label \x1fone two\n", 16,
		"a long label one\n    two\n");
}
END_TEST

START_TEST(blanks_inside_a_line_stay_and_those_at_a_break_go)
{
	check_wrap("a   b   c d\n", 9, "a   b   c\n  d\n");
	check_wrap("one two     three\n", 8, "one two\n  three\n");
	check_wrap("one two    \n", 8, "one two\n");
}
END_TEST

START_TEST(a_word_that_is_too_long_is_left_whole)
{
	check_wrap("see /a/very/long/path there\n", 10,
		"see\n  /a/very/long/path\n  there\n");
	check_wrap("/a/very/long/path\n", 10, "/a/very/long/path\n");
}
END_TEST

START_TEST(colours_take_no_room_and_characters_take_one)
{
	check_wrap("\x1b[1mone\x1b[0m two\n", 7, "\x1b[1mone\x1b[0m two\n");
	check_wrap("\x1b[1;31mone\x1b[0m two x\n", 7,
		"\x1b[1;31mone\x1b[0m two\n  x\n");
	check_wrap("äöü äöü ß\n", 7, "äöü äöü\n  ß\n");
	ck_assert_uint_eq(wrap_columns(SPAN("\x1b[1mäb\x1b[0m")), 2);
	ck_assert_uint_eq(wrap_columns(SPAN("\x1b[1")), 3);
}
END_TEST

START_TEST(what_is_no_terminal_gets_whole_lines_without_marks)
{
	check_wrap("a:   \x1fone two three four five six\n", 0,
		"a:   one two three four five six\n");
}
END_TEST

CHECK_MAIN("wrap", a_line_is_broken_between_words,
	the_further_lines_begin_where_the_first_one_says,
	blanks_inside_a_line_stay_and_those_at_a_break_go,
	a_word_that_is_too_long_is_left_whole,
	colours_take_no_room_and_characters_take_one,
	what_is_no_terminal_gets_whole_lines_without_marks)
