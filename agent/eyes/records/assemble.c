#include "config.h"
#include "eyes/records/assemble.h"

#include <stdlib.h>

#include "base/escape.h"
#include "eyes/records/line-prefix.h"
#include "eyes/format/log-prefix.h"
#include "eyes/records/line-shape.h"
#include "eyes/records/record-states.h"

/* A logged query whose end is missing must end somewhere. */
#define LINES_MAX 2000u

struct assemble {
	const struct shapes *shapes;
	enum record_state state;
	struct record
		records[2]; /* the open one, and the one that was just closed */
	unsigned current;
	struct buf stripped; /* the line without colours */
	struct buf last; /* the line before, without colours and log prefix */
	/* The shape of the line that is fed, as the first of a record. */
	struct line_shape shape;
	bool shape_known;
	bool more_expected;
	size_t indent;     /* of the record's first line with its line prefix */
	uint32_t physical; /* physical lines so far, blank ones too */
};

struct assemble *
assemble_new(const struct shapes *shapes)
{
	struct assemble *a = xcalloc(1, sizeof(*a));
	a->shapes = shapes;
	return a;
}

void
assemble_free(struct assemble *a)
{
	if (!a)
		return;
	buf_free(&a->records[0].text);
	buf_free(&a->records[1].text);
	buf_free(&a->stripped);
	buf_free(&a->last);
	free(a);
}

void
assemble_reset(struct assemble *a)
{
	a->state = CLOSED;
}

const struct record *
assemble_open(const struct assemble *a)
{
	return a->state == CLOSED ? NULL : &a->records[a->current];
}

bool
assemble_is_whole(const struct assemble *a)
{
	return a->state == WHOLE;
}

const struct record *
assemble_close(struct assemble *a)
{
	const struct record *open = assemble_open(a);
	a->state = CLOSED;
	a->current = !a->current;
	return open;
}

/* The line as transitions see it, without colours and log prefix. */
static struct span
body_of(struct assemble *a, struct span line, enum log_prefix_kind *log_prefix)
{
	if (line.len && memchr(line.data, '\x1b', line.len)) {
		buf_reset(&a->stripped);
		strip_colours(&a->stripped, line);
		line = buf_span(&a->stripped);
	}
	return span_from(line, log_prefix_of(line, log_prefix));
}

static void
set_line_prefix(struct record *r, struct span prefix)
{
	r->line_prefix_len = prefix.len;
	if (prefix.len)
		memcpy(r->line_prefix, prefix.data, prefix.len);
}

/* Whether the call belongs to the open record: the line before must expect
 * more. If something stands before the call in its line, the line before must
 * have it too, and it is the line prefix of the record. */
static bool
takes_call(struct assemble *a, struct span body)
{
	struct record *r = &a->records[a->current];
	struct span prefix = r->line_prefix_len
		? SPAN_NONE
		: line_prefix_of(a->shapes, body);
	if (!prefix.len)
		return a->more_expected;
	struct span last = buf_span(&a->last);
	ssize_t skip = line_prefix_skip(prefix, last);
	if (skip < 0 ||
		!line_shape_expects_more(
			a->shapes, span_from(last, (size_t)skip)))
		return false;
	set_line_prefix(r, prefix);
	r->base = 0;
	r->line_prefix_sure = true;
	return true;
}

/* The state after the line, where the table alone cannot tell: indentation,
 * open brackets and what the line before expects count too. */
static enum record_state
refine(struct assemble *a, enum record_state next,
	const struct line_shape *shape, struct span body)
{
	const struct record *r = &a->records[a->current];
	bool deep = shape->indent > r->base;
	switch (next) {
	case CALLED:
		if (shape->kind != SHAPE_CALL)
			return next;
		if (!deep && !takes_call(a, body))
			return CLOSED;
		return deep ? CALLED_DEEP : CALLED;
	case TEXT_BLANK:
		return a->more_expected ? next : CLOSED;
	case FAULT:
		/* A fault may have a second line if the first one expects it;
		 * any other line of text is the next message. */
		if (a->state == FAULT && shape->kind == SHAPE_TEXT &&
			!a->more_expected)
			return CLOSED;
		return shape->opens ? BRACES : next;
	case TEXT:
	case CALLED_DEEP:
		return shape->opens ? BRACES : next;
	case BRACES:
		return deep || shape->kind == SHAPE_BLANK ? next : CLOSED;
	case WHOLE:
		return shape->kind == SHAPE_CLOSER && shape->opens ? BRACES
								   : next;
	default:
		return next;
	}
}

