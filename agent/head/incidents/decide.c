#include "config.h"
#include "head/incidents/decide.h"

#include <stdlib.h>

#include "config/labels.h"
#include "head/incidents/attempts.h"
#include "head/incidents/attempts/held-attempts.h"
#include "head/incidents/attempts/limit-usage.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/policy/limits.h"
#include "head/policy/policy.h"
#include "head/store/store.h"
#include "wire/fault.h"

/* Everything the policy looks at. The policy itself is a function of values, so
 * that a decision can be tested without a store; false: nothing may be decided.
 */
static bool
circumstances(struct incidents *d, const struct incident *i, usec now,
	struct circumstances *ret, struct why *why)
{
	const struct app *app = incidents_app(d, i);
	const struct remedy *remedy = app ? app->remedy[i->class] : NULL;
	if (!app)
		return false;
	unsigned held = 0;
	if (held_attempts_count(d, i, &held, why) < 0)
		return false;
	*ret = (struct circumstances){
		.now = now,
		.waiting_since = i->waiting_since,
		.mode = app->policy->mode,
		.lowered_by = app->labels ? app->labels->mode_by : NULL,
		.class = i->class,
		.cause = i->cause,
		.cause_text = i->cause_text,
		.lasting = i->lasting,
		.has_remedy = remedy != NULL,
		.plan = i->plan.remedy ? &i->plan : NULL,
		.rehearsed = i->rehearsed,
		.rehearsal = i->rehearsal,
		.rehearsal_text = i->rehearsal_text,
		.rehearse_off = remedy && remedy->rehearse == REHEARSE_OFF,
		.breaker = i->breaker,
		.roll_up = i->roll_up,
		.attempts = i->attempts > held ? i->attempts - held : 0,
		.approved = i->approved_by != NULL,
	};
	return limit_usage_attempt(d, app, now, &ret->limits, why) >= 0;
}

/* The reason is stored with the step: promise 5 keeps also the decision not to
 * act. */
static void
wait_for_it(struct incidents *d, struct incident *i,
	const struct decision *made, usec now)
{
	i->wait_until = made->until;
	incident_set(&i->wait_reason, made->reason);
	if (transition_step(d, i, EVENT_WAIT, i->reason, now))
		incidents_due(d, i->wait_until);
}

/* The code is made of the plan's hash, so an approval holds for exactly the
 * plan that the person read. */
static void
ask_for_it(struct incidents *d, struct incident *i, usec now)
{
	const struct app *app = incidents_app(d, i);
	approval_code(i->plan.hash, i->id, i->attempts + 1, i->code);
	i->expires = now + app->policy->approval;
	/* A later wait must be noted even if its reason is the same. */
	i->wait_until = 0;
	incident_set(&i->wait_reason, NULL);
	if (transition_step(d, i, EVENT_ASK, i->reason, now))
		incidents_due(d, i->expires);
}

/* Promise 4: the intent is on disk before the act. Where it cannot be stored,
 * hands are not sent. */
void
decide_mend(struct incidents *d, struct incident *i, usec now)
{
	struct why why;
	struct attempt a = { 0 };
	if (attempts_begin(d, i, now, &a, &why) >= 0)
		(void)incidents_send(d, FOR_MEND, i, &a, now);
	else
		incidents_failed(d, i->id, &why, now);
	attempt_clear(&a);
}

/* Promise 3: a plan goes to the copy first. One that is not to be rehearsed
 * passes through that state too. True: it may go on at once. */
static bool
rehearse_it(struct incidents *d, struct incident *i, bool off, usec now)
{
	if (i->state == STATE_REHEARSING)
		return true;
	if (!transition_step(d, i, EVENT_REHEARSE, i->reason, now))
		return false;
	if (!off)
		(void)incidents_send(d, FOR_REHEARSAL, i, NULL, now);
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
		(void)transition_step(
			d, i, EVENT_NOT_CONFIRMED, i->reason, now);
		break;
	case ACTION_NONE:
	case ACTION_REFUSE:
	case ACTION_REPORT:
		(void)transition_step(d, i, EVENT_REPORT, i->reason, now);
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
