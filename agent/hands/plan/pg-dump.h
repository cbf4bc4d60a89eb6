/* pg_dump, run as argv with the password in its environment only. */
#pragma once

#include "base/buf.h"
#include "base/clock.h"
#include "base/why.h"
#include "hands/postgres/url.h"

#define PG_DUMP_MAX (64u << 20)

/* A pg_dump that is not older than the server. `given` is the configured one or
 * NULL. The path is owned. */
int pg_dump_find(const char *given, int server_version, char **ret_path,
	struct why *why);
/* The schema of the database, as SQL for a server: without psql's commands. */
int pg_dump_schema(const char *pg_dump, const struct url *url, usec deadline,
	struct buf *to, struct why *why);
/* Blanks out, in place, what only psql understands around a dump, and what a
 * newer pg_dump sets that an older server does not know. */
void pg_dump_clean(struct buf *sql, int server_version);
