/* dockerlog: writes text as dockerd's json-file driver would.
 *
 *	dockerlog [-s stdout|stderr] [-t TIME] [-r COUNT] LOGFILE < TEXT
 *
 * Appends to LOGFILE (made with mode 0640), one write a record:
 *
 *	{"log":"text\n","stream":"stderr","time":"2026-11-22T12:25:44.5Z"}
 *
 *	-s  the stream; stderr unless told
 *	-t  a time in RFC 3339; now unless told, a nanosecond later each line
 *	-r  writes the whole of TEXT that many times; 1 unless told
 *
 * Escapes as daemon/logger/jsonfilelog/jsonlog/jsonlogbytes.go does, cuts lines
 * into pieces of 16 KiB as daemon/logger/copier.go does: all pieces of a line
 * carry one time, only the last has the newline, and a last line without one
 * stays an unfinished piece. */
#include "config.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/file.h"

#define PIECE 16384u

struct writer {
	int fd;
	const char *stream;
	int64_t time_ns; /* fixed when not 0 */
	int64_t last_ns;
	struct buf line;
};

static void
add_char(struct buf *to, struct span one, uint32_t c)
{
	if (!one.len)
		buf_add_str(to, "\\ufffd");
	else if (c == '"' || c == '\\')
		buf_printf(to, "\\%c", (int)c);
	else if (c == '\n')
		buf_add_str(to, "\\n");
	else if (c == '\r')
		buf_add_str(to, "\\r");
	else if (c < 0x20 || c == '<' || c == '>' || c == '&' || c == 0x2028 ||
		c == 0x2029)
		buf_printf(to, "\\u%04x", (unsigned)c);
	else
		buf_add_span(to, one);
}

static void
add_json(struct buf *to, struct span text)
{
	buf_add_char(to, '"');
	while (text.len) {
		uint32_t c = 0;
		size_t len = utf8_char(text, &c);
		add_char(to, span_first(text, len), c);
		text = span_from(text, len ? len : 1);
	}
	buf_add_char(to, '"');
}

/* Strictly later than the line before, as no two reads are at one time. */
static int64_t
line_time(struct writer *w)
{
	int64_t now = w->time_ns ? w->time_ns : (int64_t)clock_wall() * 1000;
	w->last_ns = now > w->last_ns ? now : w->last_ns + 1;
	return w->last_ns;
}

static void
write_record(struct writer *w, struct span piece, bool ended, int64_t ns)
{
	char when[CLOCK_TEXT];
	own(buf) struct buf text = { 0 };
	buf_add_span(&text, piece);
	if (ended)
		buf_add_char(&text, '\n');
	buf_reset(&w->line);
	buf_add_str(&w->line, "{\"log\":");
	add_json(&w->line, buf_span(&text));
	buf_printf(&w->line, ",\"stream\":\"%s\",\"time\":\"%s\"}\n", w->stream,
		clock_text_ns(ns, when));
	int r = write_all(w->fd, buf_span(&w->line));
	if (r < 0)
		errx(1, "cannot write: %s", strerror(-r));
}

static void
write_line(struct writer *w, struct span line, bool ended)
{
	int64_t ns = line_time(w);
	while (line.len >= PIECE) {
		write_record(w, span_first(line, PIECE), false, ns);
		line = span_from(line, PIECE);
	}
	if (ended || line.len)
		write_record(w, line, ended, ns);
}

static void
write_text(struct writer *w, struct span text)
{
	while (text.len) {
		ptrdiff_t end = span_find(text, SPAN("\n"));
		bool ended = end >= 0;
		struct span line =
			span_first(text, ended ? (size_t)end : text.len);
		write_line(w, line, ended);
		text = span_from(text, line.len + ended);
	}
}

static void
read_all(int fd, struct buf *to)
{
	ssize_t n;
	do {
		char *room = buf_reserve(to, 65536);
		n = read(fd, room, 65536);
		if (n < 0 && errno != EINTR)
			err(1, "standard input");
		if (n > 0)
			to->len += (size_t)n;
	} while (n != 0);
}

int
main(int argc, char **argv)
{
	struct writer w = { .stream = "stderr" };
	long count = 1;
	int c;
	while ((c = getopt(argc, argv, "s:t:r:")) != -1) {
		if (c == 's')
			w.stream = optarg;
		else if (c == 'r')
			count = strtol(optarg, NULL, 10);
		else if (c != 't' || !clock_parse(span_of(optarg), &w.time_ns))
			errx(2, "see the head of dockerlog.c");
	}
	if (argc - optind != 1)
		errx(2,
			"usage: dockerlog [-s STREAM] [-t TIME] [-r COUNT] "
			"LOGFILE < TEXT");
	own(buf) struct buf text = { 0 };
	read_all(STDIN_FILENO, &text);
	own(fd) int fd = open(
		argv[optind], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0)
		err(1, "%s", argv[optind]);
	w.fd = fd;
	for (long i = 0; i < count; i++)
		write_text(&w, buf_span(&text));
	buf_free(&w.line);
	return 0;
}
