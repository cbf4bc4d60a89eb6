#include "config.h"

#include "eyes/records/line-prefix.h"
#include "support/check_main.h"

START_TEST(a_prefix_is_what_stands_before_a_message)
{
	static const struct {
		const char *prefix, *message;
	} table[] = {
		{ "[api] ", "Invalid `x` invocation:" },
		{ "7 | ", "Error: P3009" },
		{ "x ", "PrismaClientKnownRequestError: The table `a`" },
		{ "x ", "The table `a`" },
		/* None, or no prefix of every line. */
		{ "", "PrismaClientKnownRequestError: " },
		{ "", "no message at all" },
		{ "", "{\"msg\":\"The table `a`\"" },
		{ "", "  The table `a`" },
	};
	own(shapes) struct shapes *shapes = shapes_new();
	for (size_t i = 0; i < ELEMENTS(table); i++) {
		own(str) char *line =
			xprintf("%s%s", table[i].prefix, table[i].message);
		struct span got = line_prefix_of(shapes, span_of(line));
		ck_assert_msg(span_is(got, table[i].prefix),
			"'%s': '" SPAN_FMT "'", line, SPAN_ARG(got));
	}
}
END_TEST

START_TEST(a_prefix_that_is_too_long_is_none)
{
	own(shapes) struct shapes *shapes = shapes_new();
	char line[200];
	memset(line, 'x', sizeof(line));
	memcpy(line + LINE_PREFIX_MAX - 1, " The table `a`", 14);
	ck_assert_uint_eq(
		line_prefix_of(shapes, (struct span){ line, 150 }).len,
		LINE_PREFIX_MAX);
	memcpy(line + LINE_PREFIX_MAX, " The table `a`", 14);
	ck_assert_uint_eq(
		line_prefix_of(shapes, (struct span){ line, 150 }).len, 0);
}
END_TEST

START_TEST(another_line_has_the_prefix_with_other_numbers)
{
	static const struct {
		const char *prefix, *line;
		ssize_t skip;
	} table[] = {
		{ "[07:01] ", "[07:02] x", 8 },
		{ "[ 9] ", "[10] x", 5 },
		{ "[10] ", "[ 9] x", 5 },
		{ "@40aa ", "@40fb x", 6 },
		{ "a40aa ", "a40fb x", -1 },
		{ "[api] ", "[api] ", 6 },
		{ "[api] ", "[api]", 5 }, /* its last blank is lost */
		{ "[api] ", "[api]x", -1 },
		{ "[api] ", "[web] x", -1 },
		{ "[api] ", "[ap", -1 },
		{ "[api] ", "", -1 },
		{ "", "x", 0 },
	};
	for (size_t i = 0; i < ELEMENTS(table); i++)
		ck_assert_msg(line_prefix_skip(span_of(table[i].prefix),
				      span_of(table[i].line)) == table[i].skip,
			"'%s', '%s'", table[i].prefix, table[i].line);
}
END_TEST

CHECK_MAIN("line-prefix", a_prefix_is_what_stands_before_a_message,
	a_prefix_that_is_too_long_is_none,
	another_line_has_the_prefix_with_other_numbers)
