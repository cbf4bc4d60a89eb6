/* Bytes that are owned and grow. Zero-initialised is empty: struct buf b = {0}.
 * data is always followed by a NUL once something was added, for C's sake. */
#pragma once

#include <stdarg.h>
#include <stdint.h>

#include "base/own.h"
#include "base/span.h"

struct buf {
	char *data;
	size_t len;
	size_t room; /* allocated, without the final NUL */
};

void buf_free(struct buf *b);
/* Empties and keeps the memory. */
void buf_reset(struct buf *b);
/* Makes room for `more` further bytes and returns where they go; follow with
 * b->len += what was written. */
char *buf_reserve(struct buf *b, size_t more);
void buf_add(struct buf *b, const void *data, size_t len);
void buf_add_span(struct buf *b, struct span s);
void buf_add_str(struct buf *b, const char *s);
void buf_add_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));
/* The text so far, NUL-terminated; never NULL. Borrowed until the next change.
 */
const char *buf_str(struct buf *b);
/* The text as an owned string; the buffer is empty afterwards. */
char *buf_take_str(struct buf *b);

static inline struct span
buf_span(const struct buf *b)
{
	return (struct span){ b->data, b->len };
}

/* Released at the end of the scope: own(buf) struct buf b = {0}; */
static inline void
buf_let_go(struct buf *b)
{
	buf_free(b);
}
