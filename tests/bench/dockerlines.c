/* dockerlines: a Docker json-file log as a busy Node app leaves it.
 *
 *	dockerlines MEGABYTES [FAULT_EVERY] > LOG
 *
 * Nearly every line has escapes, as real ones have: JSON in JSON, colours,
 * quotes. One record of FAULT_EVERY lines (0: none) is a Prisma error of 15
 * lines on stderr. The same arguments give the same bytes. */
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
put_line(struct writer *w, const char *stream, const char *text)
{
	char when[CLOCK_TEXT];
	own(str) char *ended = xprintf("%s\n", text);
	w->time_ns += roll(w, 3000000);
	w->lines++;
	buf_add_str(&w->out, "{\"log\":");
	json_quote(&w->out, span_of(ended));
	buf_printf(&w->out, ",\"stream\":\"%s\",\"time\":\"%s\"}\n", stream,
		clock_text_ns(w->time_ns, when));
	if (w->out.len > 1u << 20)
		flush(w);
}

static void
put_request(struct writer *w)
{
	own(str) char *line = xprintf(
		"{\"level\":30,\"time\":%lld,\"pid\":17,\"hostname\":"
		"\"srv-captain--shop.1.x\",\"req\":{\"id\":%u,\"method\":"
		"\"GET\",\"url\":\"/api/jobs/%u?page=%u\"},\"res\":{"
		"\"statusCode\":200},\"responseTime\":%u,\"msg\":\"request "
		"completed\"}",
		(long long)(w->time_ns / 1000000), roll(w, 1u << 30),
		roll(w, 100000), roll(w, 40), roll(w, 900));
	put_line(w, "stdout", line);
}

static void
put_nest(struct writer *w)
{
	own(str) char *line = xprintf(
		"\033[32m[Nest] 17  - \033[39m11/23/2026, 2:59:%02u AM "
		"\033[32m    LOG\033[39m \033[38;5;3m[JobsService] "
		"\033[39m\033[32mjob %u assigned to \"crew %u\"\033[39m",
		roll(w, 60), roll(w, 100000), roll(w, 50));
	put_line(w, "stdout", line);
}

static void
put_access(struct writer *w)
{
	own(str) char *line = xprintf(
		"::ffff:10.0.1.%u - - [23/Nov/2026:02:58:36 +0000] \"POST "
		"/events HTTP/1.1\" 201 %u \"https://example.com/\" "
		"\"Mozilla/5.0 (X11; Linux x86_64)\"",
		roll(w, 250), roll(w, 9000));
	put_line(w, "stdout", line);
}

static void
put_warning(struct writer *w)
{
	own(str) char *line =
		xprintf("Error: upstream \"geo\" answered 503 for job %u",
			roll(w, 100000));
	put_line(w, "stderr", line);
	put_line(w, "stderr", "    at Geo.lookup (/app/dist/geo.js:41:13)");
	put_line(w, "stderr",
		"    at process.processTicksAndRejections "
		"(node:internal/process/task_queues:95:5)");
}

static void
put_fault(struct writer *w)
{
	static const char *const lines[] = { "PrismaClientKnownRequestError: ",
		"Invalid `prisma.analyticsEvent.create()` invocation:", "", "",
		"The table `public.AnalyticsEvent` does not exist in the "
		"current database.",
		"    at $n.handleRequestError "
		"(/app/node_modules/@prisma/client/runtime/"
		"library.js:121:7315)",
		"    at async main (/app/dist/main.js:13:77) {",
		"  code: 'P2021',", "  clientVersion: '5.22.0',",
		"  meta: { modelName: 'AnalyticsEvent', table: "
		"'public.AnalyticsEvent' }",
		"}" };
	for (size_t i = 0; i < ELEMENTS(lines); i++)
		put_line(w, "stderr", lines[i]);
}

int
main(int argc, char **argv)
{
	struct writer w = { .state = 1, .time_ns = 1795404000000000000 };
	uint64_t megabytes = 0, every = 0;
	if (argc < 2 || !span_u64(span_of(argv[1]), &megabytes) ||
		(argc > 2 && !span_u64(span_of(argv[2]), &every))) {
		fputs("usage: dockerlines MEGABYTES [FAULT_EVERY]\n", stderr);
		return 2;
	}
	uint64_t next = every;
	while (w.written + w.out.len < megabytes * 1000000) {
		uint32_t kind = roll(&w, 100);
		if (kind < 55)
			put_request(&w);
		else if (kind < 75)
			put_nest(&w);
		else if (kind < 97)
			put_access(&w);
		else
			put_warning(&w);
		if (every && w.lines >= next) {
			put_fault(&w);
			next = w.lines + every;
		}
	}
	flush(&w);
	buf_free(&w.out);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
