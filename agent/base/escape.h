/* Text from logs, made safe to show. What may not be shown as it is becomes
 * \xNN a byte: C0, DEL, C1, bidirectional and zero-width characters, U+2028/9,
 * and every byte that is not valid UTF-8. A backslash stays as it is. */
#pragma once

#include <stdbool.h>

#include "base/buf.h"

enum escape_mode {
	ESCAPE_LINE,  /* newline and tab are escaped too */
	ESCAPE_LINES, /* newline stays, tab becomes blanks */
};

/* Adds at most `max` bytes and never half of a character or escape; true if
 * all of `text` went in. */
bool
escape(struct buf *to, struct span text, size_t max, enum escape_mode mode);
/* The same into an owned string. */
char *escape_str(struct span text, size_t max, enum escape_mode mode);

/* The lines of a message, trimmed and joined into one sentence: behind a mark
 * of punctuation with a blank, else with "; ". Empty ones are left out. Owned.
 */
char *escape_joined(struct span text, size_t max);

/* Length in bytes (1-4) of the valid UTF-8 character at the start of s and its
 * code point; 0 if there is none. Overlong forms and surrogates are invalid. */
size_t utf8_char(struct span s, uint32_t *ret);
bool utf8_valid(struct span s);
/* Without ESC [ ... m and other CSI sequences, and OSC 8 links. */
void strip_colours(struct buf *to, struct span text);
