/* What an open record is, and which shape of line goes on it. */
#pragma once

#include "eyes/records/line-shape.h"

enum record_state {
	CLOSED, /* in the table: the line does not belong */
	WHOLE,
	TEXT,
	TEXT_BLANK,   /* a blank line behind one that promised more */
	SOURCE_NAMED, /* node's `file:line` before an uncaught error */
	SOURCE_SHOWN,
	SOURCE_MARKED,
	SOURCE_BLANK,
	CALLED,      /* Prisma: before the fault line */
	CALLED_DEEP, /* the same inside an indented block */
	FAULT,
	FAULT_BLANK,
	BRACES, /* util.inspect or JSON over several lines */
	QUERY,
	PARAGRAPH,
	PARAGRAPH_BLANK,
	LIST,
	TRACE,
	DUMP,
	RECORD_STATES
};

/* The state of a record that a line of this shape begins. */
enum record_state transitions_first(enum line_shape_kind shape);
/* The state after a further line; CLOSED if it does not belong to the record.
 */
enum record_state
transitions_next(enum record_state state, enum line_shape_kind shape);
