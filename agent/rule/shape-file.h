/* One file of shapes, NAME.shapes, as it was read (logmend.rules(5)). */
#pragma once

#include "config/ini.h"
#include "rule/form.h"

/* What a line is for the record that it stands in. */
enum form_kind {
	FORM_CALL,         /* names the call that failed; its fault follows */
	FORM_QUERY,        /* a logged query, whose values hold anything */
	FORM_QUERY_END,    /* ends it */
	FORM_PARAGRAPH,    /* heading of paragraphs */
	FORM_LIST,         /* heading of a list */
	FORM_TRACE,        /* heading of a trace that ends in its error */
	FORM_DUMP,         /* heading of frames, with blank lines */
	FORM_FRAME,        /* a frame that is not indented */
	FORM_CAUSE,        /* continues a message */
	FORM_DETAIL,       /* continues a message too */
	FORM_ADVICE,       /* continues it, also behind a blank line */
	FORM_ERROR,        /* a name, whose message is on the next line */
	FORM_MARK,         /* the line that a source excerpt points at */
	FORM_ANNOUNCEMENT, /* more follows */
	FORM_MESSAGE,      /* a message begins, whatever stands before it */
	FORM_FAULT,        /* the fault of a call, indented like its excerpt */
	FORM_EMBEDDED,     /* a value that holds such a line is a message */
	FORM_KINDS
};

struct line_form {
	enum form_kind kind;
	struct form form;
};

/* Names of values, in lower case. */
enum value_names {
	VALUE_NAMES_FOREIGN,      /* what a visitor sent */
	VALUE_NAMES_MESSAGE,      /* a message, an error, a stack */
	VALUE_NAMES_MESSAGE_PART, /* the same, as a part of the name */
	VALUE_NAMES_OTHER_END,    /* an end of a name that is none of them */
	VALUE_LISTS
};

struct shape_file {
	char *name; /* without its folder */
	struct line_form *forms;
	size_t n_forms;
	struct words names[VALUE_LISTS];
	struct words unknown; /* what stands for a capture nobody knows */
};

/* The first mistake is named with file and line. */
int shape_file_read(
	const struct ini *conf, struct shape_file *ret, struct why *why);
void shape_file_free(struct shape_file *f);
