#include "config.h"

#include "eyes/records/assemble.h"
#include "support/check_main.h"

/* Feeds lines (split at newlines) and shows each record's lines joined by `/`,
 * one record a line. */
static char *
records(const char *text)
{
	own(shapes) struct shapes *shapes = shapes_new();
	own(assemble) struct assemble *a = assemble_new(shapes);
	struct buf out = { 0 };
	struct span rest = span_of(text), line;
	const struct record *r;
	uint64_t offset = 0;
	while (span_cut(&rest, '\n', &line)) {
		struct line l = { .text = line,
			.offset = offset,
			.end = offset + line.len + 1,
			.physical = 1 };
		offset = l.end;
		if ((r = assemble_feed(a, &l))) {
			buf_add_span(&out, buf_span(&r->text));
			buf_add_char(&out, '#');
		}
	}
	if ((r = assemble_close(a)))
		buf_add_span(&out, buf_span(&r->text));
	for (size_t i = 0; i < out.len; i++)
		out.data[i] = out.data[i] == '\n' ? '/'
			: out.data[i] == '#'      ? '\n'
						  : out.data[i];
	return buf_take_str(&out);
}

START_TEST(records_end_where_their_shape_ends)
{
	/* In each text `#` stands before a line that begins a record. */
	static const char *const texts[] = {
		"one\n#two\n#three",
		/* Prisma, production */
		"#PrismaClientKnownRequestError: \nInvalid `x` "
		"invocation:\n\n\n"
		"The table `t` does not exist in the current database.\n"
		"    at a (b:1:1) {\n  code: 'P2021',\n}\n#next",
		/* development, with the excerpt */
		"#Failed: \nInvalid `x` invocation in\n/app/a.js:3:32\n\n"
		"  1 // x\n\xe2\x86\x92 3   y(\nThe table `t` does not.\n#next",
		/* two of them in a row */
		"#prisma:error \nInvalid `x` invocation:\n\n\nFault one.\n"
		"#prisma:error \nInvalid `y` invocation:\n\n\nFault two.",
		/* what an invocation does not belong to */
		"#done\n#Invalid `x` invocation:\n\n\nFault.\n#next",
		/* uncaught */
		"#/app/a.js:61\n  throw e\n  ^\n\nError: x\n    at a (b:1:1)\n"
		"#\n#Node.js v20.20.2",
		/* one-line JSON is a record by itself */
		"#{\"a\":1}\n#{\"a\":2}\n#    indented",
		"#text\n#{\"a\":1}\n#text",
		/* JSON over several lines */
		"#{\n  \"a\": {\n    \"b\": 1\n  }\n}\n#next",
		/* Java */
		"#java.lang.X: y\n\tat a.b(C.java:1)\nCaused by: z\n"
		"\tat d.e(F.java:2)\n\t... 3 more\n#next",
		/* Python */
		"#Traceback (most recent call last):\n  File \"x\", line 1\n"
		"    y()\nValueError: z\n#next",
		/* Go */
		"#panic: x\n\ngoroutine 1 [running]:\nmain.main()\n"
		"\t/app/main.go:3 +0x1d\nexit status 2\n#next one",
		/* PHP */
		"#PHP Fatal error:  Uncaught X\nStack trace:\n#0 a.php(3): b()"
		"\n  thrown in a.php\n#next",
		/* Ruby, .NET */
		"#a.rb:1:in `b': c (D)\n\tfrom a.rb:2\n#next",
		"#System.X: y\n   at A.B() in c.cs:line 3\n ---> Z\n#next",
		/* PostgreSQL */
		"#2026-11-23 03:12:04.169 UTC [8] ERROR:  x\n"
		"2026-11-23 03:12:04.169 UTC [8] STATEMENT:  y\n\tz\n"
		"#2026-11-23 03:12:05.169 UTC [8] LOG:  x",
		/* Prisma's CLI */
		"#Error: P3009\n\nmigrate found\nThe `a` migration\n\n\n#next",
		/* a query whose values hold newlines */
		"#Query: SELECT 1 Params: [\"\nInvalid `x` invocation:\n\n"
		"The table\n\",1] Duration: 0ms\n#next",
		"#Query: SELECT 1 Params: [1] Duration: 0ms\n#next",
		/* pino-pretty */
		"#[03:10:24] ERROR: x\n    err: {\n      \"a\": 1\n    }\n"
		"#[03:10:25] INFO: y",
		/* prefixes of every line */
		"#api-1  | X: \napi-1  | Invalid `x` invocation:\napi-1  | \n"
		"api-1  | \napi-1  | Fault.\napi-1  |     at y\n#db-1  | z",
		"#1|api  | {\n1|api  |   x\n1|api  | }\n#1|api  | next",
		"#[api] X: \n[api] Invalid `x` invocation:\n[api] \n[api]\n"
		"[api] Fault.\n#[web] next",
		"#[run] Error: P3009\n[run] \n[run] migrate found\n[run] The "
		"`a` "
		"migration\n#[web] next",
		"#[07:01] Error: P3009\n[07:02]\n[07:03] migrate found\n#next",
		"#@40aa X: \n@40ab Invalid `x` invocation:\n@40ac\n@40ad Fault."
		"\n#@4fzz next",
		/* a message that quotes the CLI */
		"#x Error: P3009\n#next",
		"#stderr: Error: P3009\n\nmigrate found\nThe `a` migration",
		"#X: Can't reach database server at `a`\n\nPlease make sure "
		"your "
		"database server\n  at y\n#next",
		"#X: Can't reach\nPlease make sure your database server\n  at "
		"y\n"
		"#next",
	};
	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		own(buf) struct buf clean = { 0 }, expected = { 0 };
		for (const char *p = texts[i]; *p; p++) {
			bool mark = *p == '#' &&
				(p == texts[i] || p[-1] == '\n') && p[1] != '0';
			if (mark && expected.len)
				expected.data[expected.len - 1] = '\n';
			if (mark)
				continue;
			buf_add_char(&clean, *p);
			buf_add_char(&expected, *p == '\n' ? '/' : *p);
		}
		if (strstr(texts[i], "#0 "))
			continue; /* the separator is in the text itself */
		own(str) char *got = records(buf_str(&clean));
		ck_assert_msg(strcmp(got, buf_str(&expected)) == 0,
			"%zu:\n%s\ninstead of\n%s", i, got, buf_str(&expected));
	}
}
END_TEST

