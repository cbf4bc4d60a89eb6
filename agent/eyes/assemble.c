#include "config.h"
#include "eyes/assemble.h"

#include <stdlib.h>

#include "base/escape.h"

enum state {
	CLOSED, /* in the table: the line does not belong */
	WHOLE,
	TEXT,
	LED_BLANK,    /* a blank line behind one that promised more */
	SOURCE_NAMED, /* node's `file:line` before an uncaught error */
	SOURCE_SHOWN,
	SOURCE_MARKED,
	SOURCE_BLANK,
	INVOKED,      /* Prisma: before the fault line */
	INVOKED_DEEP, /* the same inside an indented block */
	FAULT,
	FAULT_BLANK,
	BRACES, /* util.inspect or JSON over several lines */
	QUERY,
	CLI,
	CLI_BLANK,
	LIST,
	TRACE,
	GO,
	STATES
};

/* A query log with values that hold newlines ends somewhere. */
#define LINES_MAX 2000u

#define STARTS_TEXT                                                           \
	[SHAPE_INDENTED] = TEXT, [SHAPE_CLOSER] = TEXT, [SHAPE_ARROW] = TEXT, \
	[SHAPE_CARET] = TEXT, [SHAPE_QUERY_END] = TEXT,                       \
	[SHAPE_GOFRAME] = TEXT, [SHAPE_CAUSE] = TEXT, [SHAPE_DETAIL] = TEXT,  \
	[SHAPE_ADVICE] = TEXT, [SHAPE_ERROR] = TEXT, [SHAPE_TEXT] = TEXT

static const enum state starts[SHAPES] = {
	STARTS_TEXT,
	[SHAPE_BLANK] = WHOLE,
	[SHAPE_JSON] = WHOLE,
	[SHAPE_INVOCATION] = INVOKED,
	[SHAPE_LOCATION] = SOURCE_NAMED,
	[SHAPE_QUERY] = QUERY,
	[SHAPE_CLI] = CLI,
	[SHAPE_LIST] = LIST,
	[SHAPE_TRACEBACK] = TRACE,
	[SHAPE_PANIC] = GO,
};

