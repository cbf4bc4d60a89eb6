/* What is done about an incident whose cause is known: the policy's decision,
 * carried out as far as it can be at once. */
#pragma once

#include "head/incidents/incidents.h"

/* For an incident that is diagnosing or rehearsing. */
void decide(struct incidents *d, struct incident *i, usec now);
/* Stores the intent and sends hands: what was decided, or approved. */
void decide_mend(struct incidents *d, struct incident *i, usec now);
