#include "config.h"
#include "eyes/turn.h"

/* Some 1 MB of the dearest lines. A log that was not read meanwhile is read
 * again from its position at each turn, 1 ms, so a turn must not be shorter. */
#define TURN_CPU (20 * USEC_SECOND / 1000)
/* The clock is a system call. It is looked at after so many records and so many
 * bytes of the log, of which the dearest cost 80 us. */
#define ASKED_MOST 8u
#define BYTES_MOST 4096u

void
turn_begin(struct turn *t)
{
	t->ends = t->cpu(t->arg) + TURN_CPU;
	t->asked = 0;
	t->at = 0;
}

bool
turn_is_over(struct turn *t, uint64_t at)
{
	if (++t->asked < ASKED_MOST || (at >= t->at && at - t->at < BYTES_MOST))
		return false;
	if (t->cpu(t->arg) >= t->ends)
		return true; /* and so it is when it is asked again */
	t->asked = 0;
	t->at = at;
	return false;
}
