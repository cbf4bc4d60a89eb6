/* What a line looks like, as far as records are concerned. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum line_shape_kind {
	SHAPE_BLANK,
	SHAPE_INDENTED,   /* deeper than the record's first line */
	SHAPE_JSON,       /* a whole object, a record by itself */
	SHAPE_CLOSER,     /* begins with } ] or ) */
	SHAPE_INVOCATION, /* ends in: Invalid `...` invocation in */
	SHAPE_ARROW,      /* the marked line of a source excerpt */
	SHAPE_LOCATION,   /* path:line, alone */
	SHAPE_CARET,      /* ^ under a source line */
	SHAPE_QUERY,      /* a logged query with parameters */
	SHAPE_QUERY_END,  /* ... and their end */
	SHAPE_CLI,        /* `Error: P3009`, the Prisma CLI's paragraphs */
	SHAPE_LIST,       /* `Following migration have failed:` */
	SHAPE_TRACEBACK,  /* Python */
	SHAPE_PANIC,      /* Go */
	SHAPE_GOFRAME,
	SHAPE_CAUSE,  /* Caused by:, Stack trace:, #0 */
	SHAPE_DETAIL, /* PostgreSQL's DETAIL, HINT, STATEMENT */
	SHAPE_ADVICE, /* Please make sure your database server ... */
	SHAPE_ERROR,  /* SomeError: and nothing more */
	SHAPE_TEXT,
	SHAPES
};

struct line_shape {
	enum line_shape_kind kind;
	size_t indent;
	bool opens;        /* ends with { [ or ( */
	bool done;         /* a logged query with all its parameters */
	bool expects_more; /* ends as if more should follow: a colon or a blank
			    */
};

/* `line` is without colours and log prefix; `base` is the indentation of the
 * record's first line, or SIZE_MAX for a line that begins one. */
struct line_shape line_shape_of(struct span line, size_t base);
/* Offset of "Invalid " in a line that ends in an invocation, or -1. */
ptrdiff_t line_shape_invocation(struct span line);
/* Offset where a paragraph of the Prisma CLI begins, or -1. */
ptrdiff_t line_shape_paragraph(struct span line);
