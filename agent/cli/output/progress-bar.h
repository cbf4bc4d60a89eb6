/* A bar on the terminal for work that takes a while: how much of how many bytes
 * is done. It is drawn on standard error, in characters alone: no colour and no
 * escape sequence. It is drawn at most ten times a second, however often it is
 * told. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/clock.h"

struct progress_bar {
	FILE *to;          /* NULL: nobody sees it, and nothing is drawn */
	unsigned columns;  /* of the terminal */
	uint64_t expected; /* bytes of all; 0: not known */
	unsigned drawn; /* columns that the bar takes now; 0: none is there */
	usec next;      /* clock_mono(): not drawn before */
};

/* For standard error: a bar only where that is a terminal that can go back in
 * its line (TERM), and where standard output leads into no pipe, whose reader
 * may write to the same terminal. */
struct progress_bar progress_bar_new(void);
/* `done` bytes of all are done at `now` (clock_mono()). */
void progress_bar_draw(struct progress_bar *p, uint64_t done, usec now);
/* Takes the bar away, so that something else can be written. */
void progress_bar_clear(struct progress_bar *p);
