#include "config.h"
#include "head/timeshift.h"

#include <stdlib.h>

/* Without this, a quiet period of a minute would last an hour where the clock
 * is set back by as much. */
static void
bring_nearer(usec *at, usec by, usec now)
{
	if (*at > now)
		*at = *at - now > by ? *at - by : now;
}

static int
shift(struct store *s, struct incident *i, usec by, usec now, struct why *why)
{
	bring_nearer(&i->wait_until, by, now);
	bring_nearer(&i->quiet_until, by, now);
	bring_nearer(&i->recheck_due, by, now);
	bring_nearer(&i->expires, by, now);
	return store_incident_save(s, i, why);
}

int
timeshift_back(struct store *s, usec back, usec now, struct why *why)
{
	struct incident_filter live = { .class = -1, .live = true };
	struct incident *list = NULL;
	size_t n = 0;
	int r = store_begin(s, why);
	if (r < 0)
		return r;
	r = store_incidents(s, &live, &list, &n, why);
	for (size_t i = 0; r >= 0 && i < n; i++)
		r = shift(s, &list[i], back, now, why);
	incidents_free(list, n);
	if (r >= 0)
		return store_commit(s, why);
	store_rollback(s);
	return r;
}
