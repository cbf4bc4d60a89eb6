#include "config.h"
#include "hands/postgres/pooler.h"

#include <stdlib.h>

/* Busy applications take the process before our second connection does. */
#define ROUNDS 4

const char pooler_seen_sharing[] =
	"its server process was given to another connection";

int
pooler_pid(struct session *s, int *ret, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	int r = session_ask(
		s, "SELECT pg_catalog.pg_backend_pid()", NULL, 0, &rows, why);
	if (r == 0)
		*ret = atoi(cell(rows, 0, 0));
	return r;
}

/* Whether a second connection, or nobody, has our process while we are still
 * connected. A look leaves nothing behind in a connection that changes hands.
 */
static bool
is_shared(const struct url *url, const struct session_how *how)
{
	own(session) struct session *one = NULL;
	own(session) struct session *two = NULL;
	struct session_how look = *how;
	look.kind = SESSION_LOOK;
	int first = 0, second = 0, again = 0;
	if (session_open(url, &look, &one, NULL) < 0 ||
		pooler_pid(one, &first, NULL) < 0 ||
		session_do(one, "COMMIT", NULL) < 0 ||
		session_open(url, &look, &two, NULL) < 0 ||
		pooler_pid(two, &second, NULL) < 0 ||
		pooler_pid(one, &again, NULL) < 0)
		return false;
	return second == first || again != first;
}

/* A proxy that was not seen to share may still do so, so PROXY is no all-clear.
 */
int
pooler_find(struct session *s, const struct url *url,
	const struct session_how *how, enum pooler *ret, struct why *why)
{
	int pid = 0;
	int r = pooler_pid(s, &pid, why);
	if (r < 0)
		return r;
	*ret = pid == session_pid(s) ? POOLER_NONE : POOLER_PROXY;
	for (int i = 0; i < ROUNDS && *ret == POOLER_PROXY; i++)
		if (is_shared(url, how))
			*ret = POOLER_SHARED;
	return 0;
}

char *
pooler_text(const char *where, const char *how, const char *migrator)
{
	return xprintf("%s leads through a pooler (%s), which loses %s's lock "
		       "and search_path: give the direct one as "
		       "`migrate-url-file`",
		where, how, migrator);
}
