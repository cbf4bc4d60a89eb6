#include "config.h"
#include "head/incidents/job-results.h"

#include <errno.h>

#include "base/escape.h"
#include "head/incidents/attempts.h"
#include "head/incidents/attempts/verification.h"
#include "head/incidents/attempts/hung-hands.h"
#include "head/incidents/attempts/unbegun-hands.h"
#include "head/incidents/attempts/limit-usage.h"
#include "head/incidents/decide.h"
#include "head/incidents/run-memory.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/notices/notice.h"
#include "head/policy/limits.h"
#include "head/store/store.h"
#include "wire/finding.h"
#include "wire/plan.h"
#include "wire/result.h"

/* How long an answer is waited for that hands cannot get right now. */
#define PATIENCE (15 * USEC_MINUTE)

/* An attempt is counted by its database. Where the app's target could not be
 * found out at start, the look that shows the fault names it: without this, an
 * attempt would be counted by the app's name, and forgotten with it once the
 * target is known. What is stored already stays, for the same reason. */
static int
store_target(struct incidents *d, const struct incident *i,
	const struct result *r, usec now, struct why *why)
{
	own(target) struct target known = { 0 };
	int e = store_target_get(d->store, i->app, &known, why);
	if (e != -ENOENT)
		return e;
	const struct target seen = { r->host, r->port, r->database, r->schema };
	return store_target_put(d->store, i->app, &seen, now, why);
}

/* Whose database was looked at, for people and for the limits; false if that
 * could not be kept. */
static bool
keep_target(struct incidents *d, struct incident *i, const struct result *r,
	usec now)
{
	struct why why;
	if (!r->host || !r->database)
		return true;
	own(str) char *target = xprintf("%s:%s/%s%s%s", r->host,
		r->port ? r->port : "5432", r->database,
		r->schema ? " schema " : "", r->schema ? r->schema : "");
	own(str) char *shown = escape_str(span_of(target), 512, ESCAPE_LINE);
	incident_set(&i->target, shown);
	if (store_target(d, i, r, now, &why) >= 0)
		return true;
	incidents_failed(d, i->id, &why, now);
	return false;
}

/* A look that did not come to an answer says why; its cause is unknown. */
const char *
job_result_text(const struct report *r)
{
	if (r->unstarted)
		return r->unstarted;
	if (!r->answered)
		return "hands ended without an answer";
	return r->result.text ? r->result.text : "hands gave no reason";
}

/* A database that is down must not use up the diagnoses of the hour: they are
 * needed when it is back. */
static void
uncount_look(struct incidents *d, const struct incident *i, usec now)
{
	struct why why;
	own(str) char *key = limit_usage_look_key(d, i);
	if (store_look_undo(d->store, key, &why) < 0)
		incidents_failed(d, i->id, &why, now);
}

/* Whether hands were killed in work that changes nothing: it is done again, as
 * their end says nothing about the database. */
static bool
was_lost(struct incidents *d, const struct incident *i, const struct report *r)
{
	if (r->answered ||
		run_memory_lost(&d->memory, i->id) > RUN_MEMORY_LOSSES)
		return false;
	d->note(i->id, "hands ended without an answer: they are sent again");
	return true;
}

static void
diagnosed(struct incidents *d, struct incident *i, struct report *r, usec now)
{
	bool done = r->answered && r->result.outcome == OUTCOME_DONE;
	if (i->state != STATE_DIAGNOSING || was_lost(d, i, r))
		return; /* the scheduler looks again */
	if (!keep_target(d, i, &r->result, now))
		return;
	enum cause cause = done ? r->result.cause : CAUSE_UNKNOWN;
	/* Another cause than the one that was told is news. */
	if (cause != i->cause)
		i->notices &= ~(1u << NOTICE_CAUSE);
	i->cause = cause;
	i->lasting = done && r->result.lasting;
	if (cause == CAUSE_UNREACHABLE)
		uncount_look(d, i, now);
	incident_set(&i->cause_text, job_result_text(r));
	plan_free(&i->plan);
	if (done && r->planned) {
		i->plan = r->plan;
		r->plan = (struct plan){ 0 };
	}
	i->rehearsed = false;
	incident_set(&i->rehearsal_text, NULL);
	own(str) char *text =
		xprintf("%s: %s", cause_name(i->cause), i->cause_text);
	/* The findings that the cause was drawn from; later probes do not
	 * replace them. */
	const struct change c = { .incident = i,
		.kind = "cause",
		.text = text,
		.findings = r->findings,
		.n_findings = r->n_findings,
		.listing = i->plan.remedy && r->listing.len
			? buf_str(&r->listing)
			: NULL };
	if (transition_try(d, &c, now))
		decide(d, i, now);
}

