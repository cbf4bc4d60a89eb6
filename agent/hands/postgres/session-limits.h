/* How long the server lets a session's statements wait and run. */
#pragma once

#include "base/buf.h"
#include "base/clock.h"

struct session_limits {
	usec lock_timeout, statement_timeout; /* 0: the server's */
	usec deadline;                        /* clock_mono() */
};

/* Adds the statements that set them; `set` is SET or SET LOCAL. The server
 * gives up by itself, also when this process is gone; and a second before the
 * deadline, when we stop listening, so that what it rolled back is known. */
void session_limits_sql(
	struct buf *sql, const char *set, const struct session_limits *l);
