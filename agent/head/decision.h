/* What is done about an incident whose cause is known: the policy's decision,
 * carried out as far as it can be at once. */
#pragma once

#include "head/desk.h"

/* For an incident that is diagnosing or rehearsing. */
void decision_take(struct desk *d, struct incident *i, usec now);
/* Stores the intent and sends hands: what was decided, or approved. */
void decision_mend(struct desk *d, struct incident *i, usec now);
