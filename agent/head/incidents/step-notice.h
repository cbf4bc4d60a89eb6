/* Which message a change of an incident is told with, if with any. */
#pragma once

#include "head/incidents/incidents.h"

struct change;

#define NO_NOTICE (-1)

/* By the step from `before`; *ret is an enum notice_kind, or NO_NOTICE. Notes
 * in the store, within the change's transaction, what goes out once an hour. */
int step_notice(const struct incidents *d, const struct change *c,
	enum incident_state before, usec now, int *ret, struct why *why);
