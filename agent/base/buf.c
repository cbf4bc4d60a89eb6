#include "config.h"
#include "base/buf.h"

#include <assert.h>
#include <stdlib.h>

void
buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	if (b->data)
		b->data[0] = '\0';
}

/* Doubles the room, so that a text which grows byte by byte costs linear time.
 * The assertion stops a length that would overflow: callers limit what the
 * outside can make large before it gets here. */
char *
buf_reserve(struct buf *b, size_t more)
{
	assert(more < SIZE_MAX / 4 && b->len < SIZE_MAX / 4);
	if (b->len + more > b->room || !b->data) {
		size_t room = b->room ? b->room : 64;
		while (room < b->len + more)
			room *= 2;
		b->data = xrealloc(b->data, room + 1, 1);
		b->room = room;
	}
	return b->data + b->len;
}

/* Formats twice: once to learn the length, once into the room for it. The
 * first pass consumes `args`, so the second needs a copy. */
void
buf_vprintf(struct buf *b, const char *fmt, va_list args)
{
	va_list again;
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, fmt, args);
	assert(len >= 0);
	char *to = buf_reserve(b, (size_t)len);
	vsnprintf(to, (size_t)len + 1, fmt, again);
	va_end(again);
	b->len += (size_t)len;
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	buf_vprintf(b, fmt, args);
	va_end(args);
}

/* Works for a buffer that nothing was added to, too: it allocates then. */
const char *
buf_str(struct buf *b)
{
	char *end = buf_reserve(b, 0);
	*end = '\0';
	return b->data;
}

/* Gives the memory away without a copy. */
char *
buf_take_str(struct buf *b)
{
	buf_str(b);
	char *s = b->data;
	*b = (struct buf){ 0 };
	return s;
}
