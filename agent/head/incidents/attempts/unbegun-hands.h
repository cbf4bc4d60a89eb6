/* Hands that ended before they began: nothing of their attempt was done, so it
 * stays the same attempt, with its key and its approval, and hands are sent
 * again a few times, each time a little later. */
#pragma once

#include "head/incidents/attempts.h"

/* Makes the attempt's file before hands do, so that they cannot begin any more:
 * ATTEMPTS_START, and ATTEMPTS_WAIT where they were first. */
enum attempts_next unbegun_hands_stop(struct incidents *d,
	const struct attempt *a, const char *reason, struct why *why);
/* Lets hands be sent again, after a pause; where that was done too often, the
 * attempt failed (`said`: what else is known, or NULL). `has_file`: they left a
 * file, which is unlocked. */
enum attempts_next
unbegun_hands_again(struct incidents *d, struct incident *i, struct attempt *a,
	bool has_file, const char *said, usec now, struct why *why);
/* Recovery found that the hands of the attempt under way, which are gone, began
 * nothing. */
int unbegun_hands_recovered(struct incidents *d, struct incident *i,
	const struct result *r, usec now, struct why *why);
