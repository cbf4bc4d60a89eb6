/* The message that a cause is still looked for. */
#pragma once

#include "head/incidents/incidents.h"

/* Queues it once the incident is open for longer than people's patience and
 * nothing was told yet; else makes it due. */
void still_looking_tell(struct incidents *d, struct incident *i, usec now);
