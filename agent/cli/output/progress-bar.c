#include "config.h"
#include "cli/output/progress-bar.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

#define PAUSE (USEC_SECOND / 10)
#define BAR 24u
/* What stands behind the bar: ` 100% of 123456.7 MB`. */
#define BEHIND 24u

static bool
is_pipe(int fd)
{
	struct stat st;
	return fstat(fd, &st) == 0 &&
		(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

struct progress_bar
progress_bar_new(void)
{
	struct progress_bar p = { .columns = 80 };
	struct winsize size = { 0 };
	const char *term = getenv("TERM");
	if (!isatty(STDERR_FILENO) || is_pipe(STDOUT_FILENO) || !term ||
		!*term || strcmp(term, "dumb") == 0)
		return p;
	p.to = stderr;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		p.columns = size.ws_col;
	return p;
}

/* What is done may be more than was expected: a log that is still written to
 * grows meanwhile. */
static void
add_bar(struct buf *to, unsigned percent)
{
	unsigned full = percent * BAR / 100;
	buf_add_char(to, '[');
	for (unsigned i = 0; i < BAR; i++)
		buf_add_char(to, i < full ? '#' : '.');
	buf_add_str(to, "] ");
}

static void
add_text(const struct progress_bar *p, uint64_t done, struct buf *to)
{
	if (!p->expected) {
		buf_printf(to, "%.1f MB read", (double)done / 1e6);
		return;
	}
	unsigned percent = done >= p->expected
		? 100
		: (unsigned)((double)done * 100 / (double)p->expected);
	if (p->columns > BAR + 3 + BEHIND)
		add_bar(to, percent);
	buf_printf(to, "%3u%% of %.1f MB", percent, (double)p->expected / 1e6);
}

/* Writes the line over the one that is there, blanks over its rest. */
static void
put_line(struct progress_bar *p, const struct buf *line)
{
	unsigned width = (unsigned)line->len;
	unsigned rest = p->drawn > width ? p->drawn - width : 0;
	fprintf(p->to, "\r%.*s%*s%s", (int)width, line->data ? line->data : "",
		(int)rest, "", width ? "" : "\r");
	(void)fflush(p->to); /* a bar that cannot be written is none */
	p->drawn = width;
}

void
progress_bar_draw(struct progress_bar *p, uint64_t done, usec now)
{
	own(buf) struct buf line = { 0 };
	if (!p->to || now < p->next)
		return;
	p->next = now + PAUSE;
	add_text(p, done, &line);
	if (line.len < p->columns)
		put_line(p, &line);
}

void
progress_bar_clear(struct progress_bar *p)
{
	const struct buf none = { 0 };
	if (p->to && p->drawn)
		put_line(p, &none);
}
