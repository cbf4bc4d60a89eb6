#include "config.h"
#include "eyes/format/docker-stream.h"

#include "eyes/format/docker-json.h"
#include "support/check_main.h"

#define TIME ",\"time\":\"2026-11-23T03:20:00.001944153Z\"}"
#define STDOUT "\",\"stream\":\"stdout\"" TIME
#define STDERR "\",\"stream\":\"stderr\"" TIME

/* A bit for each stream of the line, as decoding tells. */
static unsigned
streams_in(const char *line)
{
	unsigned streams = 0;
	struct span rest = span_of(line);
	struct glimpse g;
	while (docker_json_glimpse(FORMAT_DOCKER, -1, &rest, &g))
		streams |= 1u << g.stream;
	return streams;
}

START_TEST(the_end_tells_what_decoding_does)
{
	static const struct {
		const char *line;
		int stream;
	} rows[] = {
		{ "{\"log\":\"x\\n" STDOUT, STREAM_STDOUT },
		{ "{\"log\":\"x\\n" STDERR, STREAM_STDERR },
		{ "{\"log\":\"" STDERR, STREAM_STDERR },
		{ "{\"log\":\"a } b \\\"}\\n" STDERR, STREAM_STDERR },
		/* the words of an app */
		{ "{\"log\":\"\\\",\\\"stream\\\":\\\"stderr\\\",\\n" STDOUT,
			STREAM_STDOUT },
		/* a torn record, a whole one behind it */
		{ "{\"log\":\"to{\"log\":\"x\\n" STDERR, STREAM_STDERR },
		/* two records */
		{ "{\"log\":\"x\\n" STDOUT "{\"log\":\"y\\n" STDERR, -1 },
		/* other orders and ends are decoded */
		{ "{\"stream\":\"stdout\",\"log\":\"x\\n\"" TIME, -1 },
		{ "{\"log\":\"x\\n\",\"stream\":\"stdout\"}", -1 },
		{ "{\"log\":\"x\\n\",\"stream\":\"other\"" TIME, -1 },
		{ "{\"log\":\"x\\n\",\"stream\":\"stdout\",\"attrs\":{}" TIME,
			-1 },
		{ "Z\"}", -1 },
		{ "", -1 },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct span line = span_of(rows[i].line);
		int got = docker_stream_of(line);
		ck_assert_msg(
			got == rows[i].stream, "%s: %d", rows[i].line, got);
		if (got >= 0)
			ck_assert_uint_eq(streams_in(rows[i].line), 1u << got);
		for (int s = -1; s < STREAMS; s++)
			ck_assert(docker_stream_is_other(line, s) ==
				(s >= 0 && got >= 0 && got != s));
	}
}
END_TEST

CHECK_MAIN("docker-stream", the_end_tells_what_decoding_does)
