/* JSON where it is hot: strings found and decoded without a tree. Everything
 * that is not on the hot path uses jansson. */
#pragma once

#include <stdbool.h>

#include "base/buf.h"

/* `text` stands behind an opening quote: offset of the closing one, or -1. */
ptrdiff_t json_string_end(struct span text);
/* Decodes the inside of a JSON string. Surrogate pairs are joined; a lone one
 * and any \u that is broken become U+FFFD; other broken escapes stay as they
 * are. Raw bytes pass through, also control characters. */
void json_unescape(struct buf *to, struct span inside);
/* Adds a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
 */
void json_quote(struct buf *to, struct span text);
