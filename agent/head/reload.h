/* What other settings mean for incidents that are there. */
#pragma once

#include "head/incidents/incidents.h"

/* What was reported, or is asked, for an app that is told something else now is
 * looked at and decided anew; everything else that is probed again by itself is
 * probed soon, for a file that the settings name may hold something else. */
void reload_decide_anew(struct incidents *d, const struct settings *old,
	const struct settings *new, usec now);
