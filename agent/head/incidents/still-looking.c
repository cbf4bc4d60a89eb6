#include "config.h"
#include "head/incidents/still-looking.h"

#include "head/incidents/transition.h"
#include "head/notices/notice.h"

void
still_looking_tell(struct incidents *d, struct incident *i, usec now)
{
	/* Promise 5 gives people a message after thirty seconds, whatever it is
	 * then. A cause that may pass by itself is none yet. */
	bool looking = i->state == STATE_OPEN || i->state == STATE_DIAGNOSING ||
		(i->state == STATE_WAITING && i->waiting_since);
	/* So far the database has not shown it: that is an answer, until the
	 * next look has another. */
	if (!looking || i->cause == CAUSE_NOT_CONFIRMED ||
		i->notices & (1u << NOTICE_LOOKING | 1u << NOTICE_CAUSE))
		return;
	if (now < i->opened + NOTICE_PATIENCE) {
		incidents_due(d, i->opened + NOTICE_PATIENCE);
		return;
	}
	const struct change told = { .incident = i, .looking = true };
	(void)transition_try(d, &told, now);
}
