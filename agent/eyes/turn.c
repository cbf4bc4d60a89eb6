#include "config.h"
#include "eyes/turn.h"

/* Some 1 MB of the dearest lines. A log that was not read meanwhile is read
 * again from its position at each turn, 1 ms, so a turn must not be shorter. */
#define TURN_CPU (20 * USEC_SECOND / 1000)
/* The clock is a system call. */
#define ASKED_MOST 8u

void
turn_begin(struct turn *t)
{
	t->ends = t->cpu(t->arg) + TURN_CPU;
	t->asked = 0;
}

bool
turn_is_over(struct turn *t)
{
	if (++t->asked < ASKED_MOST)
		return false;
	t->asked = 0;
	return t->cpu(t->arg) >= t->ends;
}
