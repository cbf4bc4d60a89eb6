#include "config.h"

#include "eyes/records/line-shape.h"
#include "support/check_main.h"

#define FIRST SIZE_MAX

START_TEST(a_line_is_told_by_its_marks_and_words)
{
	static const struct {
		const char *line;
		size_t base;
		enum line_shape_kind kind;
	} table[] = {
		{ "", FIRST, SHAPE_BLANK },
		{ " \t", FIRST, SHAPE_BLANK },
		{ "    ", 2, SHAPE_INDENTED },
		{ "text", FIRST, SHAPE_TEXT },
		{ "  text", FIRST, SHAPE_TEXT },
		{ "  text", 0, SHAPE_INDENTED },
		{ "  text", 2, SHAPE_TEXT },
		{ "{\"a\":1}", 0, SHAPE_JSON },
		{ "{ a: 1", 0, SHAPE_TEXT },
		{ "}, {", 0, SHAPE_CLOSER },
		{ "/app/src/run.js:61", 0, SHAPE_LOCATION },
		{ "C:\\app\\run.js:61", 0, SHAPE_LOCATION },
		{ "http://localhost:3000", 0, SHAPE_TEXT },
		{ "at /app/run.js:61", 0, SHAPE_TEXT },
		{ "12:30", 0, SHAPE_TEXT },
		{ "   ^~~", 0, SHAPE_CARET },
		{ "Invalid `x` invocation:", 0, SHAPE_CALL },
		{ "  Invalid `x` invocation in", 0, SHAPE_CALL },
		{ "Invalid x", 0, SHAPE_TEXT },
		{ "no invocation:", 0, SHAPE_TEXT },
		{ "\xe2\x86\x92 3 y(", 0, SHAPE_MARK },
		{ "Query: x Params: [", FIRST, SHAPE_QUERY },
		{ "  Query: x Params: [", 0, SHAPE_INDENTED },
		{ "Query: x", FIRST, SHAPE_TEXT },
		{ "\",1] Duration: 0ms", 0, SHAPE_QUERY_END },
		{ "Error: P3009", 0, SHAPE_PARAGRAPH },
		{ "Error: P30", 0, SHAPE_TEXT },
		{ "Error: x", 0, SHAPE_TEXT },
		{ "Error:", 0, SHAPE_ERROR },
		{ "Following migration have failed:", 0, SHAPE_LIST },
		{ "Following migration", 0, SHAPE_TEXT },
		{ "Traceback (most recent call last):", 0, SHAPE_TRACE },
		{ "panic: x", 0, SHAPE_DUMP },
		{ "goroutine 1 [running]:", 0, SHAPE_FRAME },
		{ "main.main()", 0, SHAPE_FRAME },
		{ "net/http.(*conn).serve(0xc0)", 0, SHAPE_FRAME },
		{ "(main.main)", 0, SHAPE_TEXT },
		{ "see main.main()", 0, SHAPE_TEXT },
		{ "main()", 0, SHAPE_TEXT },
		{ "Caused by: x", 0, SHAPE_CAUSE },
		{ "#0 a.php(3): b()", 0, SHAPE_CAUSE },
		{ "#0", 0, SHAPE_TEXT },
		{ "[8] STATEMENT:  x", 0, SHAPE_DETAIL },
		{ "[8] STATEMENT: x", 0, SHAPE_TEXT },
		{ "Please make sure your database server", 0, SHAPE_ADVICE },
	};
	own(shapes) struct shapes *shapes = shapes_new();
	for (size_t i = 0; i < ELEMENTS(table); i++) {
		struct line_shape shape = line_shape_of(
			shapes, span_of(table[i].line), table[i].base);
		ck_assert_msg(shape.kind == table[i].kind, "'%s': %d",
			table[i].line, shape.kind);
	}
}
END_TEST

START_TEST(a_shape_tells_its_indentation_and_its_end)
{
	own(shapes) struct shapes *shapes = shapes_new();
	struct line_shape s = line_shape_of(shapes, SPAN(" \tx: {  "), 0);
	ck_assert_uint_eq(s.indent, 2);
	ck_assert(s.opens);
	ck_assert(!s.done);
	s = line_shape_of(
		shapes, SPAN("Query: x Params: [1] Duration: 0ms"), FIRST);
	ck_assert_int_eq(s.kind, SHAPE_QUERY);
	ck_assert(s.done);
	ck_assert(!s.opens);
}
END_TEST

START_TEST(a_line_can_end_as_if_more_should_follow)
{
	own(shapes) struct shapes *shapes = shapes_new();
	static const char *const more[] = { "x:", "x: ", "x ",
		"Can't reach database server at `a`" };
	static const char *const none[] = { "", "  ", "x", "x: y" };
	for (size_t i = 0; i < ELEMENTS(more); i++)
		ck_assert_msg(line_shape_expects_more(shapes, span_of(more[i])),
			"%s", more[i]);
	for (size_t i = 0; i < ELEMENTS(none); i++)
		ck_assert_msg(
			!line_shape_expects_more(shapes, span_of(none[i])),
			"%s", none[i]);
}
END_TEST

START_TEST(a_message_begins_behind_what_stands_before_it)
{
	own(shapes) struct shapes *shapes = shapes_new();
	ck_assert_int_eq(
		line_shape_call(shapes, SPAN("[api] Invalid `x` invocation: ")),
		6);
	ck_assert_int_eq(line_shape_call(shapes, SPAN("Invalid x")), -1);
	ck_assert_int_eq(
		line_shape_heading(shapes, SPAN(" 7 Error: P3009 ")), 3);
	/* The second is one. */
	ck_assert_int_eq(
		line_shape_heading(shapes, SPAN("Error: x Error: P3009")), 9);
	ck_assert_int_eq(
		line_shape_heading(shapes, SPAN("MyError: P3009")), -1);
	ck_assert_int_eq(line_shape_heading(shapes,
				 SPAN("Error: P3009 Following migrations:")),
		13);
	ck_assert_int_eq(line_shape_heading(shapes, SPAN("")), -1);
}
END_TEST

START_TEST(an_embedded_line_stands_behind_a_newline)
{
	own(shapes) struct shapes *shapes = shapes_new();
	ck_assert_int_eq(line_shape_embedded(shapes,
				 SPAN("Invalid `a\nInvalid `b"), SPAN("\n")),
		10);
	ck_assert_int_eq(line_shape_embedded(
				 shapes, SPAN("x\\nInvalid `b"), SPAN("\\n")),
		1);
	ck_assert_int_eq(
		line_shape_embedded(shapes, SPAN("x\\nInvalid `b"), SPAN("\n")),
		-1);
	ck_assert_int_eq(
		line_shape_embedded(shapes, SPAN("Invalid `"), SPAN("\n")), -1);
}
END_TEST

CHECK_MAIN("line-shape", a_line_is_told_by_its_marks_and_words,
	a_shape_tells_its_indentation_and_its_end,
	a_line_can_end_as_if_more_should_follow,
	a_message_begins_behind_what_stands_before_it,
	an_embedded_line_stands_behind_a_newline)
