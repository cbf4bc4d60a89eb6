#include "config.h"
#include "eyes/records/line-shape.h"

#include "base/own.h"
#include "eyes/format/characters.h"

static bool
ends_with(struct span s, const char *tail)
{
	return span_ends(s, span_of(tail));
}

ptrdiff_t
line_shape_invocation(struct span line)
{
	struct span s = span_trim(line);
	if (!ends_with(s, " invocation in") && !ends_with(s, " invocation:"))
		return -1;
	/* Some loggers replace the backticks by a colour. */
	return span_find(line, SPAN("Invalid "));
}

/* `/app/src/run.js:61`, `node:internal/process/promises:391` */
static bool
is_location(struct span s)
{
	/* An address that a server listens on is none. */
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

static bool
is_query(struct span s)
{
	return (span_starts(s, SPAN("Query: ")) ||
		       span_starts(s, SPAN("prisma:query "))) &&
		span_find(s, SPAN("arams: [")) >= 0;
}

static bool
is_query_end(struct span s)
{
	return ends_with(s, "ms") && span_find(s, SPAN("] Duration: ")) >= 0;
}

static bool
is_cli(struct span s)
{
	if (!span_starts(s, SPAN("Error: ")))
		return false;
	s = span_from(s, 7);
	if (s.len >= 5 && s.data[0] == 'P' && is_digit(s.data[1]) &&
		is_digit(s.data[2]) && is_digit(s.data[3]) &&
		is_digit(s.data[4]))
		return true;
	return span_starts(s, SPAN("external connector error")) ||
		span_starts(s, SPAN("ERROR: ")) ||
		span_starts(s, SPAN("Can't reach database server at `"));
}

static bool
is_list(struct span s)
{
	return span_starts(s, SPAN("Following migration")) && ends_with(s, ":");
}

ptrdiff_t
line_shape_paragraph(struct span line)
{
	struct span s = span_trim(line), error = SPAN("Error: ");
	ptrdiff_t at = span_find(s, SPAN("Following migration"));
	if (at < 0 || !is_list(span_from(s, (size_t)at)))
		at = span_find(s, error);
	while (at >= 0) {
		struct span rest = span_from(s, (size_t)at);
		bool word = at > 0 && is_word(rest.data[-1]);
		if (!word && (is_cli(rest) || is_list(rest)))
			return rest.data - line.data;
		ptrdiff_t next = span_find(span_from(rest, 1), error);
		at = next < 0 ? -1 : at + 1 + next;
	}
	return -1;
}

/* Go: `main.main()`, `goroutine 1 [running]:`, `created by main.main` */
static bool
is_go_frame(struct span s)
{
	if (span_starts(s, SPAN("goroutine ")) ||
		span_starts(s, SPAN("created by ")) ||
		span_starts(s, SPAN("[signal ")) ||
		span_starts(s, SPAN("exit status ")))
		return true;
	ptrdiff_t paren = span_find(s, SPAN("("));
	return paren > 0 && ends_with(s, ")") &&
		memchr(s.data, '.', (size_t)paren) &&
		!memchr(s.data, ' ', (size_t)paren);
}

static bool
is_cause(struct span s)
{
	return span_starts(s, SPAN("Caused by: ")) ||
		span_starts(s, SPAN("Suppressed: ")) ||
		span_starts(s, SPAN("Stack trace:")) ||
		(s.len > 2 && s.data[0] == '#' && is_digit(s.data[1]));
}

/* `... [812] user@db STATEMENT:  SELECT 1` */
static bool
is_detail(struct span s)
{
	static const struct span words[] = { SPAN("DETAIL:  "), SPAN("HINT:  "),
		SPAN("STATEMENT:  "), SPAN("CONTEXT:  "), SPAN("QUERY:  ") };
	ptrdiff_t colon = span_find(span_first(s, 160), SPAN(":  "));
	struct span label = span_first(s, colon < 0 ? 0 : (size_t)colon + 3);
	for (size_t i = 0; i < ELEMENTS(words); i++)
		if (span_ends(label, words[i]) &&
			(label.len == words[i].len ||
				label.data[label.len - words[i].len - 1] ==
					' '))
			return true;
	return false;
}

/* An error's name with the message on the next line. */
static bool
is_error_name(struct span s)
{
	return ends_with(s, "Error:") || ends_with(s, "Error]:") ||
		ends_with(s, "prisma:error") || ends_with(s, "Exception:");
}

static enum line_shape_kind
kind_of(struct span s, bool indented)
{
	char first = s.data[0];
	/* Excerpts and frames are told by their marks at any depth. */
	if (line_shape_invocation(s) >= 0)
		return SHAPE_INVOCATION;
	if (!indented && is_query(s))
		return SHAPE_QUERY;
	if (is_query_end(s))
		return SHAPE_QUERY_END;
	if (is_caret(s))
		return SHAPE_CARET;
	if (span_starts(s, SPAN("\xe2\x86\x92")))
		return SHAPE_ARROW;
	if (indented)
		return SHAPE_INDENTED;
	if (first == '{' && s.len > 1 && s.data[1] == '"')
		return SHAPE_JSON;
	if (first == '}' || first == ']' || first == ')')
		return SHAPE_CLOSER;
	if (is_cli(s))
		return SHAPE_CLI;
	if (is_list(s))
		return SHAPE_LIST;
	if (span_starts(s, SPAN("Traceback (most recent call last):")))
		return SHAPE_TRACEBACK;
	if (span_starts(s, SPAN("panic: ")) ||
		span_starts(s, SPAN("fatal error: ")))
		return SHAPE_PANIC;
	if (is_go_frame(s))
		return SHAPE_GOFRAME;
	if (is_cause(s))
		return SHAPE_CAUSE;
	if (is_detail(s))
		return SHAPE_DETAIL;
	if (span_starts(s, SPAN("Please make sure your database server")))
		return SHAPE_ADVICE;
	if (is_location(s))
		return SHAPE_LOCATION;
	if (is_error_name(s))
		return SHAPE_ERROR;
	return SHAPE_TEXT;
}

struct line_shape
line_shape_of(struct span line, size_t base)
{
	struct line_shape shape = { .kind = SHAPE_BLANK };
	shape.indent = count_while(line, 0, is_blank);
	struct span s = span_trim(line);
	if (!s.len) {
		/* Blanks of their own indentation belong to what is indented.
		 */
		if (base != SIZE_MAX && shape.indent > base)
			shape.kind = SHAPE_INDENTED;
		return shape;
	}
	char last = line.data[line.len - 1], end = s.data[s.len - 1];
	shape.expects_more = is_blank(last) || end == ':' ||
		span_find(s, SPAN("reach database server at `")) >= 0;
	shape.done = is_query_end(s);
	shape.opens = end == '{' || end == '[' || end == '(';
	shape.kind = kind_of(s, base != SIZE_MAX && shape.indent > base);
	return shape;
}
