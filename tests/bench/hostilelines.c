/* hostilelines: a Docker json-file log as somebody leaves it who can make an
 *app log what he sends, and wants eyes to be busy with it.
 *
 *	hostilelines SHAPE MEGABYTES > LOG
 *	hostilelines			lists the shapes
 *
 * The same arguments give the same bytes. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"

struct writer {
	struct buf out;
	uint64_t state, written, lines;
	int64_t time_ns;
};

static uint32_t
roll(struct writer *w, uint32_t sides)
{
	w->state = w->state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(w->state >> 33) % sides;
}

static void
flush(struct writer *w)
{
	if (fwrite(w->out.data, 1, w->out.len, stdout) != w->out.len)
		exit(EXIT_FAILURE);
	w->written += w->out.len;
	buf_reset(&w->out);
}

static void
put_piece(struct writer *w, const char *stream, struct span piece)
{
	char when[CLOCK_TEXT];
	buf_add_str(&w->out, "{\"log\":");
	json_quote(&w->out, piece);
	buf_printf(&w->out, ",\"stream\":\"%s\",\"time\":\"%s\"}\n", stream,
		clock_text_ns(w->time_ns, when));
	if (w->out.len > 1u << 20)
		flush(w);
}

/* A line, in pieces of 16 KiB where it is long. */
static void
put_line(struct writer *w, const char *stream, struct span text)
{
	own(buf) struct buf line = { 0 };
	buf_add_span(&line, text);
	buf_add_char(&line, '\n');
	w->time_ns += roll(w, 3000000);
	w->lines++;
	for (struct span rest = buf_span(&line); rest.len;
		rest = span_from(rest, 16384))
		put_piece(w, stream, span_first(rest, 16384));
}

static void
put(struct writer *w, const char *text)
{
	put_line(w, "stdout", span_of(text));
}

static void
put_times(struct writer *w, const char *before, const char *text,
	unsigned times, const char *after)
{
	own(buf) struct buf line = { 0 };
	buf_add_str(&line, before);
	while (times--)
		buf_add_str(&line, text);
	buf_add_str(&line, after);
	put_line(w, "stdout", buf_span(&line));
}

/* What the rules of the packs begin their search with. */
static const char *const literals[] = {
	"JavaScript heap out of memory",
	"ENOSPC: no space left on device",
	"No space left on device",
	"does not exist",
	"connection to server at",
	"ECONNREFUSED",
	"remaining connection slots are reserved",
	"too many clients already",
	"timeout exceeded when trying to connect",
	"Timeout acquiring a connection. The pool is probably full",
	"does not exist in the current database",
	"P2021",
	"SQLITE_ERROR: no such table:",
	"SQLITE_ERROR: no such column:",
	"Raw query failed. Code:",
	"P2010",
	"P2022",
	"t reach database server at",
	"Please make sure your database server is running at",
	"P1001",
	"The table",
	"P3009",
	"Migration name:",
	"with migration_name=",
	"Following migration",
	"Timed out fetching a new connection from the connection pool",
	"P2024",
};

static void
all_literals(struct writer *w)
{
	own(buf) struct buf line = { 0 };
	for (size_t i = 0; i < ELEMENTS(literals); i++)
		buf_printf(&line, "%s ", literals[i]);
	put_line(w, "stdout", buf_span(&line));
}

static void
one_literal(struct writer *w)
{
	put(w, literals[roll(w, ELEMENTS(literals))]);
}

static void
near_matches(struct writer *w)
{
	static const char *const texts[] = {
		"search: The table `public.X` does not exist in the current "
		"database.",
		"he said: The column `Job.batchId` does not exist in the "
		"current database.",
		"mail: Can't reach database server at `db:5432`, he wrote",
		"note: Timed out fetching a new connection from the connection "
		"pool.",
		"title: relation \"users\" does not exist, what is that",
		"Raw query failed. Code: `42P01`. Message: `relation \"x\" "
		"does not exist` he wrote",
		"comment: SQLITE_ERROR: no such table: main.X",
		"I get Error: connect ECONNREFUSED 127.0.0.1:6379 here",
	};
	put(w, texts[roll(w, ELEMENTS(texts))]);
}

static void
calls_in_a_line(struct writer *w)
{
	put_times(w, "", "Invalid x invocation in ", 1 + roll(w, 40),
		"(The table `public.X` does not exist in the current database");
}

static void
calls_without_end(struct writer *w)
{
	put_times(w, "", "Invalid ", 60,
		"The column `a.b` does not exist in the current database.");
}

static void
errors_in_a_line(struct writer *w)
{
	put_times(w, "", "Error ERROR failed Exception fatal ", 1 + roll(w, 12),
		"The table `X` does not exist in the current database.");
}

static void
levels_in_a_line(struct writer *w)
{
	put_times(w, "", "error: [a] db: 2026-11-23T03:00:00 ", 1 + roll(w, 9),
		"P2021 The table `X` does not exist in the current database.");
}

static void
half_records(struct writer *w)
{
	put(w, "PrismaClientKnownRequestError: ");
	put(w, "Invalid `prisma.x.create()` invocation:");
	put(w, "");
	put(w, "The table");
}

static void
half_records_in_turn(struct writer *w)
{
	const char *stream = w->lines % 2 ? "stdout" : "stderr";
	put_line(w, stream, SPAN("Error: P3018"));
	put_line(w, stream, SPAN(""));
	put_line(w, stream, SPAN("Migration name:"));
}

