/* A text in another form than it was written in, with the place where each of
 * its bytes stands in what was written. A secret is searched for in every form,
 * because loggers escape it, URLs encode it, and terminals wrap it. */
#pragma once

#include <stdint.h>

#include "base/buf.h"

struct redact_view {
	struct buf text;
	/* For each byte of the text, and for its end, the offset in the
	 * original. Owned. NULL: it is the original, and the text is
	 * borrowed. */
	uint32_t *from;
};

/* The offset in the original of the byte at `at`. */
static inline size_t
redact_view_offset(const struct redact_view *v, size_t at)
{
	return v->from ? v->from[at] : at;
}

void redact_view_free(struct redact_view *v);
static inline void
redact_view_let_go(struct redact_view *v)
{
	redact_view_free(v);
}

/* The text itself, borrowed, at most 4 GiB. */
struct redact_view redact_view_of(struct span text);
/* Undo one level of escapes of JSON and JavaScript (`\"`, `\n`, `\u0040`), of
 * percent-encoding, of entities of HTML and XML (`&quot;`, `&#64;`), and of
 * wrapped lines: a newline in the middle of what looks like no words goes, with
 * the indentation behind it. False, and *ret is empty, if there was nothing to
 * undo. */
bool redact_view_unescape(const struct redact_view *v, struct redact_view *ret);
bool redact_view_decode(const struct redact_view *v, struct redact_view *ret);
bool redact_view_unmark(const struct redact_view *v, struct redact_view *ret);
bool redact_view_unwrap(const struct redact_view *v, struct redact_view *ret);