START_TEST(a_record_too_long_is_cut_and_says_so)
{
	own(shapes) struct shapes *shapes = shapes_new();
	own(assemble) struct assemble *a = assemble_new(shapes);
	own(str) char *line = xcalloc(30001, 1);
	memset(line, ' ', 30000);
	line[29999] = 'x';
	const struct record *r = NULL;
	struct line l = { .text = SPAN("head"), .physical = 1 };
	ck_assert_ptr_null(assemble_feed(a, &l));
	l.text = span_of(line);
	for (int i = 0; i < 3 && !r; i++)
		r = assemble_feed(a, &l);
	ck_assert_ptr_nonnull(r);
	ck_assert(r->cut);
	ck_assert_uint_eq(r->lines, 3);
	ck_assert_uint_le(r->text.len, RECORD_KEPT);
}
END_TEST

START_TEST(blank_lines_at_the_end_are_not_counted)
{
	own(shapes) struct shapes *shapes = shapes_new();
	own(assemble) struct assemble *a = assemble_new(shapes);
	const char *const lines[] = { "Error: P3009", "", "text", "", "" };
	for (size_t i = 0; i < ELEMENTS(lines); i++) {
		struct line l = { .text = span_of(lines[i]), .physical = 1 };
		ck_assert_ptr_null(assemble_feed(a, &l));
	}
	ck_assert(assemble_is_whole(a));
	ck_assert_uint_eq(assemble_close(a)->lines, 3);
	ck_assert_ptr_null(assemble_close(a));
}
END_TEST

CHECK_MAIN("assemble", records_end_where_their_shape_ends,
	a_record_too_long_is_cut_and_says_so,
	blank_lines_at_the_end_are_not_counted)