/* Removes the line prefix from a line; false if the line has another, so that
 * it belongs to another record. The second line tells whether the prefix of the
 * first is every line's: if not, it was words of the first, and a heading
 * behind them was somebody's quotation. */
static bool
skip_line_prefix(struct assemble *a, struct span *body)
{
	struct record *r = &a->records[a->current];
	ssize_t skip = line_prefix_skip(record_line_prefix(r), *body);
	if (skip < 0 && r->line_prefix_sure)
		return false;
	r->line_prefix_sure = skip >= 0;
	if (skip >= 0) {
		*body = span_from(*body, (size_t)skip);
		return true;
	}
	r->line_prefix_len = 0;
	r->base = a->indent;
	if ((a->state == PARAGRAPH && span_trim(*body).len) || a->state == LIST)
		a->state = TEXT;
	return true;
}

static enum record_state
next_state(
	struct assemble *a, struct span *body, enum log_prefix_kind log_prefix)
{
	struct record *r = &a->records[a->current];
	const char *whole = body->data;
	if (a->state == CLOSED || a->physical >= LINES_MAX)
		return CLOSED;
	/* A log prefix of another kind: another program's line, or a message
	 * with a time of its own. */
	if (log_prefix != LOG_PREFIX_NONE && log_prefix != r->log_prefix)
		return CLOSED;
	if (r->line_prefix_len && !skip_line_prefix(a, body))
		return CLOSED;
	struct line_shape shape = line_shape_of(a->shapes, *body, r->base);
	/* One that is not indented has the same shape alone. */
	a->shape = shape;
	a->shape_known = body->data == whole && shape.indent <= r->base;
	return refine(
		a, record_states_next(a->state, shape.kind), &shape, *body);
}

/* Begins a record with the line; returns its state. */
static enum record_state
begin(struct assemble *a, const struct line *line, struct span body,
	enum log_prefix_kind log_prefix)
{
	struct record *r = &a->records[a->current];
	struct buf text = r->text;
	buf_reset(&text);
	struct line_shape shape = a->shape_known
		? a->shape
		: line_shape_of(a->shapes, body, SIZE_MAX);
	*r = (struct record){
		.stream = line->stream,
		.offset = line->offset,
		.first_ns = line->time_ns,
		.log_prefix = log_prefix,
		.base = shape.indent,
		.text = text,
	};
	r->line_prefix_sure = false;
	a->physical = 0;
	a->indent = shape.indent;
	set_line_prefix(r, line_prefix_of(a->shapes, body));
	if (r->line_prefix_len) {
		shape = line_shape_of(a->shapes,
			span_from(body, r->line_prefix_len), SIZE_MAX);
		r->base = 0;
	}
	enum record_state state = record_states_first(shape.kind);
	if (shape.kind == SHAPE_QUERY && shape.done)
		return WHOLE;
	if (shape.opens && (state == TEXT || shape.kind == SHAPE_JSON))
		return BRACES;
	return state;
}

/* Adds the line to the record. Blank lines at the end of a record are not
 * counted among its lines. */
static void
append(struct assemble *a, const struct line *line, struct span body)
{
	struct record *r = &a->records[a->current];
	if (a->physical)
		buf_add_char(&r->text, '\n');
	buf_add_span(&r->text, line->text);
	r->end = line->end;
	r->last_ns = line->time_ns;
	a->physical += line->physical;
	if (span_trim(body).len)
		r->lines = a->physical;
	r->cut |= line->cut;
	r->hit |= line->hit;
	a->more_expected = line_shape_expects_more(a->shapes, body);
	buf_reset(&a->last);
	buf_add_span(&a->last, span_first(body, 2 * LINE_PREFIX_MAX));
}

const struct record *
assemble_feed(struct assemble *a, const struct line *line)
{
	enum log_prefix_kind log_prefix;
	struct span body = body_of(a, line->text, &log_prefix);
	struct span whole = body;
	const struct record *closed = NULL;
	struct record *open = &a->records[a->current];
	bool sure = open->line_prefix_sure;
	a->shape_known = false;
	enum record_state next = next_state(a, &body, log_prefix);
	/* Whatever the outside can make long has a limit (RECORD_KEPT), and the
	 * cut is told. */
	if (next != CLOSED &&
		open->text.len + 1 + line->text.len > RECORD_KEPT) {
		open->cut = true;
		next = CLOSED;
	}
	if (next == CLOSED) {
		/* What the line before has in common with the first line of the
		 * next record tells nothing. */
		open->line_prefix_sure = sure;
		closed = assemble_close(a);
		body = whole;
		next = begin(a, line, body, log_prefix);
	}
	a->state = next;
	append(a, line, body);
	return closed;
}