static void
nested(struct writer *w)
{
	own(buf) struct buf line = { 0 };
	unsigned depth = 1 + roll(w, 200);
	for (unsigned i = 0; i < depth; i++)
		buf_printf(&line, "{\"a\":%s", i % 2 ? "" : "[");
	buf_add_str(&line, "\"P2021 does not exist\"");
	for (unsigned i = depth; i-- > 0;)
		buf_add_str(&line, i % 2 ? "}" : "]}");
	put_line(w, "stdout", buf_span(&line));
}

static void
json_in_json(struct writer *w)
{
	own(buf) struct buf inner = { 0 };
	buf_add_str(&inner, "P2021 does not exist");
	for (unsigned i = 0; i < 9; i++) {
		own(buf) struct buf outer = { 0 };
		buf_add_str(&outer, "{\"msg\":");
		json_quote(&outer, buf_span(&inner));
		buf_add_str(&outer, "}");
		buf_reset(&inner);
		buf_add_span(&inner, buf_span(&outer));
	}
	put_line(w, "stdout", buf_span(&inner));
}

static void
many_hits(struct writer *w)
{
	put_times(w, "", "P2021 P2022 P2024 ", 1 + roll(w, 300), "");
}

static void
code_pairs(struct writer *w)
{
	put_times(w, "{\"list\":[",
		"{\"code\":\"P2021\",\"a\":\"b\"},{\"code\":\"P2010\"},",
		1 + roll(w, 900), "{\"code\":\"P2022\",\"table\":\"x\"}]}");
}

static void
code_braces(struct writer *w)
{
	put(w, "failed {");
	for (unsigned n = 1 + roll(w, 600); n; n--)
		put(w, "  P2021 { code: 'P2022', table: 'x', a: {");
}

static void
frames(struct writer *w)
{
	put(w, "Error: x");
	for (unsigned n = 1 + roll(w, 1000); n; n--)
		put(w,
			"    at The table `x` does not exist in the current "
			"database. P2021");
}

static void
names_of_tables(struct writer *w)
{
	put_times(w, "rror: relation \"", "a.", 200, "\" does not exist");
}

static void
quotes(struct writer *w)
{
	put_times(
		w, "P2021 ", "key: 'does not exist', \"", 1 + roll(w, 60), "");
}

static void
colours(struct writer *w)
{
	put_times(w, "", "\033[31mP2021\033[0m \033[1;32mdoes not exist ",
		1 + roll(w, 60), "");
}

static void
query(struct writer *w)
{
	put(w, "Query: SELECT 1 Params: [\"");
	for (unsigned n = 1 + roll(w, 1000); n; n--)
		put(w, "The table `x` does not exist in the current database.");
}

static void
migrations(struct writer *w)
{
	put(w, "Following migrations have failed:");
	for (unsigned n = 1 + roll(w, 900); n; n--)
		put(w, "20251001000000_base Migration name: P3009 failed");
	put(w, "");
}

static void
long_lines(struct writer *w)
{
	put_times(w, "{\"level\":50,\"err\":\"", "does not exist P2021 ",
		1 + roll(w, 3000), "\"}");
}

static void
prefixes(struct writer *w)
{
	own(str) char *line = xprintf(
		"[app-%u] 2026-11-23 03:00:%02u PrismaClient The table `x` "
		"does not exist",
		roll(w, 3), roll(w, 60));
	put(w, line);
}

static void
escaped(struct writer *w)
{
	put_times(w, "", "\\nInvalid `x` invocation:\\n\\nThe table `x` does ",
		1 + roll(w, 60), "not exist in the current database.");
}

/* What eyes should do about a flood that is none: faults, one after the
 * other. */
static void
faults(struct writer *w)
{
	own(str) char *line = xprintf(
		"PrismaClientKnownRequestError: The table `public.T%u` does "
		"not exist in the current database.",
		roll(w, 100000));
	put(w, line);
}

static const struct shape {
	const char *name;
	void (*put)(struct writer *w);
} shapes[] = {
	{ "all-literals", all_literals },
	{ "one-literal", one_literal },
	{ "near-matches", near_matches },
	{ "calls-in-a-line", calls_in_a_line },
	{ "calls-without-end", calls_without_end },
	{ "errors-in-a-line", errors_in_a_line },
	{ "levels-in-a-line", levels_in_a_line },
	{ "half-records", half_records },
	{ "half-records-in-turn", half_records_in_turn },
	{ "nested", nested },
	{ "json-in-json", json_in_json },
	{ "many-hits", many_hits },
	{ "code-pairs", code_pairs },
	{ "code-braces", code_braces },
	{ "frames", frames },
	{ "names-of-tables", names_of_tables },
	{ "quotes", quotes },
	{ "colours", colours },
	{ "query", query },
	{ "migrations", migrations },
	{ "long-lines", long_lines },
	{ "prefixes", prefixes },
	{ "escaped", escaped },
	{ "faults", faults },
};

int
main(int argc, char **argv)
{
	struct writer w = { .state = 1, .time_ns = 1795404000000000000 };
	uint64_t megabytes = 0;
	const struct shape *shape = NULL;
	for (size_t i = 0; i < ELEMENTS(shapes); i++) {
		if (argc == 1)
			puts(shapes[i].name);
		else if (span_is(span_of(argv[1]), shapes[i].name))
			shape = &shapes[i];
	}
	if (argc == 1)
		return EXIT_SUCCESS;
	if (!shape || argc != 3 || !span_u64(span_of(argv[2]), &megabytes)) {
		fputs("usage: hostilelines [SHAPE MEGABYTES]\n", stderr);
		return 2;
	}
	while (w.written + w.out.len < megabytes * 1000000)
		shape->put(&w);
	flush(&w);
	buf_free(&w.out);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
