/* The pg_dump of the container that the database runs in, where the host's is
 * too old for the server. The password goes to its standard input and nowhere
 * else: as a service file of libpq, which a pipe may be. */
#pragma once

#include "base/buf.h"
#include "base/clock.h"
#include "base/why.h"
#include "hands/postgres/url.h"

/* Runs it with these options, which end with NULL, against the server in the
 * same container; adds what it writes, `most` bytes of it (-EFBIG). It is
 * killed at the deadline. */
int container_dump(const struct url *url, const char *container,
	const char *const *options, size_t most, usec deadline, struct buf *to,
	struct why *why);
