#include "config.h"
#include "cli/page.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "cli/command.h"

#define LABEL_WIDTH 13
#define TEXT_MAX 16384u
#define CELL_MAX 64u

struct page
page_new(void)
{
	return (struct page){ .colours = command_colours() };
}

void
page_free(struct page *p)
{
	buf_free(&p->out);
}

static const char *const shades[] = {
	[SHADE_NONE] = "",
	[SHADE_BOLD] = "\x1b[1m",
	[SHADE_GOOD] = "\x1b[32m",
	[SHADE_BAD] = "\x1b[1;31m",
	[SHADE_WARN] = "\x1b[33m",
};

static void
shade_on(struct page *p, enum shade shade)
{
	if (p->colours)
		buf_add_str(&p->out, shades[shade]);
}

static void
shade_off(struct page *p, enum shade shade)
{
	if (p->colours && shade != SHADE_NONE)
		buf_add_str(&p->out, "\x1b[0m");
}

static void
add_text(struct page *p, struct span text)
{
	if (!escape(&p->out, text, TEXT_MAX, ESCAPE_LINE))
		buf_add_str(&p->out, " ...");
}

void
page_add(struct page *p, enum shade shade, const char *text)
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
page_label(struct page *p, const char *label)
{
	page_printf(p, "%-*s", LABEL_WIDTH, label);
}

void
page_lines(struct page *p, const char *before, const char *text)
{
	struct span rest = span_of(text), line;
	while (span_cut(&rest, '\n', &line)) {
		buf_add_str(&p->out, before);
		add_text(p, line);
		buf_add_char(&p->out, '\n');
	}
}

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
	page_add(p, SHADE_BOLD, text);
	buf_add_char(&p->out, '\n');
}

/* Characters as a terminal counts them, but for wide ones. */
static size_t
width_of(const char *text)
{
	size_t n = 0;
	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

void
page_table(struct page *p, char *const *cells, size_t rows, size_t n)
{
	own(strings) char **shown = NULL;
	size_t *widths = xcalloc(n, sizeof(*widths));
	for (size_t i = 0; i < rows * n; i++) {
		own(str) char *cell =
			escape_str(span_of(cells[i] ? cells[i] : "-"), CELL_MAX,
				ESCAPE_LINE);
		strings_add(&shown, cell);
		widths[i % n] = MAX(widths[i % n], width_of(cell));
	}
	for (size_t i = 0; i < rows * n; i++) {
		bool last = i % n == n - 1;
		enum shade shade = i < n ? SHADE_BOLD : page_shade(shown[i]);
		shade_on(p, shade);
		buf_add_str(&p->out, shown[i]);
		shade_off(p, shade);
		size_t pad = last ? 0 : widths[i % n] - width_of(shown[i]) + 2;
		page_printf(p, "%*s%s", (int)pad, "", last ? "\n" : "");
	}
	free(widths);
}

enum shade
page_shade(const char *state)
{
	static const struct {
		const char *state;
		enum shade shade;
	} known[] = {
		{ "resolved", SHADE_GOOD },
		{ "failed", SHADE_BAD },
		{ "in-doubt", SHADE_BAD },
		{ "regressed", SHADE_BAD },
		{ "awaiting-approval", SHADE_WARN },
		{ "waiting", SHADE_WARN },
		{ "mending", SHADE_WARN },
	};
	for (size_t i = 0; state && i < ELEMENTS(known); i++)
		if (strcmp(known[i].state, state) == 0)
			return known[i].shade;
	return SHADE_NONE;
}

int
page_print(struct page *p)
{
	if (fwrite(p->out.data, 1, p->out.len, stdout) == p->out.len &&
		fflush(stdout) == 0)
		return EXIT_DONE;
	return command_fails(EXIT_UNABLE,
		"standard output cannot be written: %s", strerror(errno));
}

const char *
json_text(const json_t *object, const char *key)
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
