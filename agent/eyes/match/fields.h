/* Named values in a log message, and which of them a program wrote about
 * itself. What a visitor sent (a body, a URL, a comment) proves nothing, so it
 * must not look like a line of the program's own: rules would believe it. */
#pragma once

#include "base/buf.h"
#include "rule/shapes.h"

/* Where values go, and what says which is which; both borrowed. */
struct fields {
	const struct shapes *shapes;
	struct buf *to;
};

/* Adds a value: a message's lines as lines, any other as `key: value` on one
 * line, a foreign one not at all. */
void fields_add(const struct fields *f, struct span key, struct span value);
/* Adds the values of a JSON object or array, which may be cut off; returns how
 * many bytes of it were understood. */
size_t fields_add_json(const struct fields *f, struct span json);
/* Adds a line of text as it is. */
void fields_add_line(const struct fields *f, struct span line);
/* Begins a line unless one has just begun. */
void fields_new_line(const struct fields *f);
/* What the key, in any case, says about its value. */
enum value_kind fields_kind(const struct fields *f, struct span key);
