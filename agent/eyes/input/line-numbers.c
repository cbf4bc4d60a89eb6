#include "config.h"
#include "eyes/input/line-numbers.h"

#define PIECE 65536u

/* memchr() leaps over a line of usual length faster than any loop of ours. */
static uint64_t
count(struct span s)
{
	uint64_t n = 0;
	const char *p = s.data, *end = s.data + s.len;
	while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) {
		n++;
		p++;
	}
	return n;
}

/* Counts the lines up to `to` in the file. A pipe's bytes are gone. */
static bool
count_file(struct line_numbers *n, struct input *in, uint64_t to)
{
	if (!input_can_seek(in))
		return false;
	char piece[PIECE];
	while (n->offset < to) {
		ssize_t got = input_read(in, n->offset, piece,
			MIN(sizeof(piece), to - n->offset), NULL);
		if (got <= 0)
			return false;
		n->line += count((struct span){ piece, (size_t)got });
		n->offset += (uint64_t)got;
	}
	return true;
}

void
line_numbers_keep_up(
	struct line_numbers *n, const struct window *window, uint64_t offset)
{
	if (offset <= n->offset || n->offset < window_begin(window))
		return;
	n->line += count(window_span(window, n->offset, offset));
	n->offset = offset;
}

uint64_t
line_numbers_line(struct line_numbers *n, const struct window *window,
	struct input *in, uint64_t offset)
{
	uint64_t begin = window_begin(window);
	if (offset < begin)
		return 0;
	/* The record of the other stream may have begun earlier. */
	if (offset < n->offset)
		return n->line - count(window_span(window, offset, n->offset));
	if (n->offset < begin && !count_file(n, in, begin))
		return 0;
	line_numbers_keep_up(n, window, offset);
	return n->line;
}
