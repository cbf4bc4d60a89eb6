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

#include "base/json.h"
#include "bench/logwriter.h"

static void
put(struct log_writer *w, const char *text)
{
	log_writer_line(w, "stdout", span_of(text));
}

static void
put_times(struct log_writer *w, const char *before, const char *text,
	unsigned times, const char *after)
{
	own(buf) struct buf line = { 0 };
	buf_add_str(&line, before);
	while (times--)
		buf_add_str(&line, text);
	buf_add_str(&line, after);
	log_writer_line(w, "stdout", buf_span(&line));
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
all_literals(struct log_writer *w)
{
	own(buf) struct buf line = { 0 };
	for (size_t i = 0; i < ELEMENTS(literals); i++)
		buf_printf(&line, "%s ", literals[i]);
	log_writer_line(w, "stdout", buf_span(&line));
}

static void
one_literal(struct log_writer *w)
{
	put(w, literals[log_writer_roll(w, ELEMENTS(literals))]);
}

static void
near_matches(struct log_writer *w)
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
	put(w, texts[log_writer_roll(w, ELEMENTS(texts))]);
}

static void
calls_in_a_line(struct log_writer *w)
{
	put_times(w, "", "Invalid x invocation in ", 1 + log_writer_roll(w, 40),
		"(The table `public.X` does not exist in the current database");
}

static void
calls_without_end(struct log_writer *w)
{
	put_times(w, "", "Invalid ", 60,
		"The column `a.b` does not exist in the current database.");
}

static void
errors_in_a_line(struct log_writer *w)
{
	put_times(w, "", "Error ERROR failed Exception fatal ",
		1 + log_writer_roll(w, 12),
		"The table `X` does not exist in the current database.");
}

static void
levels_in_a_line(struct log_writer *w)
{
	put_times(w, "", "error: [a] db: 2026-11-23T03:00:00 ",
		1 + log_writer_roll(w, 9),
		"P2021 The table `X` does not exist in the current database.");
}

/* A literal stands in the last line, or nobody would look at the others. */
static void
half_records(struct log_writer *w)
{
	put(w, "PrismaClientKnownRequestError: ");
	put(w, "Invalid `prisma.x.create()` invocation:");
	put(w, "");
	put(w, "The table `x` does not exist");
}

static void
half_records_in_turn(struct log_writer *w)
{
	const char *stream = w->lines % 2 ? "stdout" : "stderr";
	log_writer_line(w, stream, SPAN("Error: P3018"));
	log_writer_line(w, stream, SPAN(""));
	log_writer_line(w, stream, SPAN("Migration name:"));
}

static void
nested(struct log_writer *w)
{
	own(buf) struct buf line = { 0 };
	unsigned depth = 1 + log_writer_roll(w, 200);
	for (unsigned i = 0; i < depth; i++)
		buf_printf(&line, "{\"a\":%s", i % 2 ? "" : "[");
	buf_add_str(&line, "\"P2021 does not exist\"");
	for (unsigned i = depth; i-- > 0;)
		buf_add_str(&line, i % 2 ? "}" : "]}");
	log_writer_line(w, "stdout", buf_span(&line));
}

static void
json_in_json(struct log_writer *w)
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
	log_writer_line(w, "stdout", buf_span(&inner));
}

static void
many_hits(struct log_writer *w)
{
	put_times(w, "", "P2021 P2022 P2024 ", 1 + log_writer_roll(w, 300), "");
}

static void
code_pairs(struct log_writer *w)
{
	put_times(w, "{\"list\":[",
		"{\"code\":\"P2021\",\"a\":\"b\"},{\"code\":\"P2010\"},",
		1 + log_writer_roll(w, 900),
		"{\"code\":\"P2022\",\"table\":\"x\"}]}");
}

static void
code_braces(struct log_writer *w)
{
	put(w, "failed {");
	for (unsigned n = 1 + log_writer_roll(w, 600); n; n--)
		put(w, "  P2021 { code: 'P2022', table: 'x', a: {");
}

static void
frames(struct log_writer *w)
{
	put(w, "Error: x");
	for (unsigned n = 1 + log_writer_roll(w, 1000); n; n--)
		put(w,
			"    at The table `x` does not exist in the current "
			"database. P2021");
}

static void
names_of_tables(struct log_writer *w)
{
	put_times(w, "rror: relation \"", "a.", 200, "\" does not exist");
}

static void
quotes(struct log_writer *w)
{
	put_times(w, "P2021 ", "key: 'does not exist', \"",
		1 + log_writer_roll(w, 60), "");
}

static void
colours(struct log_writer *w)
{
	put_times(w, "", "\033[31mP2021\033[0m \033[1;32mdoes not exist ",
		1 + log_writer_roll(w, 60), "");
}

static void
query(struct log_writer *w)
{
	put(w, "Query: SELECT 1 Params: [\"");
	for (unsigned n = 1 + log_writer_roll(w, 1000); n; n--)
		put(w, "The table `x` does not exist in the current database.");
}

static void
migrations(struct log_writer *w)
{
	put(w, "Following migrations have failed:");
	for (unsigned n = 1 + log_writer_roll(w, 900); n; n--)
		put(w, "20251001000000_base Migration name: P3009 failed");
	put(w, "");
}

static void
long_lines(struct log_writer *w)
{
	put_times(w, "{\"level\":50,\"err\":\"", "does not exist P2021 ",
		1 + log_writer_roll(w, 3000), "\"}");
}

static void
prefixes(struct log_writer *w)
{
	own(str) char *line = xprintf(
		"[app-%u] 2026-11-23 03:00:%02u PrismaClient The table `x` "
		"does not exist",
		log_writer_roll(w, 3), log_writer_roll(w, 60));
	put(w, line);
}

static void
escaped(struct log_writer *w)
{
	put_times(w, "", "\\nInvalid `x` invocation:\\n\\nThe table `x` does ",
		1 + log_writer_roll(w, 60),
		"not exist in the current database.");
}

/* What eyes should do about a flood that is none: faults, one after the
 * other. */
static void
faults(struct log_writer *w)
{
	own(str) char *line = xprintf(
		"PrismaClientKnownRequestError: The table `public.T%u` does "
		"not exist in the current database.",
		log_writer_roll(w, 100000));
	put(w, line);
}

static const struct shape {
	const char *name;
	void (*put)(struct log_writer *w);
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
	struct log_writer w = LOG_WRITER;
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
	while (log_writer_bytes(&w) < megabytes * 1000000)
		shape->put(&w);
	return log_writer_end(&w);
}
