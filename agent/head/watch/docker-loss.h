/* When Docker was lost last, by the wall clock. It is kept for later heads:
 * what ended with Docker is no death, also for a head that begins after that,
 * as both end at a shutdown. */
#pragma once

#include "base/clock.h"

struct store;

/* 0: never, or it is not known, which the log says. */
usec docker_loss(struct store *store);
/* That it cannot be stored, the log says. */
void docker_loss_keep(struct store *store, usec now);
