#include "config.h"
#include "hands/postgres/session-limits.h"

static void
add(struct buf *sql, const char *set, const char *name, usec time)
{
	if (time)
		buf_printf(sql, "%s %s = %llu; ", set, name,
			(unsigned long long)time / 1000);
}

void
session_limits_sql(
	struct buf *sql, const char *set, const struct session_limits *l)
{
	usec now = clock_mono();
	usec left = l->deadline - MIN(l->deadline, now);
	usec most = MAX(left, 2 * USEC_SECOND) - USEC_SECOND;
	add(sql, set, "lock_timeout", l->lock_timeout);
	add(sql, set, "statement_timeout", MIN(l->statement_timeout, most));
}
