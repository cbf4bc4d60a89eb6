/* Which bytes of a text are secret, and of what kind. */
#pragma once

#include "base/redact-view.h"

struct redact_marks {
	/* For each byte of the text; NULL: it is no secret, or none is. */
	const char **kinds;
	size_t len;     /* of the text */
	bool undecided; /* a pattern needed too many steps: all of it counts */
};

/* Marks what stands at [begin, end) of the view. What was taken out before is
 * none any more. */
void redact_marks_add(struct redact_marks *m, const struct redact_view *v,
	size_t begin, size_t end, const char *kind);

/* Marks what the patterns of rules/secrets.table find in the view. A pattern is
 * compiled when the first text comes that may match it, for as long as the
 * process lives; behind redact_patterns_interpret() without machine code. */
void redact_patterns_interpret(void);
void redact_patterns_mark(struct redact_marks *m, const struct redact_view *v);

/* A credential of this host, which is looked for as it is, in hexadecimal, and
 * in base64, from 8 bytes on also as a part of what was encoded, as in the
 * header of Basic authentication. A shorter one must stand alone, and what is
 * shorter than 4 bytes is not looked for; what is percent-encoded counts as one
 * byte. `kind` is borrowed for good. Each is kept for as long as the process
 * lives, however many there are; what is there already is not added again. */
void redact_known_add(struct span secret, const char *kind);
/* Marks the credentials that were added. One whose first 8 bytes, or 16, 24 and
 * so on, stand at the end of the text is found too, if it is no word: the text
 * may have been cut there. A shorter beginning stays: an answer to each guess
 * would give the credential away byte by byte. */
void redact_known_mark(struct redact_marks *m, const struct redact_view *v);
