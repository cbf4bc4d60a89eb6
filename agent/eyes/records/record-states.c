#include "config.h"
#include "eyes/records/record-states.h"

#define STARTS_TEXT                                                           \
	[SHAPE_INDENTED] = TEXT, [SHAPE_CLOSER] = TEXT, [SHAPE_MARK] = TEXT,  \
	[SHAPE_CARET] = TEXT, [SHAPE_QUERY_END] = TEXT, [SHAPE_FRAME] = TEXT, \
	[SHAPE_CAUSE] = TEXT, [SHAPE_DETAIL] = TEXT, [SHAPE_ADVICE] = TEXT,   \
	[SHAPE_ERROR] = TEXT, [SHAPE_TEXT] = TEXT

/* The state of a record after its first line. A line that continues nothing
 * begins a message of its own. */
static const enum record_state starts[SHAPES] = {
	STARTS_TEXT,
	[SHAPE_BLANK] = WHOLE,
	[SHAPE_JSON] = WHOLE,
	[SHAPE_CALL] = CALLED,
	[SHAPE_LOCATION] = SOURCE_NAMED,
	[SHAPE_QUERY] = QUERY,
	[SHAPE_PARAGRAPH] = PARAGRAPH,
	[SHAPE_LIST] = LIST,
	[SHAPE_TRACE] = TRACE,
	[SHAPE_DUMP] = DUMP,
};

/* The state of a record after a further line. What is not listed closes the
 * record. No row lists SHAPE_JSON: the way back to where a record begins
 * (record-walk.c) relies on objects that continue nothing. */
