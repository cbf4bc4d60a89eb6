/* The states of an open record, and the shapes of line that continue it in
 * each. */
#pragma once

#include "eyes/records/line-shape.h"

enum record_state {
	CLOSED, /* no record is open; in the table: the line does not belong */
	WHOLE,
	TEXT,
	TEXT_BLANK,   /* a blank line behind one that expects more */
	SOURCE_NAMED, /* Node's `file:line` before an uncaught error */
	SOURCE_SHOWN,
	SOURCE_MARKED,
	SOURCE_BLANK,
	CALLED,      /* behind a call, before its fault */
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

/* The state of a record that begins with a line of this shape. */
enum record_state record_states_first(enum line_shape_kind shape);
/* The state of the record after a further line; CLOSED if the line does not
 * belong to it. */
enum record_state
record_states_next(enum record_state state, enum line_shape_kind shape);