static void
rehearsed(struct incidents *d, struct incident *i, struct report *r, usec now)
{
	if (i->state != STATE_REHEARSING)
		return;
	if (was_lost(d, i, r)) {
		(void)transition_step(d, i, EVENT_RESTART,
			"the rehearsal's hands ended without an answer", now);
		return;
	}
	i->rehearsed = true;
	i->rehearsal = r->answered ? r->result.outcome : OUTCOME_ERROR;
	incident_set(&i->rehearsal_text, job_result_text(r));
	own(str) char *text = xprintf(
		"%s: %s", outcome_name(i->rehearsal), i->rehearsal_text);
	if (transition_say(d, i, "rehearsal", text, now))
		decide(d, i, now);
}

static bool
answers(const struct report *r)
{
	return r->answered && r->result.outcome == OUTCOME_DONE &&
		r->result.fault != ANSWER_UNKNOWN;
}

/* An answer hands cannot get now is asked for again, up to our patience. */
static bool
too_long(struct incidents *d, const struct incident *i, usec from, usec now)
{
	if (now > from + PATIENCE)
		return true;
	incidents_hold(d, i->id, now + INCIDENTS_RETRY);
	return false;
}

static bool
same_plan(const struct incident *i, const struct report *r)
{
	if (!r->planned || !i->plan.remedy)
		return !r->planned && !i->plan.remedy;
	return strcmp(i->plan.hash, r->plan.hash) == 0;
}

/* Keeps the reason for the question, and adds who approved it. */
static void
add_answer(struct incident *i)
{
	own(str) char *reason = xprintf("%s; approved by %s with code %s",
		i->reason ? i->reason : "a person is asked", i->approved_by,
		i->code);
	incident_set(&i->reason, reason);
}

static void
probed_again(
	struct incidents *d, struct incident *i, struct report *r, usec now)
{
	struct limits_answer limits;
	struct why why;
	const struct app *app = incidents_app(d, i);
	if (i->state != STATE_AWAITING_APPROVAL || !i->approved_by || !app)
		return;
	if (now >= i->expires)
		return; /* the scheduler lets it expire */
	if (!answers(r)) {
		if (too_long(d, i, i->approved_at, now))
			(void)transition_step(
				d, i, EVENT_CHANGED, job_result_text(r), now);
	} else if (r->result.fault == ANSWER_NO) {
		(void)transition_step(d, i, EVENT_GONE,
			"the fault is gone, not by us; nothing was done", now);
	} else if (!same_plan(i, r)) {
		(void)transition_step(d, i, EVENT_CHANGED,
			"the plan is no longer the one that was approved; its "
			"code is void",
			now);
	} else if (limit_usage_attempt(d, app, now, &limits, &why) < 0) {
		incidents_failed(d, i->id, &why, now);
	} else if (!limits.allowed) {
		/* A limit holds the mend up; the approval stays valid until the
		 * question expires. */
		i->wait_until = limits.until;
		incident_set(&i->wait_reason, limits.text);
		(void)transition_say(d, i, "decision", limits.text, now);
	} else {
		add_answer(i);
		decide_mend(d, i, now);
	}
}

/* What is known of an attempt in doubt, now that the fault is gone. Owned. */
static char *
doubt_text(const struct incident *i, const struct report *r)
{
	if (!i->committed || r->result.history == ANSWER_NO)
		return xprintf("the fault is gone; whether attempt %u did it "
			       "is not known",
			i->attempts);
	if (r->result.history == ANSWER_UNKNOWN)
		return xprintf("the probe no longer shows the fault, and "
			       "attempt %u had committed; whether the "
			       "migrator's history is clean could not be told",
			i->attempts);
	return xprintf("the probe no longer shows the fault: attempt %u, which "
		       "nobody could verify then, had committed",
		i->attempts);
}

/* Why the fault is gone. Of an attempt that committed, and could not be
 * verified while nobody could ask the database, a clean history is the proof;
 * without that nothing is claimed. Owned. */
