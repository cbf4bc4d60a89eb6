/* Line numbers, counted only when somebody wants one. */
#pragma once

#include "eyes/input/input.h"
#include "eyes/input/window.h"

struct line_numbers {
	uint64_t offset; /* of the byte that `line` is known for */
	uint64_t line;   /* 1-based */
};

/* The line of the byte at `offset`: counted in the window where it reaches, in
 * the file where not. 0 if neither has the bytes any more. */
uint64_t line_numbers_line(struct line_numbers *n, const struct window *window,
	struct input *in, uint64_t offset);
/* Bytes before `offset` are about to leave the window and cannot be read
 * again: count them now. */
void line_numbers_keep_up(
	struct line_numbers *n, const struct window *window, uint64_t offset);
