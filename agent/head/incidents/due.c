#include "config.h"
#include "head/incidents/due.h"

#include <stdlib.h>
#include <string.h>

#include "head/incidents/attempts.h"
#include "head/incidents/attempts/limit-usage.h"
#include "head/incidents/decide.h"
#include "head/incidents/run-memory.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/model/ranking.h"
#include "head/policy/limits.h"
#include "head/roles/job-queue.h"
#include "head/store/store.h"
#include "wire/fault.h"

/* Everything here is asked of the store again at each run, so a restart forgets
 * nothing, and a clock that was set, an approval or a pause is seen by whoever
 * looks next. */

/* A limit holds the incident up. The timeline gets a line where the reason is a
 * new one (promise 5: also the decision not to act is kept), and none where the
 * same limit is asked every half minute. */
static void
put_off(struct incidents *d, struct incident *i, const struct limits_answer *by,
	usec now)
{
	bool news = !i->wait_reason || strcmp(i->wait_reason, by->text) != 0;
	if (news || i->wait_until != by->until) {
		i->wait_until = by->until;
		incident_set(&i->wait_reason, by->text);
		(void)transition_say(
			d, i, news ? "decision" : NULL, by->text, now);
	}
	incidents_due(d, by->until);
}

static bool
begin_look(struct incidents *d, struct incident *i, usec now)
{
	return i->state == STATE_DIAGNOSING ||
		transition_step(d, i, EVENT_LOOK, NULL, now);
}

/* Whether hands can look now; if not, it is due when they can. */
static bool
may_look(struct incidents *d, struct incident *i, usec now)
{
	const struct app *app = incidents_app(d, i);
	struct limits_answer may;
	struct why why;
	if (job_queue_at_app(d->queue, app))
		/* The scheduler runs again when these hands end. */
		return false;
	if (limit_usage_look(d, i, now, &may, &why) < 0) {
		incidents_failed(d, i->id, &why, now);
		return false;
	}
	if (may.allowed)
		return true;
	/* What is a stranger's now may be missing for good reason since. */
	if (i->wait_until != may.until)
		ranking_press(d->ranking, i->app);
	put_off(d, i, &may, now);
	return false;
}

static void
look(struct incidents *d, struct incident *i, usec now)
{
	struct why why;
	own(str) char *key = limit_usage_look_key(d, i);
	if (!class_info(i->class)->probed || i->roll_up) {
		/* No probe exists for the class, or a roll-up has no object of
		 * its own: the policy decides without a look. */
		if (begin_look(d, i, now))
			decide(d, i, now);
		return;
	}
	if (!may_look(d, i, now) || !begin_look(d, i, now))
		return;
	/* A look that cannot be counted is not made, and one that is not made
	 * uses up none of the hour's. */
	int r = store_look_add(d->store, key, now, &why);
	if (r >= 0 && !incidents_send(d, FOR_DIAGNOSIS, i, NULL, now))
		r = store_look_undo(d->store, key, &why);
	if (r < 0)
		incidents_failed(d, i->id, &why, now);
}

/* Whether a pause, the freeze file or a limit still holds up what waits for it.
 * This is asked without a look: an hour has only twelve of them. */
static bool
still_limited(struct incidents *d, struct incident *i, usec now)
{
	struct limits_answer limits;
	struct why why;
	if (limit_usage_attempt(d, incidents_app(d, i), now, &limits, &why) <
		0) {
		incidents_failed(d, i->id, &why, now);
		return true;
	}
	if (limits.allowed)
		return false;
	put_off(d, i, &limits, now);
	return true;
}

static void
wait_over(struct incidents *d, struct incident *i, usec now)
{
	if (now < i->wait_until)
		incidents_due(d, i->wait_until);
	else if (i->waiting_since || !still_limited(d, i, now))
		look(d, i, now);
}

/* Nobody approved in time; or somebody did, and a limit held the mend up for so
 * long that the plan they read is stale. */
static void
expire(struct incidents *d, struct incident *i, usec now)
{
	own(str) char *text = i->approved_by
		? xprintf("the approval was held up until it expired: %s",
			  i->wait_reason ? i->wait_reason
					 : "the agent did not run")
		: xstrdup("nobody approved in time");
	incident_set(&i->reason, text);
	(void)transition_step(d, i, EVENT_EXPIRE, text, now);
}

/* Promise 2 holds for an approved plan too: before the mend begins, the
 * database is probed once more. */
static void
await(struct incidents *d, struct incident *i, usec now)
{
	incidents_due(d, i->expires);
	if (now >= i->expires)
		expire(d, i, now);
	else if (i->approved_by && now < i->wait_until)
		incidents_due(d, i->wait_until);
	else if (i->approved_by && !still_limited(d, i, now))
		(void)incidents_send(d, FOR_APPROVED, i, NULL, now);
}

/* The hands of this rehearsal could not be started, or are gone, and what they
 * found did not get into the store. A rehearsal changes nothing that matters,
 * so it is made again. */
static void
rehearse_anew(struct incidents *d, struct incident *i, usec now)
{
	if (run_memory_is_unsent(&d->memory, i->id)) {
		(void)incidents_send(d, FOR_REHEARSAL, i, NULL, now);
		return;
	}
	if (transition_step(d, i, EVENT_RESTART,
		    "how the rehearsal ended could not be kept", now))
		incidents_due(d, now);
}

/* No hands of this run are at the attempt: those of an earlier head are, or
 * none any more. Promise 4: its file says which, and nothing is ever repeated.
 */
static void
look_after(struct incidents *d, struct incident *i, usec now)
{
	struct attempt a = { 0 };
	struct why why;
	switch (attempts_look_after(d, i, now, &a, &why)) {
	case ATTEMPTS_START:
		(void)incidents_send(d, FOR_MEND, i, &a, now);
		break;
	case ATTEMPTS_RECOVER:
		(void)incidents_send(d, FOR_RECOVERY, i, &a, now);
		break;
	case ATTEMPTS_WAIT:
		incidents_due(d, now + USEC_SECOND);
		break;
	case ATTEMPTS_TROUBLE:
		incidents_failed(d, i->id, &why, now);
		break;
	case ATTEMPTS_DONE:
		incidents_due(d, now);
		break;
	}
	attempt_clear(&a);
}

static void
verify(struct incidents *d, struct incident *i, usec now)
{
	if (now < i->quiet_until)
		incidents_due(d, i->quiet_until);
	else
		(void)incidents_send(d, FOR_VERIFICATION, i, NULL, now);
}

static void
recheck(struct incidents *d, struct incident *i, usec now)
{
	if (i->recheck_due && now >= i->recheck_due)
		(void)incidents_send(d, FOR_RECHECK, i, NULL, now);
	else if (i->recheck_due)
		incidents_due(d, i->recheck_due);
}

typedef void due_fn(struct incidents *, struct incident *, usec);

static due_fn *const due[INCIDENT_STATES] = {
	[STATE_OPEN] = look,
	[STATE_DIAGNOSING] = look,
	[STATE_WAITING] = wait_over,
	[STATE_AWAITING_APPROVAL] = await,
	[STATE_REHEARSING] = rehearse_anew,
	[STATE_MENDING] = look_after,
	[STATE_VERIFYING] = verify,
	[STATE_FAILED] = recheck,
	[STATE_IN_DOUBT] = recheck,
	[STATE_REPORTED] = recheck,
	[STATE_REJECTED] = recheck,
	[STATE_EXPIRED] = recheck,
	[STATE_REGRESSED] = look,
};

void
due_do(struct incidents *d, struct incident *i, usec now)
{
	if (due[i->state])
		due[i->state](d, i, now);
}
