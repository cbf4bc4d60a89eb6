#include "config.h"

#include "eyes/format/join-pieces.h"
#include "support/check_main.h"

/* What a line decodes to: `stream.text` for each entry, `+` behind one that
 * does not end. */
static char *
decoded(enum source_format format, int stream, struct span line,
	uint32_t *broken)
{
	own(docker_json) struct docker_json *d = docker_json_new();
	struct buf out = { 0 };
	struct log_entry e;
	while (docker_json_next(d, format, stream, &line, &e)) {
		if (out.len)
			buf_add_char(&out, '|');
		buf_printf(&out, "%d." SPAN_FMT "%s", e.stream,
			SPAN_ARG(e.text), e.ends ? "" : "+");
	}
	*broken = docker_json_broken(d);
	return buf_take_str(&out);
}

#define TIME ",\"time\":\"2026-11-22T12:25:44.52255286Z\"}"
#define OUT ",\"stream\":\"stdout\"" TIME
#define ERR ",\"stream\":\"stderr\"" TIME

START_TEST(a_docker_line_gives_what_was_written)
{
	static const struct {
		struct span line;
		const char *entries;
		uint32_t broken;
	} table[] = {
		{ SPAN("{\"log\":\"a\\n\"" OUT), "0.a", 0 },
		{ SPAN("{\"log\":\"a\\r\\n\"" ERR), "1.a", 0 },
		{ SPAN("{\"log\":\"piece\"" ERR), "1.piece+", 0 },
		{ SPAN("{\"stream\":\"stderr\",\"log\":\"x\\n\"}"), "1.x", 0 },
		{ SPAN("{\"log\":\"x\\n\",\"stream\":\"stdout\",\"attrs\":{"
		       "\"a\":\"}\",\"b\":[1,{\"c\":2}]}" TIME),
			"0.x", 0 },
		{ SPAN("{\"stream\":\"stdout\"" TIME), "0.+", 0 },
		{ SPAN("{\"log\":\"\\u003cb\\u003e \\u00e9 "
		       "\\u001b[1m\\n\"" OUT),
			"0.<b> \u00e9 \033[1m", 0 },
		{ SPAN("{\"log\":\"q\\\"\\\\n\"" OUT), "0.q\"\\n+", 0 },
		/* A full disk: cut, and the next on the same line. */
		{ SPAN("{\"log\":\"lost\\n\",\"stream\":\"stdo{\"log\":"
		       "\"b\\n\"" ERR),
			"1.b", 1 },
		{ SPAN("{\"log\":\"a\\n\"" OUT "{\"log\":\"b\\n\"" ERR),
			"0.a|1.b", 0 },
		{ SPAN("\0\0\0{\"log\":\"a\\n\"" OUT), "0.a", 0 },
		{ SPAN("{\"log\":\"never ends"), "", 1 },
		{ SPAN("nonsense"), "", 1 },
		{ SPAN("{\"log\":7,\"stream\":\"stdout\"}"), "0.+", 0 },
		{ SPAN("[]"), "", 1 },
		{ SPAN(""), "", 0 },
		/* A log of Docker's own records. */
		{ SPAN("{\"log\":\"{\\\"log\\\":\\\"in\\\\n\\\",\\\"stream\\\":"
		       "\\\"stderr\\\"}\\n\"" OUT),
			"0.in", 0 },
	};
	for (size_t i = 0; i < ELEMENTS(table); i++) {
		uint32_t broken;
		own(str) char *got =
			decoded(FORMAT_DOCKER, -1, table[i].line, &broken);
		ck_assert_msg(strcmp(got, table[i].entries) == 0,
			"%zu: '%s' instead of '%s'", i, got, table[i].entries);
		ck_assert_uint_eq(broken, table[i].broken);
	}
}
END_TEST

START_TEST(one_stream_leaves_the_other_out)
{
	static const struct {
		struct span line;
		const char *out, *err;
	} table[] = {
		{ SPAN("{\"log\":\"a\\n\"" OUT), "0.a", "" },
		{ SPAN("{\"log\":\"a\\n\"" ERR), "", "1.a" },
		{ SPAN("{\"log\":\"a\\n\"" OUT "{\"log\":\"b\\n\"" ERR), "0.a",
			"1.b" },
		{ SPAN("{\"log\":\"x\\\",\\\"stream\\\":"
		       "\\\"stderr\\\"\\n\"" OUT),
			"0.x\",\"stream\":\"stderr\"", "" },
	};
	for (size_t i = 0; i < ELEMENTS(table); i++) {
		uint32_t broken;
		own(str) char *out = decoded(
			FORMAT_DOCKER, STREAM_STDOUT, table[i].line, &broken);
		own(str) char *err = decoded(
			FORMAT_DOCKER, STREAM_STDERR, table[i].line, &broken);
		ck_assert_str_eq(out, table[i].out);
		ck_assert_str_eq(err, table[i].err);
	}
}
END_TEST

