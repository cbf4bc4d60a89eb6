#include "config.h"
#include "cli/output/page.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "cli/output/terminal.h"
#include "cli/output/wrap.h"
#include "wire/exit-code.h"

#define LABEL_WIDTH 13
#define TEXT_MAX 16384u
#define CELL_MAX 64u

struct page
page_new(void)
{
	return (struct page){ .colours = terminal_colours(),
		.width = wrap_width() };
}

void
page_free(struct page *p)
{
	buf_free(&p->out);
}

/* The eight basic colours, which every terminal's own palette makes readable.
 */
static const char *const colour_codes[] = {
	[COLOUR_NONE] = "",
	[COLOUR_BOLD] = "\x1b[1m",
	[COLOUR_GOOD] = "\x1b[32m",
	[COLOUR_BAD] = "\x1b[1;31m",
	[COLOUR_WARN] = "\x1b[33m",
};

static void
shade_on(struct page *p, enum colour shade)
{
	if (p->colours)
		buf_add_str(&p->out, colour_codes[shade]);
}

static void
shade_off(struct page *p, enum colour shade)
{
	if (p->colours && shade != COLOUR_NONE)
		buf_add_str(&p->out, "\x1b[0m");
}

/* The only way of a foreign text into a page. */
static void
add_text(struct page *p, struct span text)
{
	if (!escape(&p->out, text, TEXT_MAX, ESCAPE_LINE))
		buf_add_str(&p->out, " ...");
}

void
page_add(struct page *p, enum colour shade, const char *text)
{
	shade_on(p, shade);
	add_text(p, span_of(text));
	shade_off(p, shade);
}

void
page_printf(struct page *p, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	buf_vprintf(&p->out, fmt, args);
	va_end(args);
}

void
page_mark_column(struct page *p)
{
	buf_add_char(&p->out, WRAP_HERE);
}

void
page_label(struct page *p, const char *label)
{
	page_printf(p, "%-*s", LABEL_WIDTH, label);
	page_mark_column(p);
}

void
page_lines(struct page *p, const char *before, const char *text)
{
	struct span rest = span_of(text), line;
	while (span_cut(&rest, '\n', &line)) {
		buf_add_str(&p->out, before);
		/* wrap() continues an indented line behind its indentation;
		 * any other, and one behind a visible `before`, continues
		 * below where its text begins. */
		if (before[strspn(before, " ")] || line.len == 0 ||
			line.data[0] != ' ')
			page_mark_column(p);
		add_text(p, line);
		buf_add_char(&p->out, '\n');
	}
}

void
page_whole(struct page *p, const char *text)
{
	struct span whole = span_of(text);
	/* An escape is four bytes for one. */
	(void)escape(&p->out, whole, 4 * whole.len, ESCAPE_LINES);
}

/* Aligns further lines with an empty label. */
void
page_field(struct page *p, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	struct span rest = span_of(text), line;
	page_label(p, label);
	while (span_cut(&rest, '\n', &line)) {
		add_text(p, line);
		buf_add_char(&p->out, '\n');
		if (rest.len)
			page_label(p, "");
	}
}

void
page_heading(struct page *p, const char *text)
{
	buf_add_char(&p->out, '\n');
	page_add(p, COLOUR_BOLD, text);
	buf_add_char(&p->out, '\n');
}

/* Pads by columns as a terminal counts them: printf() would count the bytes of
 * UTF-8 and of colours. */
static void
add_cell(struct page *p, const char *cell, bool head, size_t width)
{
	enum colour shade = head ? COLOUR_BOLD : page_colour(cell);
	shade_on(p, shade);
	buf_add_str(&p->out, cell);
	shade_off(p, shade);
	size_t columns = wrap_columns(span_of(cell));
	page_printf(p, "%*s", width > columns ? (int)(width - columns) : 0, "");
}

/* The last cell of a line is not padded, so that no line ends with blanks. */
static void
add_row(struct page *p, char *const *row, const size_t *widths, size_t n,
	bool head, size_t below)
{
	size_t last = below == n - 1 ? n - 2 : n - 1;
	for (size_t i = 0; i < n; i++)
		if (i != below)
			add_cell(
				p, row[i], head, i == last ? 0 : widths[i] + 2);
	buf_add_char(&p->out, '\n');
	if (below < n) {
		page_printf(p, "%*s", (int)widths[0] + 2, "");
		add_cell(p, row[below], head, 0);
		buf_add_char(&p->out, '\n');
	}
}

/* Escapes and cuts every cell first, for only then its width is known. */
void
page_table(
	struct page *p, char *const *cells, size_t rows, size_t n, size_t below)
{
	own(strings) char **shown = NULL;
	size_t *widths = xcalloc(n, sizeof(*widths));
	size_t all = 0;
	for (size_t i = 0; i < rows * n; i++) {
		own(str) char *cell =
			escape_str(span_of(cells[i] ? cells[i] : "-"), CELL_MAX,
				ESCAPE_LINE);
		strings_add(&shown, cell);
		widths[i % n] = MAX(widths[i % n], wrap_columns(span_of(cell)));
	}
	for (size_t i = 0; i < n; i++)
		all += widths[i] + (i ? 2 : 0);
	bool fits = !p->width || all <= p->width;
	for (size_t i = 0; i < rows; i++)
		add_row(p, shown + i * n, widths, n, i == 0, fits ? n : below);
	free(widths);
}

/* States that are not listed are no news and have no colour. */
enum colour
page_colour(const char *state)
{
	static const struct {
		const char *state;
		enum colour shade;
	} known[] = {
		{ "resolved", COLOUR_GOOD },
		{ "failed", COLOUR_BAD },
		{ "in-doubt", COLOUR_BAD },
		{ "regressed", COLOUR_BAD },
		{ "awaiting-approval", COLOUR_WARN },
		{ "waiting", COLOUR_WARN },
		{ "mending", COLOUR_WARN },
	};
	for (size_t i = 0; state && i < ELEMENTS(known); i++)
		if (strcmp(known[i].state, state) == 0)
			return known[i].shade;
	return COLOUR_NONE;
}

int
page_print(struct page *p)
{
	own(buf) struct buf lines = { 0 };
	wrap(&lines, buf_span(&p->out), p->width);
	if (lines.len)
		(void)fwrite(lines.data, 1, lines.len, stdout);
	return terminal_flush() ? EXIT_DONE : EXIT_UNABLE;
}

const char *
page_json_text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

int
page_print_json(const json_t *value)
{
	own(str) char *text = json_dumps(value, JSON_COMPACT);
	own(page) struct page p = { 0 };
	page_printf(&p, "%s\n", text ? text : "null");
	return page_print(&p);
}
