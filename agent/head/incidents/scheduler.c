#include "config.h"
#include "head/incidents/scheduler.h"

#include <stdlib.h>
#include <string.h>

#include "head/incidents/attempts.h"
#include "head/incidents/budget.h"
#include "head/incidents/clock-adjust.h"
#include "head/incidents/database-targets.h"
#include "head/incidents/decide.h"
#include "head/incidents/ingest.h"
#include "head/incidents/job-results.h"
#include "head/incidents/run-memory.h"
#include "head/incidents/still-looking.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/policy/limits.h"
#include "head/roles/job-queue.h"
#include "head/store/store.h"
#include "wire/fault.h"

/* What is due already waits for its turn in the loop. */
#define SOON 1000

struct scheduler {
	struct incidents incidents;
	struct database_targets *targets;
	struct clock_adjust clock;
};

/* --- what is due, by the incident's state --------------------------------- */

/* A limit holds it up; what is news of that is kept. */
static void
put_off(struct incidents *d, struct incident *i, const struct limits_answer *by,
	usec now)
{
	bool news = !i->wait_reason || strcmp(i->wait_reason, by->text) != 0;
	if (news || i->wait_until != by->until) {
		i->wait_until = by->until;
		incident_set(&i->wait_reason, by->text);
		(void)incidents_say(
			d, i, news ? "decision" : NULL, by->text, now);
	}
	incidents_due(d, by->until);
}

static bool
begin_look(struct incidents *d, struct incident *i, usec now)
{
	return i->state == STATE_DIAGNOSING ||
		incidents_go(d, i, EVENT_LOOK, NULL, now);
}

/* Whether hands can look now; if not, it is due when they can. */
static bool
may_look(struct incidents *d, struct incident *i, usec now)
{
	const struct app *app = incidents_app(d, i);
	struct limits_answer may;
	struct why why;
	if (job_queue_at_app(d->queue, app))
		return false; /* their end wakes us */
	if (budget_look(d, app, now, &may, &why) < 0) {
		incidents_failed(d, i->id, &why, now);
		return false;
	}
	if (!may.allowed)
		put_off(d, i, &may, now);
	return may.allowed;
}

static void
look(struct incidents *d, struct incident *i, usec now)
{
	struct why why;
	if (!class_info(i->class)->probed || i->roll_up) {
		/* There is nothing to look at. */
		if (begin_look(d, i, now))
			decide(d, i, now);
		return;
	}
	if (!may_look(d, i, now) || !begin_look(d, i, now))
		return;
	if (store_look_add(d->store, i->app, now, &why) < 0)
		incidents_failed(d, i->id, &why, now);
	incidents_send(d, FOR_DIAGNOSIS, i, NULL, now);
}

/* Whether a pause, the freeze file or a limit still holds up what waits for it.
 * Asked without a look: an hour has only twelve of them. */
