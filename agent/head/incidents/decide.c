#include "config.h"
#include "head/incidents/decide.h"

#include <stdlib.h>

#include "head/incidents/attempts.h"
#include "head/incidents/budget.h"
#include "head/model/incident.h"
#include "head/policy/limits.h"
#include "head/policy/policy.h"
#include "head/store/store.h"
#include "wire/fault.h"

/* The message about a cause goes out once; about an unknown one, once an hour
 * for each app. */
static int
cause_notice(struct incidents *d, const struct incident *i, usec now)
{
	if (i->notices & (1u << NOTICE_CAUSE))
		return -1;
	if (i->cause != CAUSE_UNKNOWN)
		return NOTICE_CAUSE;
	own(str) char *key = xprintf("unknown-notice:%s", i->app);
	own(str) char *last = NULL;
	struct why why;
	usec then = 0;
	if (store_value_get(d->store, key, &last, &why) >= 0)
		(void)span_u64(span_of(last), &then); /* 0: never */
	if (!limits_unknown_notice(then, now))
		return -1;
	own(str) char *text = xprintf("%llu", (unsigned long long)now);
	if (store_value_put(d->store, key, text, &why) < 0)
		incidents_failed(d, i->id, &why, now);
	return NOTICE_CAUSE;
}

static bool
circumstances(struct incidents *d, const struct incident *i, usec now,
	struct circumstances *ret, struct why *why)
{
	const struct app *app = incidents_app(d, i);
	const struct remedy *remedy = app ? app->remedy[i->class] : NULL;
	if (!app)
		return false;
	*ret = (struct circumstances){
		.now = now,
		.waiting_since = i->waiting_since,
		.mode = app->policy->mode,
		.class = i->class,
		.cause = i->cause,
		.lasting = i->lasting,
		.has_remedy = remedy != NULL,
		.plan = i->plan.remedy ? &i->plan : NULL,
		.rehearsed = i->rehearsed,
		.rehearsal = i->rehearsal,
		.rehearse_off = remedy && remedy->rehearse == REHEARSE_OFF,
		.breaker = i->breaker,
		.roll_up = i->roll_up,
		.attempts = i->attempts,
		.approved = i->approved_by != NULL,
	};
	return budget_attempt(d, app, now, &ret->limits, why) >= 0;
}

/* Who was told that a question or a mend will come learns that it will not. */
static int
report_notice(struct incidents *d, const struct incident *i, usec now)
{
	int notice = cause_notice(d, i, now);
	bool promised = i->state == STATE_REHEARSING ||
		i->notices & (1u << NOTICE_QUESTION);
	bool ended = i->notices & (1u << NOTICE_END);
	return notice < 0 && promised && !ended ? NOTICE_END : notice;
}

static void
report_it(struct incidents *d, struct incident *i, usec now)
{
	i->rechecks = 0;
	i->recheck_due = class_info(i->class)->probed && !i->roll_up
		? now + limits_recheck(0)
		: 0;
	(void)incidents_go(
		d, i, EVENT_REPORT, i->reason, report_notice(d, i, now), now);
}

static void
wait_for_it(struct incidents *d, struct incident *i,
	const struct decision *made, usec now)
{
	i->wait_until = made->until;
	incident_set(&i->wait_reason, made->reason);
	/* What may pass is no cause to wake people for: after 30 s they are
	 * told that it is still looked at (still-looking.c). */
	int notice = made->waiting_since ? -1 : cause_notice(d, i, now);
	if (incidents_go(d, i, EVENT_WAIT, i->reason, notice, now))
		incidents_due(d, i->wait_until);
}

static void
ask_for_it(struct incidents *d, struct incident *i, usec now)
{
	const struct app *app = incidents_app(d, i);
	approval_code(i->plan.hash, i->id, i->attempts + 1, i->code);
	i->expires = now + app->policy->approval;
	i->notices &= ~(1u << NOTICE_END); /* it has an end of its own */
	/* What it waited for before is no news of what comes. */
	i->wait_until = 0;
	incident_set(&i->wait_reason, NULL);
	if (incidents_go(d, i, EVENT_ASK, i->reason, NOTICE_QUESTION, now))
		incidents_due(d, i->expires);
}

void
decide_mend(struct incidents *d, struct incident *i, usec now)
{
	struct why why;
	struct attempt a = { 0 };
	if (attempts_begin(d, i, now, &a, &why) >= 0)
		incidents_send(d, FOR_MEND, i, &a, now);
	else
		incidents_failed(d, i->id, &why, now);
	attempt_clear(&a);
}

/* To the copy first; what is not rehearsed passes through that state too. */
static bool
rehearse_it(struct incidents *d, struct incident *i, bool off, usec now)
{
	if (i->state == STATE_REHEARSING)
		return true;
	if (!incidents_go(d, i, EVENT_REHEARSE, i->reason,
		    cause_notice(d, i, now), now))
		return false;
	if (!off)
		incidents_send(d, FOR_REHEARSAL, i, NULL, now);
	return off;
}

void
decide(struct incidents *d, struct incident *i, usec now)
{
	struct circumstances known;
	struct decision made = { 0 };
	struct why why = { "the app is not configured any more" };
	if (!circumstances(d, i, now, &known, &why)) {
		incidents_failed(d, i->id, &why, now);
		return;
	}
	policy_decide(&known, &made);
	i->action = made.action;
	i->waiting_since = made.waiting_since;
	incident_set(&i->reason, made.reason);
	switch (made.action) {
	case ACTION_CLOSE:
		i->recheck_due = now + limits_recheck(i->rechecks);
		(void)incidents_go(
			d, i, EVENT_NOT_CONFIRMED, i->reason, -1, now);
		break;
	case ACTION_NONE:
	case ACTION_REFUSE:
	case ACTION_REPORT:
		report_it(d, i, now);
		break;
	case ACTION_WAIT:
		wait_for_it(d, i, &made, now);
		break;
	case ACTION_ASK:
		if (rehearse_it(d, i, known.rehearse_off || i->rehearsed, now))
			ask_for_it(d, i, now);
		break;
	case ACTION_ACT:
		if (rehearse_it(d, i, known.rehearse_off || i->rehearsed, now))
			decide_mend(d, i, now);
		break;
	case ACTIONS:
		break;
	}
}
