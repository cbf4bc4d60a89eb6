/* Text from logs, made safe to show. Whoever can write a log line could else
 * move the cursor, change colours or set the title of the terminal that shows
 * it (C0, ESC, C1), or make it read otherwise than it is stored (bidirectional
 * and zero-width characters, https://trojansource.codes/). escape() writes
 * such a character as \xNN for each of its bytes, and every byte that is not
 * valid UTF-8 as well. A backslash stays as it is, so the result is for people
 * and cannot be turned back into the bytes. */
#pragma once

#include <stdbool.h>

#include "base/buf.h"

enum escape_mode {
	ESCAPE_LINE,  /* newline and tab are escaped too */
	ESCAPE_LINES, /* newline stays, tab becomes blanks */
};

/* Whether all of it is printable ASCII, which escape() leaves as it is. */
bool escape_is_plain(struct span text);
/* Adds at most `max` bytes to `to`, and never half of a character or of an
 * escape. Returns true if all of `text` went in. */
bool
escape(struct buf *to, struct span text, size_t max, enum escape_mode mode);
/* The same into a string of its own, cut at `max` bytes. Owned. */
char *escape_str(struct span text, size_t max, enum escape_mode mode);

/* Makes one escaped sentence of the lines of a message: trims them, leaves
 * empty ones out, and joins them with a blank behind punctuation, else with ";
 * ". Cut at `max` bytes. Owned. */
char *escape_joined(struct span text, size_t max);

/* Returns the length in bytes (1-4) of the valid UTF-8 character at the start
 * of s and stores its code point in *ret; 0 if there is none. Overlong forms
 * and surrogates are invalid (RFC 3629). */
size_t utf8_char(struct span s, uint32_t *ret);
/* Whether all of s is valid UTF-8. */
bool utf8_valid(struct span s);
/* Adds the text without terminal sequences: CSI (ESC [ ... m and its kin) and
 * OSC (links). A lone ESC stays; escape() deals with it. */
void strip_colours(struct buf *to, struct span text);
