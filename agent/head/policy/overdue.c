#include "config.h"
#include "head/policy/overdue.h"

#include "base/own.h"

bool
overdue_step(struct overdue *o, usec steady, usec length)
{
	/* How long each stage lasts. */
	const usec lasts[] = {
		[OVERDUE_IN_TIME] = length,
		[OVERDUE_ASKED] = OVERDUE_TERM,
		[OVERDUE_KILLED] = OVERDUE_KILL,
	};
	if (o->stage == OVERDUE_GIVEN_UP)
		return false;
	if (!o->next)
		o->next = steady + length;
	if (steady < o->next)
		return false;
	o->stage++;
	o->next = o->stage == OVERDUE_GIVEN_UP ? USEC_NEVER
					       : steady + lasts[o->stage];
	return true;
}
