/* pg_dump, run as an argv, with the password in a file without a name, or, in
 * the database's container, on its standard input. */
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

/* Whose pg_dump is used. */
struct pg_dump {
	char *path;      /* of one on this host; NULL: a container's */
	char *container; /* its id */
};
void pg_dump_free(struct pg_dump *p);
static inline void
pg_dump_let_go(struct pg_dump *p)
{
	pg_dump_free(p);
}
/* The configured one, else the host's; where that one is too old or there is
 * none, that of the container in which the database runs. Free *ret in any
 * case. */
int pg_dump_choose(const char *given, const struct url *url, int server_version,
	usec deadline, struct pg_dump *ret, struct why *why);
/* Which one it is, for a sentence; owned. */
char *pg_dump_text(const struct pg_dump *p);
/* The schema of the database, as SQL for a server: without psql's commands, and
 * without the relations of the list, patterns of pg_dump; NULL: with all. */
int pg_dump_schema(const struct pg_dump *p, const struct url *url,
	char *const *left_out, usec deadline, struct buf *to, struct why *why);
/* Blanks out, in place, what only psql understands around a dump, and what a
 * newer pg_dump sets that an older server does not know. */
void pg_dump_clean(struct buf *sql, int server_version);
