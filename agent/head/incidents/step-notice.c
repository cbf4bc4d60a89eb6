#include "config.h"
#include "head/incidents/step-notice.h"

#include <errno.h>
#include <string.h>

#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/notices/notice.h"
#include "head/policy/limits.h"
#include "head/store/store.h"

/* Looks in vain before the one that makes people doubt the database's URL. */
#define DOUBT_AFTER 2u

static bool
was_sent(const struct incident *i, enum notice_kind kind)
{
	return i->notices & (1u << kind);
}

/* Whether one more of these messages may go out for the app, and if so, notes
 * that it did. Once an hour: whoever can write log lines could otherwise make
 * us write as many messages. */
static int
take_hourly(const struct incidents *d, const char *what, const char *app,
	usec now, bool *ret, struct why *why)
{
	own(str) char *key = xprintf("%s:%s", what, app);
	own(str) char *last = NULL;
	usec then = 0;
	int r = store_value_get(d->store, key, &last, why);
	if (r < 0 && r != -ENOENT)
		return r;
	if (last)
		(void)span_u64(span_of(last), &then); /* 0: never */
	*ret = limits_hourly_notice(then, now);
	if (!*ret)
		return 0;
	own(str) char *text = xprintf("%llu", (unsigned long long)now);
	return store_value_put(d->store, key, text, why);
}

/* The message about a cause goes out once; about an unknown one, once an hour
 * for each app. */
static int
cause_notice(const struct incidents *d, const struct incident *i, usec now,
	int *ret, struct why *why)
{
	bool tell = true;
	int r = 0;
	if (was_sent(i, NOTICE_CAUSE))
		return 0;
	if (i->cause == CAUSE_UNKNOWN)
		r = take_hourly(d, "unknown-notice", i->app, now, &tell, why);
	if (r >= 0 && tell)
		*ret = NOTICE_CAUSE;
	return r;
}

/* Whoever was told that a question or a mend will come learns that it will
 * not. */
static int
report_notice(const struct incidents *d, const struct incident *i,
	enum incident_state before, usec now, int *ret, struct why *why)
{
	bool promised =
		before == STATE_REHEARSING || was_sent(i, NOTICE_QUESTION);
	int r = cause_notice(d, i, now, ret, why);
	if (r >= 0 && *ret == NO_NOTICE && promised && !was_sent(i, NOTICE_END))
		*ret = NOTICE_END;
	return r;
}

/* A fault that comes again and again, and that the database never shows, may be
 * one of another database. That is asked once for each app and target. */
static int
doubt_notice(const struct incidents *d, const struct incident *i, int *ret,
	struct why *why)
{
	own(str) char *key = xprintf("doubted:%s", i->app);
	own(str) char *told = NULL;
	const char *target = i->target ? i->target : "";
	if (i->rechecks < DOUBT_AFTER || was_sent(i, NOTICE_CAUSE))
		return 0;
	int r = store_value_get(d->store, key, &told, why);
	if (r < 0 && r != -ENOENT)
		return r;
	if (told && strcmp(told, target) == 0)
		return 0;
	*ret = NOTICE_CAUSE;
	return store_value_put(d->store, key, target, why);
}

static int
wait_notice(const struct incidents *d, const struct incident *i,
	enum incident_state before, usec now, int *ret, struct why *why)
{
	if (before == STATE_MENDING) {
		/* It was promised, or approved, and could not begin. */
		*ret = NOTICE_CAUSE;
		return 0;
	}
	/* What may pass is no cause to wake people for: they are told that it
	 * is still looked at once their patience is over. */
	return i->waiting_since ? 0 : cause_notice(d, i, now, ret, why);
}

/* Which message says so, by the step from `before`: promise 5 of the design.
 */
static int
notice_of_step(const struct incidents *d, const struct change *c,
	enum incident_state before, usec now, int *ret, struct why *why)
{
	const struct incident *i = c->incident;
	switch (c->event) {
	case EVENT_REHEARSE:
		return cause_notice(d, i, now, ret, why);
	case EVENT_NOT_CONFIRMED:
		/* It is counted and not sent (anyone who can write a log line
		 * brings it about), but for who was asked, and for a doubt. */
		if (was_sent(i, NOTICE_QUESTION) && !was_sent(i, NOTICE_END)) {
			*ret = NOTICE_END;
			return 0;
		}
		return doubt_notice(d, i, ret, why);
	case EVENT_REPORT:
		return report_notice(d, i, before, now, ret, why);
	case EVENT_WAIT:
		return wait_notice(d, i, before, now, ret, why);
	case EVENT_ASK:
		*ret = NOTICE_QUESTION;
		return 0;
	case EVENT_SEEN_AGAIN:
		if (i->state == STATE_REGRESSED)
			*ret = NOTICE_END;
		return 0;
	case EVENT_NOT_APPLIED:
	case EVENT_CANNOT_TELL:
	case EVENT_VERIFIED:
	case EVENT_UNVERIFIED:
	case EVENT_GONE:
	case EVENT_EXPIRE:
		*ret = NOTICE_END;
		return 0;
	case EVENT_REJECT:
	case EVENT_CLOSE:
		/* Whoever was told that it began is told that it ended. */
		if (i->notices && !was_sent(i, NOTICE_END))
			*ret = NOTICE_END;
		return 0;
	default:
		return 0;
	}
}

int
step_notice(const struct incidents *d, const struct change *c,
	enum incident_state before, usec now, int *ret, struct why *why)
{
	bool tell = false;
	*ret = NO_NOTICE;
	if (c->wished)
		return 0;
	if (!c->looking)
		return notice_of_step(d, c, before, now, ret, why);
	int r = take_hourly(
		d, "looking-notice", c->incident->app, now, &tell, why);
	if (r >= 0 && tell)
		*ret = NOTICE_LOOKING;
	return r;
}
