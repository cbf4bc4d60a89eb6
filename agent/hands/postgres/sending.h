/* Sending statements over a connection that does not block. libpq takes a
 * send() that failed for one that worked, so that it can read what the server
 * said last; where that said nothing, its answer would be waited for until the
 * deadline. So the kernel is asked whether it took all of the statement. */
#pragma once

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

struct sent_statement {
	int64_t taken; /* by the kernel before it; -1: not known */
	size_t bytes;  /* that libpq makes of the statement */
};

/* As PQsendQuery() and PQsendQueryParams() do. */
bool send_statement(PGconn *conn, const char *sql, struct sent_statement *ret);
bool send_with_params(PGconn *conn, const char *sql, const char *const *params,
	size_t n, struct sent_statement *ret);
/* Sends what libpq still holds: 0, -ETIMEDOUT, -EPIPE ... */
int send_rest(PGconn *conn, usec deadline);
/* Whether the kernel took all of the statement once nothing is held; true where
 * that cannot be told. */
bool sent_whole(const PGconn *conn, const struct sent_statement *s);
