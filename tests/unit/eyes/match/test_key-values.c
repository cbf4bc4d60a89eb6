#include "config.h"

#include "eyes/match/key-values.h"
#include "support/check_main.h"

/* What the lines add, with the strings in them on lines of their own. */
static char *
read_lines(const char *text)
{
	own(shapes) struct shapes *shapes = shapes_new();
	struct buf out = { 0 };
	struct fields to = { shapes, &out };
	own(key_values) struct key_values values = { 0 };
	struct span rest = span_of(text), line;
	while (span_cut(&rest, '\n', &line))
		key_values_line(&values, &to, line);
	key_values_end(&values, &to);
	return buf_take_str(&out);
}

static const struct {
	const char *lines, *added;
} table[] = {
	/* util.inspect */
	{ "  code: 'P1',", "  code: 'P1',\ncode: P1\n" },
	{ "  err: 'a\\n' +\n    'b',\n  c: 1",
		"  err: 'a\\n' +\na\nb\n  c: 1\n" },
	{ "  'my-key': \"x\"", "  'my-key': \"x\"\nmy-key: x\n" },
	/* logfmt */
	{ "level=error err=\"a\\nb\" n=1",
		"level=error err=\"a\\nb\" n=1\na\nb\n" },
	{ "a = \"b\"", "a = \"b\"\n" },
	/* An element or a cell must show itself that it is a message. */
	{ "  'a\\nb',", "  'a\\nb',\n" },
	{ "  'a\\nInvalid `x`',", "  'a\\nInvalid `x`',\na\nInvalid `x`\n" },
	{ "\xe2\x94\x82 'a\\nInvalid `x`' \xe2\x94\x82",
		"\xe2\x94\x82 'a\\nInvalid `x`' \xe2\x94\x82\na\nInvalid "
		"`x`\n" },
	/* No value. */
	{ "it's \"quoted\"", "it's \"quoted\"\n" },
	{ "x: \"open", "x: \"open\n" },
	/* A visitor's. */
	{ "  body: 'a\\nInvalid `x`',", "  body: 'a\\nInvalid `x`',\n" },
	{ "  body: 'a\\n' +\n    'Invalid `x`',", "  body: 'a\\n' +\n" },
	{ "  body: {\n    err: 'x'\n  },\n  err: 'y'",
		"  },\n  err: 'y'\ny\n" },
	{ "  body: [\n\n    'x'\n  c: 'y'", "  c: 'y'\nc: y\n" },
};

START_TEST(strings_in_a_line_are_added_as_values)
{
	for (size_t i = 0; i < ELEMENTS(table); i++) {
		own(str) char *got = read_lines(table[i].lines);
		ck_assert_msg(strcmp(got, table[i].added) == 0,
			"%s:\n%s\ninstead of\n%s", table[i].lines, got,
			table[i].added);
	}
}
END_TEST

CHECK_MAIN("key-values", strings_in_a_line_are_added_as_values)
