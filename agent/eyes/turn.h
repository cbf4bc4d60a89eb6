/* How long one log may keep the eyes before the next has its turn. What counts
 * is the CPU time that its lines cost: whoever makes an app log what is dear to
 * read delays that app's own log, and no other. */
#pragma once

#include "base/clock.h"

struct turn {
	usec (*cpu)(void *arg); /* CPU time of this thread */
	void *arg;
	usec ends;
	unsigned asked; /* since the clock was looked at */
	uint64_t at;    /* where in the log that was */
};

/* A turn by the thread's own clock. */
#define TURN(cpu_clock) ((struct turn){ .cpu = (cpu_clock) })

void turn_begin(struct turn *t);
/* Whether the next log should have its turn. It is asked between records, at
 * the offset `at` in the log, and looks at the clock now and then only. */
bool turn_is_over(struct turn *t, uint64_t at);
