/* Hands of an attempt that do not end, though every deadline of theirs is over:
 * they are killed, and where the kernel cannot end them nobody waits for them.
 */
#pragma once

#include "head/incidents/attempts.h"

/* The hands of the attempt under way took too long and were killed, which is
 * told with whatever becomes of it. `stuck`: even that did not end them. */
int hung_hands_overran(struct incidents *d, const struct incident *i,
	bool stuck, struct why *why);
/* Hands that no head of this run sent, or that it gave up, have the attempt's
 * file, which tells who they are: they are killed when their time is over.
 * True: that did not end them. */
bool hung_hands_hurry(struct incidents *d, const struct incident *i,
	const struct attempt *a, usec now);
/* Nobody can tell what became of the attempt, because of `what`, the beginning
 * of a sentence: the incident is in doubt, and the attempt stays under way, so
 * that none begins on that database before its hands are known to be gone. */
enum attempts_next hung_hands_doubt(struct incidents *d, struct incident *i,
	struct attempt *a, const char *what, usec now, struct why *why);
/* Ends attempts whose hands could not be ended and are gone by now. */
void hung_hands_tidy(struct incidents *d, usec now);