/* What is not listed closes the record. */
static const enum state steps[STATES][SHAPES] = {
	[TEXT] = {
		[SHAPE_INDENTED] = TEXT,
		[SHAPE_CAUSE] = TEXT,
		[SHAPE_DETAIL] = TEXT,
		[SHAPE_CARET] = TEXT,
		[SHAPE_BLANK] = LED_BLANK,
		[SHAPE_INVOCATION] = INVOKED,
	},
	[LED_BLANK] = {
		[SHAPE_INVOCATION] = INVOKED,
	},
	[SOURCE_NAMED] = {
		[SHAPE_INDENTED] = SOURCE_SHOWN,
		[SHAPE_CLOSER] = SOURCE_SHOWN,
		[SHAPE_GOFRAME] = SOURCE_SHOWN,
		[SHAPE_TEXT] = SOURCE_SHOWN,
	},
	[SOURCE_SHOWN] = {
		[SHAPE_CARET] = SOURCE_MARKED,
		[SHAPE_INDENTED] = TEXT,
	},
	[SOURCE_MARKED] = {
		[SHAPE_BLANK] = SOURCE_BLANK,
		[SHAPE_INDENTED] = TEXT,
		[SHAPE_TEXT] = TEXT,
		[SHAPE_ERROR] = TEXT,
	},
	[SOURCE_BLANK] = {
		[SHAPE_INDENTED] = TEXT,
		[SHAPE_TEXT] = TEXT,
		[SHAPE_ERROR] = TEXT,
		[SHAPE_CLI] = TEXT,
	},
	[INVOKED] = {
		[SHAPE_BLANK] = INVOKED,
		[SHAPE_INDENTED] = INVOKED,
		[SHAPE_ARROW] = INVOKED,
		[SHAPE_LOCATION] = INVOKED,
		[SHAPE_CARET] = INVOKED,
		[SHAPE_CLOSER] = INVOKED,
		[SHAPE_GOFRAME] = FAULT,
		[SHAPE_ADVICE] = FAULT,
		[SHAPE_TEXT] = FAULT,
	},
	[INVOKED_DEEP] = {
		[SHAPE_BLANK] = INVOKED_DEEP,
		[SHAPE_INDENTED] = INVOKED_DEEP,
		[SHAPE_ARROW] = INVOKED_DEEP,
		[SHAPE_CARET] = INVOKED_DEEP,
		[SHAPE_CLOSER] = WHOLE,
		[SHAPE_INVOCATION] = INVOKED_DEEP,
	},
	[FAULT] = {
		[SHAPE_INDENTED] = FAULT,
		[SHAPE_ARROW] = FAULT,
		[SHAPE_BLANK] = FAULT_BLANK,
		[SHAPE_CAUSE] = FAULT,
		[SHAPE_ADVICE] = FAULT,
		[SHAPE_TEXT] = FAULT,
	},
	[FAULT_BLANK] = {
		[SHAPE_BLANK] = FAULT_BLANK,
		[SHAPE_INDENTED] = FAULT,
		[SHAPE_ARROW] = INVOKED,
		[SHAPE_ADVICE] = FAULT,
	},
	[BRACES] = {
		[SHAPE_BLANK] = BRACES,
		[SHAPE_INDENTED] = BRACES,
		[SHAPE_CLOSER] = WHOLE,
		[SHAPE_ARROW] = BRACES,
		[SHAPE_CARET] = BRACES,
		[SHAPE_QUERY_END] = BRACES,
		[SHAPE_INVOCATION] = INVOKED,
	},
	[QUERY] = {
		[SHAPE_BLANK] = QUERY,
		[SHAPE_INDENTED] = QUERY,
		[SHAPE_CLOSER] = QUERY,
		[SHAPE_INVOCATION] = QUERY,
		[SHAPE_ARROW] = QUERY,
		[SHAPE_LOCATION] = QUERY,
		[SHAPE_CARET] = QUERY,
		[SHAPE_QUERY_END] = WHOLE,
		[SHAPE_CLI] = QUERY,
		[SHAPE_LIST] = QUERY,
		[SHAPE_TRACEBACK] = QUERY,
		[SHAPE_PANIC] = QUERY,
		[SHAPE_GOFRAME] = QUERY,
		[SHAPE_CAUSE] = QUERY,
		[SHAPE_DETAIL] = QUERY,
		[SHAPE_ADVICE] = QUERY,
		[SHAPE_ERROR] = QUERY,
		[SHAPE_TEXT] = QUERY,
	},
	[CLI] = {
		[SHAPE_BLANK] = CLI_BLANK,
		[SHAPE_INDENTED] = CLI,
		[SHAPE_CLOSER] = CLI,
		[SHAPE_ARROW] = CLI,
		[SHAPE_LOCATION] = CLI,
		[SHAPE_CARET] = CLI,
		[SHAPE_GOFRAME] = CLI,
		[SHAPE_CAUSE] = CLI,
		[SHAPE_DETAIL] = CLI,
		[SHAPE_ADVICE] = CLI,
		[SHAPE_TEXT] = CLI,
	},
	[CLI_BLANK] = {
		[SHAPE_BLANK] = WHOLE,
		[SHAPE_INDENTED] = CLI,
		[SHAPE_CLOSER] = CLI,
		[SHAPE_ARROW] = CLI,
		[SHAPE_GOFRAME] = CLI,
		[SHAPE_DETAIL] = CLI,
		[SHAPE_ADVICE] = CLI,
		[SHAPE_TEXT] = CLI,
	},
	[LIST] = {
		[SHAPE_INDENTED] = LIST,
		[SHAPE_TEXT] = LIST,
	},
	[TRACE] = {
		[SHAPE_INDENTED] = TRACE,
		[SHAPE_CARET] = TRACE,
		[SHAPE_ERROR] = TEXT,
		[SHAPE_TEXT] = TEXT,
	},
	[GO] = {
		[SHAPE_BLANK] = GO,
		[SHAPE_INDENTED] = GO,
		[SHAPE_GOFRAME] = GO,
	},
};

struct assemble {
	enum state state;
	struct record records[2]; /* the open one and the one just closed */
	unsigned current;
	struct buf stripped; /* the line without colours */
	struct buf last;     /* the line before, without colours and head */
	bool last_leads;
	bool lead_sure;    /* a second line had it too */
	bool lead_fits;    /* of the line at hand */
	uint32_t physical; /* lines so far, blank ones too */
};

