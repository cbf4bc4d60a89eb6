#include "config.h"
#include "eyes/records/line-shape.h"

#include "base/own.h"
#include "eyes/format/characters.h"

size_t
line_shape_indent(struct span line)
{
	return count_while(line, 0, is_blank);
}

/* Where the call begins in `line`; `s` is the line without blanks at its
 * ends. */
static ptrdiff_t
call_at(const struct shapes *shapes, struct span line, struct span s)
{
	if (!shapes_fit(shapes, FORM_CALL, s))
		return -1;
	return word_find(&shapes_fitting(shapes, FORM_CALL, s)->from, line);
}

ptrdiff_t
line_shape_call(const struct shapes *shapes, struct span line)
{
	return call_at(shapes, line, span_trim(line));
}

/* Offset of the first heading of the form in `s`, or -1. It may stand behind
 * anything but the letters of a longer word. */
static ptrdiff_t
form_at(const struct form *f, struct span s)
{
	struct span common = form_common(f);
	for (size_t from = 0; from < s.len; from++) {
		ptrdiff_t next = span_find(span_from(s, from), common);
		if (next < 0)
			return -1;
		from += (size_t)next;
		bool inside = from > 0 && is_word(s.data[from - 1]);
		if (!inside && form_fits(f, span_from(s, from)))
			return (ptrdiff_t)from;
	}
	return -1;
}

static ptrdiff_t
heading_at(const struct shapes *shapes, enum form_kind kind, struct span s)
{
	ptrdiff_t first = -1;
	for (size_t i = 0; i < shapes->forms[kind].n; i++) {
		ptrdiff_t at = form_at(shapes->forms[kind].list[i], s);
		if (at >= 0 && (first < 0 || at < first))
			first = at;
	}
	return first;
}

ptrdiff_t
line_shape_heading(const struct shapes *shapes, struct span line)
{
	struct span s = span_trim(line);
	/* An error announces a list as often as not: then the list is the
	 * heading. */
	ptrdiff_t at = heading_at(shapes, FORM_LIST, s);
	if (at < 0)
		at = heading_at(shapes, FORM_PARAGRAPH, s);
	return at < 0 ? -1 : s.data - line.data + at;
}

/* Offset of the first newline that the word stands behind, or -1. */
static ptrdiff_t
behind_newline(const struct word *w, struct span text, struct span newline)
{
	size_t from = 0;
	ptrdiff_t next;
	while ((next = word_find(w, span_from(text, from))) >= 0) {
		from += (size_t)next;
		if (span_ends(span_first(text, from), newline))
			return (ptrdiff_t)(from - newline.len);
		from += w->len;
	}
	return -1;
}

ptrdiff_t
line_shape_embedded(
	const struct shapes *shapes, struct span text, struct span newline)
{
	ptrdiff_t first = -1;
	/* Most texts have no newline, which is told in no time. */
	if (!text.len || !memchr(text.data, newline.data[0], text.len))
		return -1;
	for (size_t i = 0; i < shapes->forms[FORM_EMBEDDED].n; i++) {
		const struct words *starts =
			&shapes->forms[FORM_EMBEDDED].list[i]->starts;
		for (size_t k = 0; k < starts->n; k++) {
			ptrdiff_t at =
				behind_newline(&starts->list[k], text, newline);
			if (at >= 0 && (first < 0 || at < first))
				first = at;
		}
	}
	return first;
}

/* Whether the line is a place in source and nothing else: `/app/src/run.js:61`,
 * `node:internal/process/promises:391`. */
static bool
is_location(struct span s)
{
	/* The address that a server listens on looks alike. */
	if (s.len < 4 || !is_digit(s.data[s.len - 1]) ||
		span_starts(s, SPAN("http")))
		return false;
	size_t i = s.len;
	while (i && is_digit(s.data[i - 1]))
		i--;
	if (!i || s.data[i - 1] != ':' || memchr(s.data, ' ', i))
		return false;
	return memchr(s.data, '/', i) || memchr(s.data, '\\', i);
}

