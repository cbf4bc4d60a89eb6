#include "config.h"
#include "hands/postgres/lock-holders.h"

#include <string.h>

/* Without the right to see them, a session of another role has no address and
 * no time. */
static const char find_holders[] =
	"SELECT a.pid, max(r.relname), max(a.application_name),"
	" max(coalesce(host(a.client_addr), '')),"
	" max(extract(epoch FROM now() - a.xact_start)::int8), max(a.state)"
	" FROM json_array_elements($1::json) t(v)"
	" JOIN pg_namespace n ON n.nspname = (t.v->>0)::name"
	" JOIN pg_class r ON r.relnamespace = n.oid"
	"  AND r.relname = (t.v->>1)::name"
	" JOIN pg_locks l ON l.relation = r.oid AND l.granted"
	" JOIN pg_database d ON d.oid = l.database"
	"  AND d.datname = current_database()"
	" JOIN pg_stat_activity a ON a.pid = l.pid"
	" WHERE a.pid <> pg_backend_pid() GROUP BY a.pid"
	" ORDER BY min(a.xact_start) LIMIT 2";

static void
add_holder(struct buf *to, const PGresult *rows, int i)
{
	const char *name = cell(rows, i, 2), *address = cell(rows, i, 3);
	const char *seconds = cell(rows, i, 4), *state = cell(rows, i, 5);
	buf_printf(to, "%ssession %s", i ? " and " : "", cell(rows, i, 0));
	if (*name)
		buf_printf(to, " (%s)", name);
	if (*address)
		buf_printf(to, " from %s", address);
	buf_printf(to, " has a lock on %s", cell(rows, i, 1));
	if (*seconds)
		buf_printf(to, ", in a transaction since %s s%s", seconds,
			strcmp(state, "idle in transaction") == 0
				? " in which it does nothing now"
				: "");
}

char *
lock_holders(struct session *s, const char *tables)
{
	own(rows) PGresult *rows = NULL;
	own(buf) struct buf b = { 0 };
	if (session_rows(s, find_holders, &rows, NULL, tables) < 0 ||
		!PQntuples(rows))
		return NULL;
	for (int i = 0; i < PQntuples(rows); i++)
		add_holder(&b, rows, i);
	return buf_take_str(&b);
}
