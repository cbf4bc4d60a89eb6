#include "config.h"
#include "eyes/match/flatten.h"

#include "base/escape.h"
#include "base/json.h"
#include "eyes/match/fields.h"
#include "eyes/match/key-values.h"
#include "eyes/records/line-prefix.h"
#include "eyes/format/log-prefix.h"
#include "eyes/records/line-shape.h"

/* Bytes of a logged query that rules see. */
#define QUERY_SHOWN 80u

struct flatten {
	const struct record *record;
	struct fields to;
	struct key_values values;
	/* Whether the line stands behind a call and before its fault; the
	 * indentation is that of the call. */
	bool excerpt;
	/* Whether it stands in the call's arguments, printed as an object. */
	bool object;
	/* Whether arguments follow the marked line of the excerpt. */
	bool args;
	size_t indent;
};

/* rsyslog writes a newline as #012 and a tab as #011, so that a message of
 * several lines is one line of its log. */
static bool
is_rsyslogs(struct span s)
{
	return span_find(s, SPAN("#012")) >= 0 && !memchr(s.data, '\n', s.len);
}

static void
undo_rsyslog(struct buf *to, struct span s)
{
	ptrdiff_t at;
	while ((at = span_find(s, SPAN("#01"))) >= 0) {
		struct span rest = span_from(s, (size_t)at + 3);
		buf_add_span(to, span_first(s, (size_t)at));
		bool line = span_starts(rest, SPAN("2"));
		bool tab = span_starts(rest, SPAN("1"));
		buf_add_str(to, line ? "\n" : tab ? "\t" : "#01");
		s = span_from(rest, line || tab);
	}
	buf_add_span(to, s);
}

/* The line without what stands before every line of the record. A line prefix
 * that no second line confirmed may be words of the first, and stays. */
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

/* Whether the line is the fault although it is indented like the excerpt, as
 * some versions print it. What follows arguments may be a visitor's text and is
 * never taken for the fault. */
static bool
is_indented_fault(const struct flatten *f, struct span s, size_t indent)
{
	return !f->args && indent == f->indent + 2 &&
		shapes_fit(f->to.shapes, FORM_FAULT, s);
}

/* Whether the line belongs to what stands between a call and its fault: an
 * excerpt of the app's source, or the arguments of the call. Both can hold any
 * text, also that of a fault, so rules do not see them (promise 2). */
static bool
is_excerpt(struct flatten *f, struct span line)
{
	struct line_shape shape = line_shape_of(f->to.shapes, line, SIZE_MAX);
	struct span s = span_trim(line);
	if (!s.len)
		return true;
	if (f->object) {
		f->object =
			shape.kind != SHAPE_CLOSER || shape.indent > f->indent;
		return true;
	}
	if (span_is(s, "{")) {
		f->object = true;
		return true;
	}
	if (is_indented_fault(f, s, shape.indent))
		return false;
	if (shape.kind == SHAPE_MARK)
		f->args = !span_ends(s, SPAN("("));
	return shape.kind == SHAPE_MARK || shape.kind == SHAPE_LOCATION ||
		shape.kind == SHAPE_CLOSER || shape.kind == SHAPE_CARET ||
		is_numbered(s) || shape.indent > f->indent;
}

/* Adds a line with an object in it: the text before the object, the values of
 * the object, and the text behind it. False if the line has none. */
static bool
add_json_line(struct flatten *f, struct span line)
{
	ptrdiff_t at = span_find(line, SPAN("{\""));
	if (at < 0)
		return false;
	struct span s = span_trim(line);
	/* The object of a logger stands at the end of its line, unless the line
	 * was cut off. */
	if (s.data[s.len - 1] != '}' && at > 0 && !f->record->cut &&
		span_find(span_from(line, (size_t)at), SPAN("},")) < 0)
		return false;
	if (at > 0)
		fields_add_line(&f->to, span_first(line, (size_t)at));
	struct span json = span_from(line, (size_t)at);
	size_t used = fields_add_json(&f->to, json);
	struct span rest = span_trim(span_from(json, used));
	if (rest.len)
		key_values_line(&f->values, &f->to, rest);
	return true;
}

/* Adds a message whose newlines were escaped by a logger that puts no quotes
 * around it. Behind a quote or in a URL such text is not the program's own
 * line. False if the line is none. */
static bool
add_escaped_line(struct flatten *f, struct span line)
{
	ptrdiff_t at = line_shape_embedded(f->to.shapes, line, SPAN("\\n"));
	if (at < 0)
		return false;
	for (size_t i = 0; i < (size_t)at; i++)
		if (strchr("\"'?=", line.data[i]))
			return false;
	fields_new_line(&f->to);
	struct buf *to = f->to.to;
	buf_add_span(to, span_first(line, (size_t)at));
	json_unescape(to, span_from(line, (size_t)at));
	buf_add_char(to, '\n');
	return true;
}

static void
add_line(struct flatten *f, struct span line)
{
	line = without_prefixes(f->record, line);
	if (line_shape_call(f->to.shapes, line) >= 0) {
		key_values_end(&f->values, &f->to);
		fields_add_line(&f->to, line);
		f->excerpt = true;
		f->object = f->args = false;
		f->indent = line_shape_indent(line);
		return;
	}
	if (f->excerpt && is_excerpt(f, line))
		return;
	f->excerpt = false;
	if (!add_escaped_line(f, line) && !add_json_line(f, line))
		key_values_line(&f->values, &f->to, line);
}

/* Whether the record is one object over several lines, the first of which is a
 * brace alone. */
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

static void
add_text(struct flatten *f, struct span text)
{
	struct span line;
	while (span_cut(&text, '\n', &line))
		add_line(f, line);
	key_values_end(&f->values, &f->to);
}

void
flatten_text(struct buf *to, const struct record *record,
	const struct shapes *shapes)
{
	own(buf) struct buf text = { 0 };
	struct flatten f = { .record = record, .to = { shapes, to } };
	struct span s = buf_span(&record->text);
	if (s.len && memchr(s.data, '\x1b', s.len)) {
		strip_colours(&text, s);
		s = buf_span(&text);
	}
	if (!s.len)
		return;
	if (is_rsyslogs(s)) {
		struct buf lines = { 0 };
		undo_rsyslog(&lines, s);
		buf_free(&text);
		text = lines;
		s = buf_span(&text);
	}
	enum log_prefix_kind log_prefix;
	struct span rest = span_from(s, log_prefix_of(s, &log_prefix)), first;
	(void)span_cut(&rest, '\n', &first);
	if (line_shape_of(shapes, first, SIZE_MAX).kind == SHAPE_QUERY) {
		/* The parameters of a query are what visitors typed: rules see
		 * its beginning alone. */
		buf_add_span(to, span_first(first, QUERY_SHOWN));
		buf_add_char(to, '\n');
	} else if (is_json_block(s)) {
		(void)fields_add_json(&f.to, s);
	} else {
		add_text(&f, s);
	}
	key_values_free(&f.values);
	/* A value in a string may have had escaped colours. */
	if (memchr(buf_str(to), '\x1b', to->len)) {
		buf_reset(&text);
		strip_colours(&text, buf_span(to));
		buf_reset(to);
		buf_add_span(to, buf_span(&text));
	}
}