static char *
gone_text(struct incident *i, const struct report *r)
{
	if (i->state != STATE_IN_DOUBT)
		return xstrdup("the fault is gone, not by us");
	char *text = doubt_text(i, r);
	i->verified = i->committed && r->result.history == ANSWER_YES;
	i->verification = i->verified ? OUTCOME_PASSED : OUTCOME_DONE;
	incident_set(&i->verification_text, text);
	return text;
}

static void
rechecked(struct incidents *d, struct incident *i, struct report *r, usec now)
{
	if (!state_rechecked(i->state))
		return;
	i->rechecks++;
	i->recheck_due = now + limits_recheck(i->rechecks);
	if (!answers(r)) {
		(void)transition_step(d, i, EVENT_UNCHANGED, NULL, now);
	} else if (r->result.fault == ANSWER_NO) {
		own(str) char *text = gone_text(i, r);
		(void)transition_step(d, i, EVENT_GONE, text, now);
	} else if (r->result.cause == i->cause && same_plan(i, r)) {
		(void)transition_step(d, i, EVENT_UNCHANGED, NULL, now);
	} else {
		(void)transition_step(d, i, EVENT_CHANGED,
			"the cause or the plan is another one now", now);
	}
}

static void
mended(struct incidents *d, struct incident *i, struct report *r, usec now)
{
	struct why why;
	if (i->state != STATE_MENDING)
		return;
	int e = r->killed ? hung_hands_overran(d, i, r->stuck, &why) : 0;
	if (e >= 0)
		e = attempts_end(
			d, i, r->answered ? &r->result : NULL, now, &why);
	if (e < 0)
		incidents_failed(d, i->id, &why, now);
	/* What was not adopted stands in the attempt's file: look_after(). */
}

static void
recovered(struct incidents *d, struct incident *i, struct report *r, usec now)
{
	struct why why;
	if (i->state != STATE_MENDING)
		return;
	bool found = r->answered && r->result.outcome != OUTCOME_ERROR;
	if (found && r->result.outcome == OUTCOME_NOT_APPLIED &&
		r->result.unbegun) {
		if (unbegun_hands_recovered(d, i, &r->result, now, &why) < 0)
			incidents_failed(d, i->id, &why, now);
		return;
	}
	if (!found && !too_long(d, i, i->since, now)) {
		d->note(i->id, job_result_text(r));
		return;
	}
	struct result unknown = { .outcome = OUTCOME_IN_DOUBT,
		.fault = ANSWER_UNKNOWN,
		.history = ANSWER_UNKNOWN,
		.text = (char *)"hands ended in the middle, and what they did "
				"could not be found out" };
	if (attempts_adopt(d, i, found ? &r->result : &unknown, now, &why) < 0)
		incidents_failed(d, i->id, &why, now);
}

static void
verified(struct incidents *d, struct incident *i, struct report *r, usec now)
{
	struct why why;
	if (i->state != STATE_VERIFYING)
		return;
	if (!answers(r) && !too_long(d, i, i->quiet_until, now)) {
		d->note(i->id, job_result_text(r));
		return;
	}
	if (verification_conclude(d, i, r, now, &why) < 0)
		incidents_failed(d, i->id, &why, now);
}

typedef void
answer_fn(struct incidents *, struct incident *, struct report *, usec);

static answer_fn *const answers_for[PURPOSES] = {
	[FOR_DIAGNOSIS] = diagnosed,
	[FOR_REHEARSAL] = rehearsed,
	[FOR_APPROVED] = probed_again,
	[FOR_MEND] = mended,
	[FOR_RECOVERY] = recovered,
	[FOR_VERIFICATION] = verified,
	[FOR_RECHECK] = rechecked,
};

/* Their unit did not start the hands: it is no look, and no attempt. */
static void
send_again(struct incidents *d, enum job_purpose purpose,
	const struct incident *i, const struct report *r, usec now)
{
	struct why why;
	(void)because(&why, 0, "%s", r->unstarted);
	d->memory.unlaunched++;
	if (purpose == FOR_DIAGNOSIS)
		uncount_look(d, i, now);
	(void)incidents_unstarted(d, i->id, -EAGAIN, &why, now);
}

void
job_result_take(struct incidents *d, enum job_purpose purpose,
	struct incident *i, struct report *r, usec now)
{
	if (r->unstarted) {
		send_again(d, purpose, i, r, now);
		return;
	}
	d->memory.unlaunched = 0;
	answers_for[purpose](d, i, r, now);
}
