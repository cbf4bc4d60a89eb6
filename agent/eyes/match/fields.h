/* Named values in a log message, and which of them a program wrote about
 * itself. What a visitor sent (a body, a URL, a comment) proves nothing. It
 * must not look like a line of the program's own, or a request could open an
 * incident (promise 2). */
#pragma once

#include "base/buf.h"
#include "rule/shapes.h"

/* Where values go, and the shapes that tell which is which; both are
 * borrowed. */
struct fields {
	const struct shapes *shapes;
	struct buf *to;
};

/* Adds a value: the lines of a message as lines, any other value as `key:
 * value` on one line, a foreign value not at all. */
void fields_add(const struct fields *f, struct span key, struct span value);
/* Adds the values of a JSON object or array, which may be cut off; returns how
 * many of its bytes were understood. */
size_t fields_add_json(const struct fields *f, struct span json);
/* Adds a line of text as it is. */
void fields_add_line(const struct fields *f, struct span line);
/* Begins a line unless one has just begun. */
void fields_new_line(const struct fields *f);
/* What the key, written in any case, says about its value. */
enum value_kind fields_kind(const struct fields *f, struct span key);
