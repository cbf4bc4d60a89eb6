#include "config.h"
#include "eyes/match/flatten.h"

#include "base/escape.h"
#include "base/json.h"
#include "eyes/match/fields.h"
#include "eyes/match/key-values.h"
#include "eyes/records/line-prefix.h"
#include "eyes/format/log-prefix.h"
#include "eyes/records/line-shape.h"

#define QUERY_SHOWN 80u

struct flatten {
	const struct record *record;
	struct fields to;
	struct key_values values;
	bool excerpt;  /* behind an invocation, before the fault line */
	bool object;   /* in the call's arguments, printed as an object */
	bool args;     /* behind a marked line that they follow */
	size_t indent; /* of the invocation */
};

/* rsyslog writes control characters as #012. */
static void
undo_rsyslog(struct buf *text)
{
	struct span s = buf_span(text);
	if (span_find(s, SPAN("#012")) < 0 || memchr(s.data, '\n', s.len))
		return;
	struct buf out = { 0 };
	ptrdiff_t at;
	while ((at = span_find(s, SPAN("#01"))) >= 0) {
		struct span rest = span_from(s, (size_t)at + 3);
		buf_add_span(&out, span_first(s, (size_t)at));
		bool line = span_starts(rest, SPAN("2"));
		bool tab = span_starts(rest, SPAN("1"));
		buf_add_str(&out, line ? "\n" : tab ? "\t" : "#01");
		s = span_from(rest, line || tab);
	}
	buf_add_span(&out, s);
	buf_free(text);
	*text = out;
}

static struct span
without_prefixes(const struct record *r, struct span line)
{
	enum log_prefix_kind log_prefix;
	size_t len = log_prefix_of(line, &log_prefix);
	if (log_prefix == r->log_prefix)
		line = span_from(line, len);
	if (!r->line_prefix_sure)
		return line;
	ssize_t skip = line_prefix_skip(record_line_prefix(r), line);
	return skip < 0 ? line : span_from(line, (size_t)skip);
}

static bool
is_numbered(struct span s)
{
	size_t n = 0;
	while (n < s.len && s.data[n] >= '0' && s.data[n] <= '9')
		n++;
	return n && (n == s.len || s.data[n] == ' ');
}

/* Whether a line that is indented like the excerpt is the fault: some versions
 * print it so. Arguments, which can hold a visitor's text, have no fault. */
static bool
is_indented_fault(const struct flatten *p, struct span s, size_t indent)
{
	return !p->args && indent == p->indent + 2 &&
		shapes_fit(p->to.shapes, FORM_FAULT, s);
}

/* Whether the line is source code or arguments that Prisma shows between the
 * invocation and the fault. */
static bool
is_excerpt(struct flatten *p, struct span line)
{
	struct line_shape shape = line_shape_of(p->to.shapes, line, SIZE_MAX);
	struct span s = span_trim(line);
	if (!s.len)
		return true;
	if (p->object) {
		p->object =
			shape.kind != SHAPE_CLOSER || shape.indent > p->indent;
		return true;
	}
	if (span_is(s, "{")) {
		p->object = true;
		return true;
	}
	if (is_indented_fault(p, s, shape.indent))
		return false;
	if (shape.kind == SHAPE_MARK)
		p->args = !span_ends(s, SPAN("("));
	return shape.kind == SHAPE_MARK || shape.kind == SHAPE_LOCATION ||
		shape.kind == SHAPE_CLOSER || shape.kind == SHAPE_CARET ||
		is_numbered(s) || shape.indent > p->indent;
}

/* `text {"key": ...} text` */
static bool
add_json_line(struct flatten *p, struct span line)
{
	ptrdiff_t at = span_find(line, SPAN("{\""));
	if (at < 0)
		return false;
	struct span s = span_trim(line);
	/* A logger's object is the end of its line, unless that was cut. */
	if (s.data[s.len - 1] != '}' && at > 0 && !p->record->cut &&
		span_find(span_from(line, (size_t)at), SPAN("},")) < 0)
		return false;
	if (at > 0)
		fields_add_line(&p->to, span_first(line, (size_t)at));
	struct span json = span_from(line, (size_t)at);
	size_t used = fields_add_json(&p->to, json);
	struct span rest = span_trim(span_from(json, used));
	if (rest.len)
		key_values_line(&p->values, &p->to, rest);
	return true;
}

/* A message whose newlines are escaped by a logger that quotes nothing. Behind
 * a quote or in a URL it is not the program's own line. */
static bool
add_escaped_line(struct flatten *p, struct span line)
{
	ptrdiff_t at = line_shape_embedded(p->to.shapes, line, SPAN("\\n"));
	if (at < 0)
		return false;
	for (size_t i = 0; i < (size_t)at; i++)
		if (strchr("\"'?=", line.data[i]))
			return false;
	fields_new_line(&p->to);
	struct buf *to = p->to.to;
	buf_add_span(to, span_first(line, (size_t)at));
	json_unescape(to, span_from(line, (size_t)at));
	buf_add_char(to, '\n');
	return true;
}

static void
add_line(struct flatten *p, struct span line)
{
	line = without_prefixes(p->record, line);
	if (line_shape_call(p->to.shapes, line) >= 0) {
		key_values_end(&p->values, &p->to);
		fields_add_line(&p->to, line);
		p->excerpt = true;
		p->object = p->args = false;
		p->indent = line_shape_indent(line);
		return;
	}
	if (p->excerpt && is_excerpt(p, line))
		return;
	p->excerpt = false;
	if (!add_escaped_line(p, line) && !add_json_line(p, line))
		key_values_line(&p->values, &p->to, line);
}

/* An object over several lines, whose first is a brace alone. */
static bool
is_json_block(struct span text)
{
	struct span s = span_trim(text);
	if (s.len < 2 || (s.data[0] != '{' && s.data[0] != '['))
		return false;
	struct span next = span_trim(span_from(s, 1));
	return s.data[1] != '"' && next.len &&
		(next.data[0] == '"' || next.data[0] == '{');
}

/* A message in a string can hold an excerpt too, and colours. */
static void
add_text(struct flatten *p, struct span text)
{
	struct span line;
	while (span_cut(&text, '\n', &line))
		add_line(p, line);
	key_values_end(&p->values, &p->to);
}

void
flatten_text(struct buf *to, const struct record *record,
	const struct shapes *shapes)
{
	own(buf) struct buf text = { 0 };
	strip_colours(&text, buf_span(&record->text));
	if (!text.len)
		return;
	undo_rsyslog(&text);
	struct flatten p = { .record = record, .to = { shapes, to } };
	struct span s = buf_span(&text);
	enum log_prefix_kind log_prefix;
	struct span rest = span_from(s, log_prefix_of(s, &log_prefix)), first;
	(void)span_cut(&rest, '\n', &first);
	if (line_shape_of(shapes, first, SIZE_MAX).kind == SHAPE_QUERY) {
		/* Its parameters are what a visitor typed. */
		buf_add_span(to, span_first(first, QUERY_SHOWN));
		buf_add_char(to, '\n');
	} else if (is_json_block(s)) {
		(void)fields_add_json(&p.to, s);
	} else {
		add_text(&p, s);
	}
	key_values_free(&p.values);
	if (memchr(buf_str(to), '\x1b', to->len)) {
		buf_reset(&text);
		strip_colours(&text, buf_span(to));
		buf_reset(to);
		buf_add_span(to, buf_span(&text));
	}
}
