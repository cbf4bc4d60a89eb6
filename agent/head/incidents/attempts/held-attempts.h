/* Attempts that a person, or the configuration, held back before they changed
 * anything: they count for nothing. */
#pragma once

#include "head/incidents/attempts.h"

/* How many the incident has. */
int held_attempts_count(struct incidents *d, const struct incident *i,
	unsigned *ret, struct why *why);
/* Hands held the attempt under way back: the incident waits, and a notice says
 * who did it. */
int held_attempts_adopt(struct incidents *d, struct incident *i,
	struct attempt *a, const struct result *r, usec now, struct why *why);
