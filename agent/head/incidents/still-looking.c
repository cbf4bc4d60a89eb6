#include "config.h"
#include "head/incidents/still-looking.h"

#include <stdlib.h>

#include "head/policy/limits.h"
#include "head/store/store.h"

/* Once an hour for each app: whoever writes log lines could otherwise make us
 * write as many messages. */
static bool
may_tell(struct incidents *d, const struct incident *i, usec now)
{
	own(str) char *key = xprintf("looking-notice:%s", i->app);
	own(str) char *last = NULL;
	uint64_t then = 0;
	if (store_value_get(d->store, key, &last, NULL) >= 0)
		(void)span_u64(span_of(last), &then); /* 0: never */
	if (!limits_unknown_notice(then, now))
		return false;
	own(str) char *text = xprintf("%llu", (unsigned long long)now);
	struct why why;
	int r = store_value_put(d->store, key, text, &why);
	if (r < 0)
		incidents_failed(d, i->id, &why, now);
	return r >= 0;
}

void
still_looking_tell(struct incidents *d, struct incident *i, usec now)
{
	/* A cause that may pass is none yet. */
	bool looking = i->state == STATE_OPEN || i->state == STATE_DIAGNOSING ||
		(i->state == STATE_WAITING && i->waiting_since);
	if (!looking ||
		i->notices & (1u << NOTICE_LOOKING | 1u << NOTICE_CAUSE))
		return;
	if (now < i->opened + NOTICE_PATIENCE) {
		incidents_due(d, i->opened + NOTICE_PATIENCE);
		return;
	}
	if (!may_tell(d, i, now))
		return;
	struct why why;
	struct change told = { .incident = i, .notice = NOTICE_LOOKING };
	if (incidents_change(d, &told, now, &why) < 0)
		incidents_failed(d, i->id, &why, now);
}