START_TEST(a_glimpse_tells_the_same_as_decoding)
{
	static const struct span lines[] = { SPAN("{\"log\":\"a\\n\"" OUT),
		SPAN("{\"log\":\"a\\\\n\"" ERR),
		SPAN("{\"log\":\"\\\\\\n\"" ERR),
		SPAN("{\"log\":\"{\\\"level\\\":30}\\n\"" OUT),
		SPAN("{\"log\":\"\"" OUT) };
	static const bool ends[] = { true, false, true, true, false };
	for (size_t i = 0; i < ELEMENTS(lines); i++) {
		struct span rest = lines[i], again = lines[i];
		struct glimpse g;
		struct log_entry e;
		own(docker_json) struct docker_json *d = docker_json_new();
		ck_assert(docker_json_glimpse(FORMAT_DOCKER, -1, &rest, &g));
		ck_assert(docker_json_next(d, FORMAT_DOCKER, -1, &again, &e));
		ck_assert_int_eq(g.stream, e.stream);
		ck_assert(g.ends == e.ends && g.ends == ends[i]);
		ck_assert(g.json == span_starts(e.text, SPAN("{\"")));
	}
}
END_TEST

START_TEST(a_docker_log_is_told_by_its_lines)
{
	ck_assert(docker_json_is_docker(SPAN("{\"log\":\"a\\n\"" OUT)));
	ck_assert(docker_json_is_docker(SPAN("torn{\"log\":\"a\\n\"" OUT)));
	ck_assert(!docker_json_is_docker(SPAN("{\"level\":30,\"msg\":\"x\"}")));
	ck_assert(!docker_json_is_docker(SPAN("{\"stream\":\"stdout\"}")));
	ck_assert(!docker_json_is_docker(SPAN("plain")));
	ck_assert(!docker_json_is_docker(SPAN("")));
}
END_TEST

/* Lines as join_feed() gives them, joined by `|`. */
static void
feed(struct join *l, struct buf *out, const char *text, bool ends, int64_t time,
	uint64_t offset)
{
	struct line ready[2];
	struct log_entry e = {
		.text = span_of(text), .ends = ends, .time_ns = time
	};
	struct line_place at = { offset, offset + 10, false };
	size_t n = join_feed(l, &e, &at, ready);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, SPAN_FMT "@%llu+%u%s|",
			SPAN_ARG(span_first(ready[i].text, 10)),
			(unsigned long long)ready[i].offset, ready[i].physical,
			ready[i].cut ? "!" : "");
}

START_TEST(pieces_are_joined_until_the_line_ends)
{
	own(join) struct join *l = join_new(STREAM_STDERR);
	own(buf) struct buf out = { 0 };
	feed(l, &out, "ab", false, 5, 0);
	feed(l, &out, "cd", false, 5, 10);
	feed(l, &out, "ef", true, 5, 20);
	feed(l, &out, "gh", true, 6, 30);
	ck_assert_str_eq(buf_str(&out), "abcdef@0+3|gh@30+1|");
}
END_TEST

START_TEST(a_changed_time_ends_an_unfinished_line)
{
	own(join) struct join *l = join_new(STREAM_STDOUT);
	own(buf) struct buf out = { 0 };
	feed(l, &out, "died", false, 5, 0);
	feed(l, &out, "new", true, 6, 10);
	ck_assert_str_eq(buf_str(&out), "died@0+1|new@10+1|");
	struct line rest;
	feed(l, &out, "open", false, 7, 20);
	ck_assert(join_flush(l, &rest));
	ck_assert(span_is(rest.text, "open"));
	ck_assert(!join_flush(l, &rest));
}
END_TEST

START_TEST(a_full_piece_goes_on_whatever_its_time)
{
	own(join) struct join *l = join_new(STREAM_STDOUT);
	own(buf) struct buf out = { 0 };
	own(str) char *piece = xcalloc(16385, 1);
	memset(piece, 'x', 16384);
	feed(l, &out, piece, false, 5, 0);
	feed(l, &out, "end", true, 6, 10);
	ck_assert_str_eq(buf_str(&out), "xxxxxxxxxx@0+2|");
}
END_TEST

START_TEST(a_cut_line_says_so)
{
	own(join) struct join *l = join_new(STREAM_STDOUT);
	own(buf) struct buf out = { 0 };
	own(str) char *piece = xcalloc(16385, 1);
	memset(piece, 'x', 16384);
	for (int i = 0; i < 5; i++)
		feed(l, &out, piece, false, 5, (uint64_t)i * 10);
	feed(l, &out, "", true, 5, 50);
	ck_assert_str_eq(buf_str(&out), "xxxxxxxxxx@0+6!|");
}
END_TEST

CHECK_MAIN("decode", a_docker_line_gives_what_was_written,
	one_stream_leaves_the_other_out, a_glimpse_tells_the_same_as_decoding,
	a_docker_log_is_told_by_its_lines,
	pieces_are_joined_until_the_line_ends,
	a_changed_time_ends_an_unfinished_line,
	a_full_piece_goes_on_whatever_its_time, a_cut_line_says_so)