static bool
is_caret(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] != '^' && s.data[i] != '~')
			return false;
	return s.len > 0;
}

/* Whether the line is a qualified name with its arguments, as runtimes print
 * frames: `main.main()`, `net/http.(*conn).serve(0xc0)`. */
static bool
is_frame(struct span s)
{
	if (s.data[s.len - 1] != ')')
		return false;
	const char *paren = memchr(s.data, '(', s.len);
	if (!paren || paren == s.data)
		return false;
	size_t name = (size_t)(paren - s.data);
	return memchr(s.data, '.', name) && !memchr(s.data, ' ', name);
}

/* Shapes that words alone tell, in the order in which they are tried. */
static const struct {
	enum form_kind form;
	enum line_shape_kind shape;
} by_words[] = {
	{ FORM_PARAGRAPH, SHAPE_PARAGRAPH },
	{ FORM_LIST, SHAPE_LIST },
	{ FORM_TRACE, SHAPE_TRACE },
	{ FORM_DUMP, SHAPE_DUMP },
	{ FORM_FRAME, SHAPE_FRAME },
	{ FORM_CAUSE, SHAPE_CAUSE },
	{ FORM_DETAIL, SHAPE_DETAIL },
	{ FORM_ADVICE, SHAPE_ADVICE },
};

static enum line_shape_kind
kind_by_words(const struct shapes *shapes, struct span s)
{
	if (is_frame(s))
		return SHAPE_FRAME;
	for (size_t i = 0; i < ELEMENTS(by_words); i++)
		if (shapes_fit(shapes, by_words[i].form, s))
			return by_words[i].shape;
	if (is_location(s))
		return SHAPE_LOCATION;
	return shapes_fit(shapes, FORM_ERROR, s) ? SHAPE_ERROR : SHAPE_TEXT;
}

static enum line_shape_kind
kind_of(const struct shapes *shapes, struct span s, bool indented, bool done)
{
	char first = s.data[0];
	/* Calls, queries and the marks of an excerpt count at any depth. */
	if (call_at(shapes, s, s) >= 0)
		return SHAPE_CALL;
	if (!indented && shapes_fit(shapes, FORM_QUERY, s))
		return SHAPE_QUERY;
	if (done)
		return SHAPE_QUERY_END;
	if (is_caret(s))
		return SHAPE_CARET;
	if (shapes_fit(shapes, FORM_MARK, s))
		return SHAPE_MARK;
	if (indented)
		return SHAPE_INDENTED;
	if (first == '{' && s.len > 1 && s.data[1] == '"')
		return SHAPE_JSON;
	if (first == '}' || first == ']' || first == ')')
		return SHAPE_CLOSER;
	return kind_by_words(shapes, s);
}

bool
line_shape_expects_more(const struct shapes *shapes, struct span line)
{
	struct span s = span_trim(line);
	if (!s.len)
		return false;
	return is_blank(line.data[line.len - 1]) || s.data[s.len - 1] == ':' ||
		shapes_fit(shapes, FORM_ANNOUNCEMENT, s);
}

struct line_shape
line_shape_of(const struct shapes *shapes, struct span line, size_t base)
{
	struct line_shape shape = { .kind = SHAPE_BLANK };
	shape.indent = line_shape_indent(line);
	bool indented = base != SIZE_MAX && shape.indent > base;
	struct span s = span_trim(line);
	if (!s.len) {
		/* A blank line with an indentation belongs to what is
		 * indented. */
		if (indented)
			shape.kind = SHAPE_INDENTED;
		return shape;
	}
	char end = s.data[s.len - 1];
	shape.opens = end == '{' || end == '[' || end == '(';
	shape.done = shapes_fit(shapes, FORM_QUERY_END, s);
	shape.kind = kind_of(shapes, s, indented, shape.done);
	return shape;
}
