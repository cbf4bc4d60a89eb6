#include "config.h"
#include "cli/output/wrap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

unsigned
wrap_width(void)
{
	struct winsize size = { 0 };
	if (!isatty(STDOUT_FILENO))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_col)
		return 80;
	return MAX(size.ws_col, WRAP_LEAST);
}

/* Returns the bytes of a colour at the start of the text, ESC [ ... m; 0 if
 * there is none. Only page.c writes colours: escaped texts hold no ESC. */
static size_t
colour_at(struct span text)
{
	size_t i = 2;
	if (text.len < 3 || text.data[0] != '\x1b' || text.data[1] != '[')
		return 0;
	while (i < text.len && text.data[i] != 'm')
		i++;
	return i < text.len ? i + 1 : 0;
}

size_t
wrap_columns(struct span text)
{
	size_t n = 0;
	while (text.len) {
		size_t skip = colour_at(text);
		if (!skip) {
			n += (text.data[0] & 0xc0) != 0x80 &&
				text.data[0] != WRAP_HERE;
			skip = 1;
		}
		text = span_from(text, skip);
	}
	return n;
}

/* The longest run of blanks, or of other characters, at the start of text. */
static struct span
run_of(struct span text, bool blanks)
{
	size_t n = 0;
	while (n < text.len && (text.data[n] == ' ') == blanks)
		n++;
	return span_first(text, n);
}

/* Returns the column in which the further lines begin, and in *before the
 * bytes of the line before its text. A column beyond the middle would leave
 * too little room, so the lines then begin in column 4. */
static size_t
continuation_column(struct span line, size_t *before, unsigned width)
{
	ptrdiff_t mark = span_find(line, SPAN("\x1f"));
	size_t hang;
	*before = mark < 0 ? run_of(line, true).len : (size_t)mark;
	hang = wrap_columns(span_first(line, *before)) + (mark < 0 ? 2 : 0);
	return hang > width / 2 ? 4 : hang;
}

static void
add_unmarked(struct buf *to, struct span text)
{
	struct span part;
	while (span_cut(&text, WRAP_HERE, &part))
		buf_add_span(to, part);
}

/* A word that is wider than the terminal keeps a line of its own and is not
 * broken: paths and keys must stay whole to be copied. */
static void
wrap_line(struct buf *to, struct span line, unsigned width)
{
	size_t before, hang = continuation_column(line, &before, width);
	struct span rest = span_from(line, before);
	size_t column = wrap_columns(span_first(line, before));
	bool begun = false;
	add_unmarked(to, span_first(line, before));
	while (rest.len) {
		struct span blanks = run_of(rest, true);
		rest = span_from(rest, blanks.len);
		struct span word = run_of(rest, false);
		rest = span_from(rest, word.len);
		size_t columns = wrap_columns(word);
		if (!word.len)
			break; /* blanks at the end */
		if (begun && column + blanks.len + columns > width) {
			buf_printf(to, "\n%*s", (int)hang, "");
			column = hang;
			blanks.len = 0;
		}
		buf_add_span(to, blanks);
		add_unmarked(to, word);
		column += blanks.len + columns;
		begun = true;
	}
}

void
wrap(struct buf *to, struct span text, unsigned width)
{
	struct span line;
	while (span_cut(&text, '\n', &line)) {
		if (!width || wrap_columns(line) <= width)
			add_unmarked(to, line);
		else
			wrap_line(to, line, width);
		if (text.data)
			buf_add_char(to, '\n');
	}
}
