/* Prisma's advisory lock, which every `prisma migrate deploy` holds for as long
 * as its connection lives. */
#pragma once

#include "base/clock.h"
#include "hands/postgres/session.h"

/* Waits for it at most 10 s. -EBUSY: somebody else holds it. */
int prisma_lock(struct session *s, usec deadline, struct why *why);
/* Who else in this database holds it, in words and owned, or NULL. `except` is
 * a server process of ours. */
int
prisma_lock_holder(struct session *s, int except, char **ret, struct why *why);
