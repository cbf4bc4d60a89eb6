#include "config.h"

#include "eyes/match/flatten.h"
#include "eyes/records/assemble.h"
#include "support/check_main.h"

/* What rules see of the one record that the lines make. */
static char *
flattened(const char *text)
{
	own(shapes) struct shapes *shapes = shapes_new();
	own(assemble) struct assemble *a = assemble_new(shapes);
	struct span rest = span_of(text), line;
	while (span_cut(&rest, '\n', &line)) {
		struct line l = { .text = line, .physical = 1 };
		ck_assert_ptr_null(assemble_feed(a, &l));
	}
	struct buf out = { 0 };
	flatten_text(&out, assemble_close(a), shapes);
	return buf_take_str(&out);
}

START_TEST(rules_see_a_message_line_by_line)
{
	static const struct {
		const char *text, *plain;
	} table[] = {
		{ "\033[31mred\033[39m line", "red line\n" },
		{ "{\"level\":50,\"msg\":\"a\\nb\",\"code\":\"P1\"}",
			"level: 50\na\nb\ncode: P1\n" },
		{ "EVENT error {\"message\":\"\\nx\"}", "EVENT error \n\nx\n" },
		{ "{\"body\":{\"message\":\"x\"},\"err\":{\"message\":\"y\"}}",
			"y\n" },
		{ "{\"comment\":\"x\\ny\",\"note\":\"a\\nb\"}", "note: a b\n" },
		{ "{\"lines\":[\"a\",\"b\"]}", "a\nb\n" },
		{ "{\"log\":{\"msg\":\"{\\\"err\\\":\\\"deep\\\"}\"}}",
			"deep\n" },
		{ "{\"message\":\"cut off", "cut off\n" },
		{ "{\n  err: 'a\\n' +\n    'b',\n  code: 'P1'\n}",
			"{\n  err: 'a\\n' +\na\nb\n  code: 'P1'\ncode: "
			"P1\n}\n" },
		{ "{\n  comment: 'a\\n' +\n    'b',\n}",
			"{\n  comment: 'a\\n' +\n}\n" },
		{ "x\n  body: {\n    err: 'y'\n  }\n  z", "x\n  }\n  z\n" },
		{ "level=error err=\"\\nx\" code=P1",
			"level=error err=\"\\nx\" code=P1\n\nx\n" },
		/* The excerpt is the app's text, not Prisma's. */
		{ "Invalid `x` invocation in\n/a.js:1:1\n\n  1 message: 'no'\n"
		  "\xe2\x86\x92 2 y({\n       message: \"no\"\n     "
		  "})\n\nFault.",
			"Invalid `x` invocation in\nFault.\n" },
		{ "Invalid `x` invocation in\n/a.js:1:1\n\n  1 no\n"
		  "\xe2\x86\x92 2 y(\n  The table `a`",
			"Invalid `x` invocation in\n  The table `a`\n" },
		{ "Invalid `x` invocation in\n/a.js:1:1\n\n"
		  "\xe2\x86\x92 2 y({\n  The table `a`\nFault.",
			"Invalid `x` invocation in\nFault.\n" },
		{ "Nov 23 03:11:07 vm api[8]: a#012b#012c", "a\nb\nc\n" },
		{ "Query: X Params: [\"\nno\n\",1] Duration: 0ms",
			"Query: X Params: [\"\nno\n\",1] Duration: 0ms\n" },
	};
	for (size_t i = 0; i < ELEMENTS(table); i++) {
		own(str) char *got = flattened(table[i].text);
		if (strncmp(table[i].text, "Query", 5) == 0) {
			ck_assert_ptr_null(strstr(got, "no"));
			continue;
		}
		ck_assert_msg(strcmp(got, table[i].plain) == 0,
			"%zu:\n%s\ninstead of\n%s", i, got, table[i].plain);
	}
}
END_TEST

/* What stands before every line of a record is not the app's. */
START_TEST(prefixes_are_removed_from_every_line)
{
	static const char *const texts[] = {
		"api-1  | X: \napi-1  | Invalid `x` invocation:\n"
		"api-1  | \napi-1  | \napi-1  | Fault.",
		"[api] X: \n[api] Invalid `x` invocation:\n[api] \n[api]\n"
		"[api] Fault.",
		"2026-11-23T03:00:01Z X: \n2026-11-23T03:00:02Z Invalid `x` "
		"invocation:\n2026-11-23T03:00:03Z \n2026-11-23T03:00:04Z \n"
		"2026-11-23T03:00:05Z Fault.",
	};
	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		own(str) char *got = flattened(texts[i]);
		ck_assert_msg(strcmp(got,
				      "X: \nInvalid `x` invocation:\n"
				      "Fault.\n") == 0,
			"%zu: %s", i, got);
	}
}
END_TEST

START_TEST(an_empty_record_has_no_text)
{
	own(shapes) struct shapes *shapes = shapes_new();
	struct record record = { .lines = 1 };
	own(buf) struct buf out = { 0 };
	flatten_text(&out, &record, shapes);
	ck_assert_uint_eq(out.len, 0);
}
END_TEST

CHECK_MAIN("flatten", rules_see_a_message_line_by_line,
	prefixes_are_removed_from_every_line, an_empty_record_has_no_text)
