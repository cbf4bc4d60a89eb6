/* Named values in a log message, and which of them a program wrote about
 * itself. What a visitor sent (a body, a URL, a comment) proves nothing, so it
 * must not look like a line of the program's own. */
#pragma once

#include "base/buf.h"

enum fields_key_kind {
	KEY_VALUE,
	KEY_MESSAGE, /* a message, an error, a stack */
	KEY_FOREIGN, /* what came from outside; also all that is inside it */
};

enum fields_key_kind fields_key_kind(struct span key);

/* Adds a value: a message's lines as lines, any other as `key: value` on one
 * line, a foreign one not at all. */
void fields_add(struct buf *to, struct span key, struct span value);
/* Adds the values of a JSON object or array, which may be cut off; returns how
 * many bytes of it were understood. */
size_t fields_add_json(struct buf *to, struct span json);
/* Begins a line unless one has just begun. */
void fields_new_line(struct buf *to);
