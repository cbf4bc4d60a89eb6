#include "config.h"
#include "hands/prisma/lock.h"

#include <errno.h>
#include <poll.h>

#include "base/escape.h"

#define LOCK_NUMBER "72707369"
#define LOCK_WAIT (10 * USEC_SECOND) /* Prisma's own */
#define LOCK_POLL 250                /* milliseconds */

/* Prisma itself waits in pg_advisory_lock(); trying again and again instead
 * leaves no lock request behind in the server when this process dies. */
int
prisma_lock(struct session *s, usec deadline, struct why *why)
{
	usec until = MIN(deadline, clock_mono() + LOCK_WAIT);
	for (;;) {
		own(rows) PGresult *rows = NULL;
		int r = session_ask(s,
			"SELECT pg_catalog.pg_try_advisory_lock(" LOCK_NUMBER
			")",
			NULL, 0, &rows, why);
		if (r < 0)
			return r;
		if (*cell(rows, 0, 0) == 't')
			return 0;
		if (clock_mono() >= until)
			return because(why, -EBUSY,
				"somebody else holds Prisma's migration lock");
		(void)poll(NULL, 0, 250);
	}
}

/* pg_locks shows a lock of one 64-bit number as two halves and objsubid 1. */
int
prisma_lock_holder(struct session *s, int except, char **ret, struct why *why)
{
	own(str) char *pid = xprintf("%d", except);
	own(rows) PGresult *rows = NULL;
	int r = session_rows(s,
		"SELECT l.pid, coalesce(a.application_name, ''),"
		" coalesce(to_char(a.backend_start AT TIME ZONE 'UTC',"
		"  'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), '')"
		" FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid"
		" WHERE l.locktype = 'advisory' AND l.granted"
		" AND l.classid = 0 AND l.objid = " LOCK_NUMBER
		" AND l.objsubid = 1"
		" AND l.pid <> $1::int AND l.database = (SELECT oid FROM"
		"  pg_database WHERE datname = current_database()) LIMIT 1",
		&rows, why, pid);
	if (r < 0)
		return r;
	if (PQntuples(rows) == 0) {
		*ret = NULL;
		return 0;
	}
	own(str) char *name =
		escape_str(span_of(cell(rows, 0, 1)), 100, ESCAPE_LINE);
	*ret = xprintf("process %s%s%s%s%s", cell(rows, 0, 0),
		*name ? " of " : "", name, *cell(rows, 0, 2) ? ", since " : "",
		cell(rows, 0, 2));
	return 0;
}
