/* dockerlog: writes text as dockerd's json-file driver would.
 *
 *	dockerlog [-s stdout|stderr] [-t TIME] [-r COUNT]
 *		[-m SIZE [-f FILES] [-z]] LOGFILE < TEXT
 *
 * Appends to LOGFILE (made with mode 0640), one write a record:
 *
 *	{"log":"text\n","stream":"stderr","time":"2026-11-22T12:25:44.5Z"}
 *
 *	-s  the stream; stderr unless told
 *	-t  a time in RFC 3339; now unless told, a nanosecond later each line
 *	-r  writes the whole of TEXT that many times; 1 unless told
 *	-m  max-size in bytes: a log that has reached it is rotated before the
 *next record; -f is max-file, 1 unless told, and -z is compress=true
 *
 * Escapes as daemon/logger/jsonfilelog/jsonlog/jsonlogbytes.go does, cuts lines
 * into pieces of 16 KiB as daemon/logger/copier.go does: all pieces of a line
 * carry one time, only the last has the newline, and a last line without one
 * stays an unfinished piece. Rotates as daemon/logger/loggerutils/logfile.go
 * does since 23.0: with max-file 1 the log is unlinked, else the copies move
 *up, and the copy is compressed before the next rotation. */
#include "config.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/io/file.h"

#define PIECE 16384u

struct writer {
	const char *path;
	long max_size; /* 0: never rotated */
	long max_file;
	bool compress;
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
open_log(struct writer *w, int flags)
{
	w->fd = open(w->path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0640);
	if (w->fd < 0)
		err(1, "%s", w->path);
}

static char *
copy_name(const struct writer *w, long number, bool packed)
{
	return xprintf("%s.%ld%s", w->path, number, packed ? ".gz" : "");
}

/* A copy that is not there cannot be moved, and need not. */
static void
move_copy(const struct writer *w, long from, long to)
{
	own(str) char *old = copy_name(w, from, w->compress);
	own(str) char *new = copy_name(w, to, w->compress);
	if (rename(old, new) < 0 && errno != ENOENT)
		err(1, "%s", old);
}

/* Written in place under its last name, and only then is the other removed. */
static void
compress_copy(const struct writer *w)
{
	own(str) char *from = copy_name(w, 1, false);
	own(str) char *to = copy_name(w, 1, true);
	own(buf) struct buf text = { 0 };
	if (file_read(from, SIZE_MAX / 4, &text, NULL) < 0)
		return; /* the first time */
	gzFile gz = gzopen(to, "wb1");
	if (!gz || gzwrite(gz, text.data, (unsigned)text.len) < 0 ||
		gzclose(gz) != Z_OK || unlink(from) < 0)
		err(1, "%s", to);
}

static void
rotate(struct writer *w)
{
	struct stat st;
	if (!w->max_size || fstat(w->fd, &st) < 0 || st.st_size < w->max_size)
		return;
	close(w->fd);
	if (w->max_file < 2) {
		(void)unlink(w->path); /* somebody else did */
	} else {
		if (w->compress)
			compress_copy(w);
		for (long i = w->max_file - 1; i > 1; i--)
			move_copy(w, i - 1, i);
		own(str) char *first = copy_name(w, 1, false);
		if (rename(w->path, first) < 0)
			err(1, "%s", first);
	}
	open_log(w, O_TRUNC);
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
	rotate(w);
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
	struct writer w = { .stream = "stderr", .max_file = 1 };
	long count = 1;
	int c;
	while ((c = getopt(argc, argv, "s:t:r:m:f:z")) != -1) {
		if (c == 's')
			w.stream = optarg;
		else if (c == 'r')
			count = strtol(optarg, NULL, 10);
		else if (c == 'm')
			w.max_size = strtol(optarg, NULL, 10);
		else if (c == 'f')
			w.max_file = strtol(optarg, NULL, 10);
		else if (c == 'z')
			w.compress = true;
		else if (c != 't' || !clock_parse(span_of(optarg), &w.time_ns))
			errx(2, "see the head of dockerlog.c");
	}
	if (argc - optind != 1)
		errx(2,
			"usage: dockerlog [-s STREAM] [-t TIME] [-r COUNT] "
			"[-m SIZE [-f FILES] [-z]] LOGFILE < TEXT");
	own(buf) struct buf text = { 0 };
	read_all(STDIN_FILENO, &text);
	w.path = argv[optind];
	open_log(&w, O_APPEND);
	for (long i = 0; i < count; i++)
		write_text(&w, buf_span(&text));
	close(w.fd);
	buf_free(&w.line);
	return 0;
}
