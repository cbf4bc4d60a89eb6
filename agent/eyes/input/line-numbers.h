/* Line numbers, which are counted only when somebody wants one: most bytes of a
 * log are never counted. */
#pragma once

#include "eyes/input/input.h"
#include "eyes/input/window.h"

struct line_numbers {
	uint64_t offset; /* of the byte whose line is known */
	uint64_t line;   /* counted from 1 */
};

/* The line of the byte at `offset`. It is counted in the window as far as that
 * reaches, else in the file; 0 if neither has the bytes any more. */
uint64_t line_numbers_line(struct line_numbers *n, const struct window *window,
	struct input *in, uint64_t offset);
/* Counts the lines before `offset`, which are about to leave the window and may
 * not be there to be read again. */
void line_numbers_keep_up(
	struct line_numbers *n, const struct window *window, uint64_t offset);
