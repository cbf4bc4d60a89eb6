/* JSON for every line of a log: finds and decodes strings without a tree and
 * without an allocation each. Whatever runs less often uses jansson. */
#pragma once

#include <stdbool.h>

#include "base/buf.h"

/* `text` begins behind an opening quote. Returns the offset of the closing
 * quote, or -1 if there is none. */
ptrdiff_t json_string_end(struct span text);
/* Adds the decoded inside of a JSON string. A surrogate pair becomes one
 * character; a lone surrogate and a broken \u become U+FFFD; any other broken
 * escape stays as it is. Other bytes pass unchanged, control characters and
 * invalid UTF-8 too: a log is decoded as far as it can be, and never refused.
 */
void json_unescape(struct buf *to, struct span inside);
/* Adds a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
 */
void json_quote(struct buf *to, struct span text);
/* The same for a string of C, or `null`. */
void json_quote_or_null(struct buf *to, const char *s);
/* Writes U+FFFD over each \u0000 of JSON from outside, in keys too: jansson
 * refuses the whole text for one, and with JSON_ALLOW_NUL strings of C would be
 * cut there. What is no name with U+FFFD is none either. */
void json_replace_nul(char *text, size_t len);
