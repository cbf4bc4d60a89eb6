/* PostgreSQL's own programs, run as argv with the password in their
 * environment only. */
#pragma once

#include "base/buf.h"
#include "base/clock.h"
#include "base/why.h"
#include "hands/url.h"

#define DUMP_MAX (64u << 20)

/* A pg_dump that is not older than the server, and the psql beside it.
 * `given` is the configured one or NULL. Paths are owned. */
int dump_find(const char *given, int server_version, char **ret_dump,
	char **ret_psql, struct why *why);
/* The schema of the database, as SQL. */
int dump_schema(const char *pg_dump, const struct url *url, usec deadline,
	struct buf *to, struct why *why);
/* Runs the SQL in the database and stops at the first error. */
int dump_restore(const char *psql, const struct url *url, struct span sql,
	usec deadline, struct why *why);
