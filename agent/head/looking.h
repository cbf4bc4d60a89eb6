/* The message that a cause is still looked for. */
#pragma once

#include "head/desk.h"

/* Queues it once the incident is open for longer than people's patience and
 * nothing was told yet; else makes it due. */
void looking_tell(struct desk *d, struct incident *i, usec now);
