/* Making a connection to PostgreSQL within a deadline. */
#pragma once

#include <libpq-fe.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/why.h"
#include "hands/postgres/url.h"

/* -EACCES: the login is refused, or the server not trusted; -ENOENT: no such
 * database; -EAGAIN: the server is full or starting; -ECONNREFUSED, -ETIMEDOUT,
 * -EHOSTUNREACH ...: no way there. `why` never holds the password. `database`
 * is instead of the URL's, or NULL. */
int connect_to(const struct url *url, const char *database, const char *name,
	usec deadline, PGconn **ret, struct why *why);

/* Whether every further attempt would fail like that until somebody changes
 * something. */
bool connect_in_vain(int r);

/* Waits for poll()'s events on the connection: 0, -ETIMEDOUT, -EPIPE ... */
int connect_await(const PGconn *conn, short events, usec deadline);