static const enum record_state steps[RECORD_STATES][SHAPES] = {
	/* Any message. What is indented belongs to it: stack traces of Node,
	 * Java, Ruby, .NET. */
	[TEXT] = {
		[SHAPE_INDENTED] = TEXT,
		[SHAPE_CAUSE] = TEXT,
		[SHAPE_DETAIL] = TEXT,
		[SHAPE_CARET] = TEXT,
		[SHAPE_ADVICE] = TEXT,
		[SHAPE_BLANK] = TEXT_BLANK,
		[SHAPE_CALL] = CALLED,
	},
	[TEXT_BLANK] = {
		[SHAPE_CALL] = CALLED,
		[SHAPE_ADVICE] = TEXT,
	},
	/* Node, before an uncaught error: place, source, caret, blank line,
	 * error. */
	[SOURCE_NAMED] = {
		[SHAPE_INDENTED] = SOURCE_SHOWN,
		[SHAPE_CLOSER] = SOURCE_SHOWN,
		[SHAPE_FRAME] = SOURCE_SHOWN,
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
		[SHAPE_PARAGRAPH] = TEXT,
	},
	/* A call, then an excerpt of source or blank lines, then the fault. */
	[CALLED] = {
		[SHAPE_BLANK] = CALLED,
		[SHAPE_INDENTED] = CALLED,
		[SHAPE_MARK] = CALLED,
		[SHAPE_LOCATION] = CALLED,
		[SHAPE_CARET] = CALLED,
		[SHAPE_CLOSER] = CALLED,
		[SHAPE_FRAME] = FAULT,
		[SHAPE_ADVICE] = FAULT,
		[SHAPE_TEXT] = FAULT,
	},
	[CALLED_DEEP] = {
		[SHAPE_BLANK] = CALLED_DEEP,
		[SHAPE_INDENTED] = CALLED_DEEP,
		[SHAPE_MARK] = CALLED_DEEP,
		[SHAPE_CARET] = CALLED_DEEP,
		[SHAPE_CLOSER] = WHOLE,
		[SHAPE_CALL] = CALLED_DEEP,
	},
	/* The fault, and further lines where it announces some (assemble.c). */
	[FAULT] = {
		[SHAPE_INDENTED] = FAULT,
		[SHAPE_MARK] = FAULT,
		[SHAPE_BLANK] = FAULT_BLANK,
		[SHAPE_CAUSE] = FAULT,
		[SHAPE_ADVICE] = FAULT,
		[SHAPE_TEXT] = FAULT,
	},
	[FAULT_BLANK] = {
		[SHAPE_BLANK] = FAULT_BLANK,
		[SHAPE_INDENTED] = FAULT,
		[SHAPE_MARK] = CALLED,
		[SHAPE_ADVICE] = FAULT,
	},
	/* An object over several lines, up to its closing brace. */
	[BRACES] = {
		[SHAPE_BLANK] = BRACES,
		[SHAPE_INDENTED] = BRACES,
		[SHAPE_CLOSER] = WHOLE,
		[SHAPE_MARK] = BRACES,
		[SHAPE_CARET] = BRACES,
		[SHAPE_QUERY_END] = BRACES,
		[SHAPE_CALL] = CALLED,
	},
	/* Parameters are what visitors typed. Every line belongs to them, up to
	 * the end: none of it may look like a message (promise 2). */
	[QUERY] = {
		[SHAPE_BLANK] = QUERY,
		[SHAPE_INDENTED] = QUERY,
		[SHAPE_CLOSER] = QUERY,
		[SHAPE_CALL] = QUERY,
		[SHAPE_MARK] = QUERY,
		[SHAPE_LOCATION] = QUERY,
		[SHAPE_CARET] = QUERY,
		[SHAPE_QUERY_END] = WHOLE,
		[SHAPE_PARAGRAPH] = QUERY,
		[SHAPE_LIST] = QUERY,
		[SHAPE_TRACE] = QUERY,
		[SHAPE_DUMP] = QUERY,
		[SHAPE_FRAME] = QUERY,
		[SHAPE_CAUSE] = QUERY,
		[SHAPE_DETAIL] = QUERY,
		[SHAPE_ADVICE] = QUERY,
		[SHAPE_ERROR] = QUERY,
		[SHAPE_TEXT] = QUERY,
	},
	/* Paragraphs, with a single blank line between them. */
	[PARAGRAPH] = {
		[SHAPE_BLANK] = PARAGRAPH_BLANK,
		[SHAPE_INDENTED] = PARAGRAPH,
		[SHAPE_CLOSER] = PARAGRAPH,
		[SHAPE_MARK] = PARAGRAPH,
		[SHAPE_LOCATION] = PARAGRAPH,
		[SHAPE_CARET] = PARAGRAPH,
		[SHAPE_FRAME] = PARAGRAPH,
		[SHAPE_CAUSE] = PARAGRAPH,
		[SHAPE_DETAIL] = PARAGRAPH,
		[SHAPE_ADVICE] = PARAGRAPH,
		[SHAPE_TEXT] = PARAGRAPH,
	},
	[PARAGRAPH_BLANK] = {
		[SHAPE_BLANK] = WHOLE,
		[SHAPE_INDENTED] = PARAGRAPH,
		[SHAPE_CLOSER] = PARAGRAPH,
		[SHAPE_MARK] = PARAGRAPH,
		[SHAPE_FRAME] = PARAGRAPH,
		[SHAPE_DETAIL] = PARAGRAPH,
		[SHAPE_ADVICE] = PARAGRAPH,
		[SHAPE_TEXT] = PARAGRAPH,
	},
	/* Items, up to a blank line. */
	[LIST] = {
		[SHAPE_INDENTED] = LIST,
		[SHAPE_TEXT] = LIST,
	},
	/* Frames, which are indented, and the error at the end. */
	[TRACE] = {
		[SHAPE_INDENTED] = TRACE,
		[SHAPE_CARET] = TRACE,
		[SHAPE_ERROR] = TEXT,
		[SHAPE_TEXT] = TEXT,
	},
	/* Frames of several threads, with blank lines between them. */
	[DUMP] = {
		[SHAPE_BLANK] = DUMP,
		[SHAPE_INDENTED] = DUMP,
		[SHAPE_FRAME] = DUMP,
	},
};

enum record_state
record_states_first(enum line_shape_kind shape)
{
	return starts[shape];
}

enum record_state
record_states_next(enum record_state state, enum line_shape_kind shape)
{
	return steps[state][shape];
}
