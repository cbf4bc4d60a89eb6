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

#include "bench/logwriter.h"

static void
put_line(struct log_writer *w, const char *stream, const char *text)
{
	log_writer_line(w, stream, span_of(text));
}

static void
put_request(struct log_writer *w)
{
	own(str) char *line = xprintf(
		"{\"level\":30,\"time\":%lld,\"pid\":17,\"hostname\":"
		"\"srv-captain--shop.1.x\",\"req\":{\"id\":%u,\"method\":"
		"\"GET\",\"url\":\"/api/jobs/%u?page=%u\"},\"res\":{"
		"\"statusCode\":200},\"responseTime\":%u,\"msg\":\"request "
		"completed\"}",
		(long long)(w->time_ns / 1000000), log_writer_roll(w, 1u << 30),
		log_writer_roll(w, 100000), log_writer_roll(w, 40),
		log_writer_roll(w, 900));
	put_line(w, "stdout", line);
}

static void
put_nest(struct log_writer *w)
{
	own(str) char *line = xprintf(
		"\033[32m[Nest] 17  - \033[39m11/23/2026, 2:59:%02u AM "
		"\033[32m    LOG\033[39m \033[38;5;3m[JobsService] "
		"\033[39m\033[32mjob %u assigned to \"crew %u\"\033[39m",
		log_writer_roll(w, 60), log_writer_roll(w, 100000),
		log_writer_roll(w, 50));
	put_line(w, "stdout", line);
}

static void
put_access(struct log_writer *w)
{
	own(str) char *line = xprintf(
		"::ffff:10.0.1.%u - - [23/Nov/2026:02:58:36 +0000] \"POST "
		"/events HTTP/1.1\" 201 %u \"https://example.com/\" "
		"\"Mozilla/5.0 (X11; Linux x86_64)\"",
		log_writer_roll(w, 250), log_writer_roll(w, 9000));
	put_line(w, "stdout", line);
}

static void
put_warning(struct log_writer *w)
{
	own(str) char *line =
		xprintf("Error: upstream \"geo\" answered 503 for job %u",
			log_writer_roll(w, 100000));
	put_line(w, "stderr", line);
	put_line(w, "stderr", "    at Geo.lookup (/app/dist/geo.js:41:13)");
	put_line(w, "stderr",
		"    at process.processTicksAndRejections "
		"(node:internal/process/task_queues:95:5)");
}

static void
put_fault(struct log_writer *w)
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
	struct log_writer w = LOG_WRITER;
	uint64_t megabytes = 0, every = 0;
	if (argc < 2 || !span_u64(span_of(argv[1]), &megabytes) ||
		(argc > 2 && !span_u64(span_of(argv[2]), &every))) {
		fputs("usage: dockerlines MEGABYTES [FAULT_EVERY]\n", stderr);
		return 2;
	}
	uint64_t next = every;
	while (log_writer_bytes(&w) < megabytes * 1000000) {
		uint32_t kind = log_writer_roll(&w, 100);
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
	return log_writer_end(&w);
}