struct assemble *
assemble_new(void)
{
	return xcalloc(1, sizeof(struct assemble));
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

/* The line as the table sees it, without colours and the record's lead. */
static struct span
body_of(struct assemble *a, struct span line, enum head_kind *head)
{
	if (line.len && memchr(line.data, '\x1b', line.len)) {
		buf_reset(&a->stripped);
		strip_colours(&a->stripped, line);
		line = buf_span(&a->stripped);
	}
	return span_from(line, head_of(line, head));
}

/* Without the lead if it is there; lead_fits tells. A lead may have lost its
 * last blank where nothing follows it. */
static struct span
without_lead(struct assemble *a, struct span body)
{
	struct span lead = record_lead(&a->records[a->current]);
	struct span bare = lead;
	while (bare.len && bare.data[bare.len - 1] == ' ')
		bare.len--;
	a->lead_fits = true;
	if (span_starts(body, lead))
		return span_from(body, lead.len);
	if (span_eq(body, bare))
		return span_from(body, bare.len);
	a->lead_fits = false;
	return body;
}

/* What stands before the invocation in a line: `[api] `, `ERR! tracking `. */
static struct span
lead_of(struct span body)
{
	ptrdiff_t at = invocation_at(body);
	struct span lead = span_first(body, at > 0 ? (size_t)at : 0);
	if (!span_trim(lead).len || lead.len > RECORD_LEAD)
		return SPAN_NONE;
	return lead;
}

static void
set_lead(struct record *r, struct span lead)
{
	r->lead_len = lead.len;
	if (lead.len)
		memcpy(r->lead, lead.data, lead.len);
}

/* An invocation goes on what the line before it announced. */
static bool
takes_invocation(struct assemble *a, struct span body)
{
	struct record *r = &a->records[a->current];
	struct span lead = r->lead_len ? SPAN_NONE : lead_of(body);
	if (!lead.len)
		return a->last_leads;
	struct span last = buf_span(&a->last);
	if (!span_starts(last, lead) ||
		!shape_of(span_from(last, lead.len), SIZE_MAX).leads)
		return false;
	set_lead(r, lead);
	r->base = 0;
	a->lead_sure = true;
	return true;
}

static enum state
refine(struct assemble *a, enum state next, const struct shape *shape,
	struct span body)
{
	const struct record *r = &a->records[a->current];
	bool deep = shape->indent > r->base;
	switch (next) {
	case INVOKED:
		if (shape->kind != SHAPE_INVOCATION)
			return next;
		if (!deep && !takes_invocation(a, body))
			return CLOSED;
		return deep ? INVOKED_DEEP : INVOKED;
	case LED_BLANK:
		return a->last_leads ? next : CLOSED;
	case FAULT:
		/* `Error occurred during query execution:` and its second
		 * line; any other is the next message. */
		if (a->state == FAULT && shape->kind == SHAPE_TEXT &&
			!a->last_leads)
			return CLOSED;
		return shape->opens ? BRACES : next;
	case TEXT:
	case INVOKED_DEEP:
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

static enum state
next_state(struct assemble *a, struct span *body, enum head_kind head)
{
	struct record *r = &a->records[a->current];
	if (a->state == CLOSED || a->physical >= LINES_MAX)
		return CLOSED;
	/* Another source of lines, or a message with a time of its own. */
	if (head != HEAD_NONE && head != r->head)
		return CLOSED;
	if (r->lead_len) {
		*body = without_lead(a, *body);
		if (!a->lead_fits && a->lead_sure)
			return CLOSED;
		if (!a->lead_fits)
			r->lead_len = 0;
		a->lead_sure = a->lead_fits;
	}
	struct shape shape = shape_of(*body, r->base);
	return refine(a, steps[a->state][shape.kind], &shape, *body);
}

static enum state
begin(struct assemble *a, const struct line *line, struct span body,
	enum head_kind head)
{
	struct record *r = &a->records[a->current];
	struct buf text = r->text;
	buf_reset(&text);
	struct shape shape = shape_of(body, SIZE_MAX);
	*r = (struct record){
		.stream = line->stream,
		.offset = line->offset,
		.first_ns = line->time_ns,
		.head = head,
		.base = shape.indent,
		.text = text,
	};
	a->lead_sure = false;
	a->physical = 0;
	set_lead(r, lead_of(body));
	if (r->lead_len)
		r->base = 0;
	enum state state = starts[shape.kind];
	if (shape.kind == SHAPE_QUERY && shape.done)
		return WHOLE;
	if (shape.opens && (state == TEXT || shape.kind == SHAPE_JSON))
		return BRACES;
	return state;
}

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
	a->last_leads = shape_of(body, SIZE_MAX).leads;
	buf_reset(&a->last);
	buf_add_span(&a->last, span_first(body, 2 * RECORD_LEAD));
}

const struct record *
assemble_feed(struct assemble *a, const struct line *line)
{
	enum head_kind head;
	struct span body = body_of(a, line->text, &head);
	struct span whole = body;
	const struct record *closed = NULL;
	enum state next = next_state(a, &body, head);
	struct record *open = &a->records[a->current];
	if (next != CLOSED &&
		open->text.len + 1 + line->text.len > RECORD_KEPT) {
		open->cut = true;
		next = CLOSED;
	}
	if (next == CLOSED) {
		closed = assemble_close(a);
		body = whole;
		next = begin(a, line, body, head);
	}
	a->state = next;
	append(a, line, body);
	return closed;
}
