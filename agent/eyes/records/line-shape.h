/* What a line looks like, as far as records are concerned. Marks that every
 * program shares (indentation, brackets, `file:line`) are told here; words come
 * from the shapes files (rule/shapes.h). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "rule/form.h"
#include "rule/shapes.h"

enum line_shape_kind {
	SHAPE_BLANK,
	SHAPE_INDENTED, /* deeper than the record's first line */
	SHAPE_JSON,     /* a whole object, a record by itself */
	SHAPE_CLOSER,   /* begins with } ] or ) */
	SHAPE_LOCATION, /* path:line and nothing else */
	SHAPE_CARET,    /* points at a column of the line above */
	/* The following are told by their words (enum form_kind). */
	SHAPE_CALL,
	SHAPE_MARK,
	SHAPE_QUERY,
	SHAPE_QUERY_END,
	SHAPE_PARAGRAPH,
	SHAPE_LIST,
	SHAPE_TRACE,
	SHAPE_DUMP,
	SHAPE_FRAME, /* also `package.function(...)` */
	SHAPE_CAUSE,
	SHAPE_DETAIL,
	SHAPE_ADVICE,
	SHAPE_ERROR,
	SHAPE_TEXT, /* none of them */
	SHAPES
};

struct line_shape {
	enum line_shape_kind kind;
	size_t indent;
	bool opens; /* ends with { [ or ( */
	bool done;  /* a logged query ends here */
};

/* Tells the shape of a line without colours and log prefix. `base` is the
 * indentation of the record's first line, or SIZE_MAX for a line that begins a
 * record. */
struct line_shape
line_shape_of(const struct shapes *shapes, struct span line, size_t base);
size_t line_shape_indent(struct span line);
/* Whether the line ends as if more should follow: in a colon or a blank, or
 * because it announces more. */
bool line_shape_expects_more(const struct shapes *shapes, struct span line);
/* Offset where the message begins in a line that names a call, or -1. */
ptrdiff_t line_shape_call(const struct shapes *shapes, struct span line);
/* Offset of the first embedded line in a text whose newlines are written as
 * `newline`, its newline included, or -1. */
ptrdiff_t line_shape_embedded(
	const struct shapes *shapes, struct span text, struct span newline);
/* Offset where the heading of a list or of paragraphs begins, or -1. */
ptrdiff_t line_shape_heading(const struct shapes *shapes, struct span line);
