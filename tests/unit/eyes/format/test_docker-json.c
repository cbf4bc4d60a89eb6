#include "config.h"

#include "eyes/format/docker-json.h"
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

CHECK_MAIN("docker-json", a_docker_line_gives_what_was_written,
	one_stream_leaves_the_other_out, a_glimpse_tells_the_same_as_decoding,
	a_docker_log_is_told_by_its_lines)