static bool
still_limited(struct incidents *d, struct incident *i, usec now)
{
	struct limits_answer limits;
	struct why why;
	if (budget_attempt(d, incidents_app(d, i), now, &limits, &why) < 0) {
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

/* Nobody approved in time; or somebody did, and it was held up for so long that
 * the plan they read is stale. */
static void
expire(struct incidents *d, struct incident *i, usec now)
{
	own(str) char *text = i->approved_by
		? xprintf("the approval was held up until it expired: %s",
			  i->wait_reason ? i->wait_reason
					 : "the agent did not run")
		: xstrdup("nobody approved in time");
	incident_set(&i->reason, text);
	(void)incidents_go(d, i, EVENT_EXPIRE, text, now);
}

static void
await(struct incidents *d, struct incident *i, usec now)
{
	incidents_due(d, i->expires);
	if (now >= i->expires)
		expire(d, i, now);
	else if (i->approved_by && now < i->wait_until)
		incidents_due(d, i->wait_until);
	else if (i->approved_by && !still_limited(d, i, now))
		incidents_send(d, FOR_APPROVED, i, NULL, now);
}

/* Its hands are gone, and what they found did not get into the store. */
static void
rehearse_anew(struct incidents *d, struct incident *i, usec now)
{
	if (incidents_go(d, i, EVENT_RESTART,
		    "how the rehearsal ended could not be kept", now))
		incidents_due(d, now);
}

/* No hands of ours are at it: an earlier head's, or none any more. */
static void
look_after(struct incidents *d, struct incident *i, usec now)
{
	struct attempt a = { 0 };
	struct why why;
	switch (attempts_look_after(d, i, now, &a, &why)) {
	case ATTEMPTS_START:
		incidents_send(d, FOR_MEND, i, &a, now);
		break;
	case ATTEMPTS_RECOVER:
		incidents_send(d, FOR_RECOVERY, i, &a, now);
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
		incidents_send(d, FOR_VERIFICATION, i, NULL, now);
}

static void
recheck(struct incidents *d, struct incident *i, usec now)
{
	if (i->recheck_due && now >= i->recheck_due)
		incidents_send(d, FOR_RECHECK, i, NULL, now);
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

static void
do_due(struct scheduler *c, usec now)
{
	struct incidents *d = &c->incidents;
	struct incident *list = NULL;
	struct why why;
	size_t n = 0;
	struct incident_filter live = { .class = -1, .live = true };
	database_targets_run(c->targets, d, now);
	if (store_incidents(d->store, &live, &list, &n, &why) < 0)
		incidents_failed(d, 0, &why, now);
	for (size_t k = n; k-- > 0;) { /* the oldest first */
		struct incident *i = &list[k];
		if (!incidents_app(d, i))
			continue; /* waits until it is configured again */
		still_looking_tell(d, i, now);
		if (due[i->state] && !job_queue_at_incident(d->queue, i->id) &&
			!incidents_held(d, i->id, now))
			due[i->state](d, i, now);
	}
	incident_list_free(list, n);
}

static void
say_clock(struct scheduler *c, int64_t by)
{
	char text[CLOCK_TEXT];
	own(str) char *said = xprintf("the clock was set %s by %s: what is due "
				      "stays as far ahead as it was",
		by > 0 ? "forward" : "back",
		duration_text((usec)llabs(by), text));
	c->incidents.note(0, said);
}

int
scheduler_clock(struct scheduler *c, usec *ret_now, struct why *why)
{
	const struct clock *clock = c->incidents.clock;
	int64_t by = 0;
	*ret_now = clock->wall(clock->arg);
	int r = clock_adjust_follow(&c->clock, c->incidents.store, *ret_now,
		clock->steady(clock->arg), &by, why);
	if (r > 0)
		say_clock(c, by);
	return MIN(r, 0);
}

void
scheduler_run(struct scheduler *c)
{
	struct incidents *d = &c->incidents;
	usec now;
	struct why why;
	d->due = USEC_NEVER;
	if (scheduler_clock(c, &now, &why) >= 0)
		do_due(c, now);
	else
		incidents_failed(d, 0, &why, now);
	/* A clock that was set is noticed within the minute. */
	d->wake(d->arg, d->due <= now ? SOON : MIN(d->due - now, USEC_MINUTE));
}

/* --- from hands ----------------------------------------------------------- */

static void
on_step(void *arg, uint64_t incident, const char *text)
{
	struct scheduler *c = arg;
	struct incidents *d = &c->incidents;
	struct why why;
	usec now = d->clock->wall(d->clock->arg);
	d->note(incident, text);
	if (incident &&
		transition_moment(d, incident, "step", text, now, &why) < 0)
		d->note(incident, why.text);
}

static void
on_done(void *arg, enum job_purpose purpose, const struct app *app,
	uint64_t incident, struct report *report)
{
	struct scheduler *c = arg;
	struct why why;
	usec now = 0;
	own(incident) struct incident i = { 0 };
	int r = scheduler_clock(c, &now, &why);
	if (purpose == FOR_TARGET)
		database_targets_take(
			c->targets, &c->incidents, app, report, now);
	/* Nothing is decided by a clock that was set, and nothing is lost: what
	 * hands found is found again, what they did stands in their file. */
	else if (r < 0)
		incidents_failed(&c->incidents, incident, &why, now);
	/* As it is now: it may have been closed in the meantime. */
	else if (store_incident_get(c->incidents.store, incident, &i, &why) < 0)
		c->incidents.note(incident, why.text);
	else
		job_result_take(&c->incidents, purpose, &i, report, now);
	scheduler_wake(c);
}

/* --- the room itself ------------------------------------------------------ */

/* Rehearsals end with the head that began them. */
static int
restart(struct scheduler *c, usec now, struct why *why)
{
	struct incident *list = NULL;
	size_t n = 0;
	struct incident_filter live = { .class = -1, .live = true };
	int r = store_incidents(c->incidents.store, &live, &list, &n, why);
	for (size_t k = 0; r >= 0 && k < n; k++)
		if (list[k].state == STATE_REHEARSING)
			r = transition_apply(&c->incidents,
				&(struct change){ .incident = &list[k],
					.event = EVENT_RESTART,
					.text = "logmend was started again" },
				now, why);
	incident_list_free(list, n);
	return r;
}

int
scheduler_new(sd_event *loop, const struct incidents *incidents,
	struct scheduler **ret, struct why *why)
{
	own(scheduler) struct scheduler *c = xcalloc(1, sizeof(*c));
	struct job_queue_calls calls = { on_step, on_done, c };
	c->incidents = *incidents;
	c->incidents.queue =
		job_queue_new(loop, incidents->settings->file, &calls);
	c->targets = database_targets_new(incidents->settings);
	usec now;
	int r = scheduler_clock(c, &now, why);
	if (r >= 0)
		r = restart(c, now, why);
	if (r < 0)
		return r;
	scheduler_wake(c);
	*ret = take(c);
	return 0;
}

void
scheduler_free(struct scheduler *c)
{
	if (!c)
		return;
	job_queue_free(c->incidents.queue);
	run_memory_release(&c->incidents.memory);
	database_targets_free(c->targets);
	free(c);
}

void
scheduler_wake(struct scheduler *c)
{
	c->incidents.wake(c->incidents.arg, 0);
}

int
scheduler_fault(struct scheduler *c, const struct app *app, const char *rule,
	const struct fault *f, usec now, struct why *why)
{
	return ingest_fault(&c->incidents, app, rule, f,
		database_targets_failed(c->targets, app), now, why);
}

int
scheduler_moment(struct scheduler *c, uint64_t incident, const char *text,
	usec now, struct why *why)
{
	return transition_moment(
		&c->incidents, incident, "notice", text, now, why);
}

size_t
scheduler_busy(const struct scheduler *c)
{
	return job_queue_count(c->incidents.queue);
}
