/* Bytes that are owned and grow. Zero-initialised is empty: struct buf b = {0}.
 * A NUL follows the data once something was added, so C may read it as a
 * string. */
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

/* Frees the bytes; the buffer is empty afterwards and may be used again. */
void buf_free(struct buf *b);
/* Empties the buffer and keeps its memory for the next text. */
void buf_reset(struct buf *b);
/* Makes room for `more` further bytes and returns where the caller writes
 * them; the caller then adds the number of bytes it wrote to b->len. The
 * address holds until the buffer changes again. */
char *buf_reserve(struct buf *b, size_t more);
/* The functions that add copy what they are given. Small memory that runs out
 * ends the process (own.h), so none of them fails. */
static inline void
buf_add(struct buf *b, const void *data, size_t len)
{
	char *to = b->data && b->room - b->len >= len ? b->data + b->len
						      : buf_reserve(b, len);
	if (len)
		memcpy(to, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

static inline void
buf_add_span(struct buf *b, struct span s)
{
	buf_add(b, s.data, s.len);
}

static inline void
buf_add_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

static inline void
buf_add_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

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

/* For own(buf) struct buf b = {0}; which frees it at the end of the scope. */
static inline void
buf_let_go(struct buf *b)
{
	buf_free(b);
}
