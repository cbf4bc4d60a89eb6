#include "config.h"
#include "head/policy/policy.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "base/own.h"
#include "base/span.h"
#include "wire/fault.h"

static const char *const names[ACTIONS] = {
	[ACTION_NONE] = "none",
	[ACTION_CLOSE] = "close",
	[ACTION_REFUSE] = "refuse",
	[ACTION_REPORT] = "report",
	[ACTION_WAIT] = "wait",
	[ACTION_ASK] = "ask",
	[ACTION_ACT] = "act",
};

const char *
action_name(enum action a)
{
	return names[a];
}

/* Sets the decision and returns true, which ends the chain of rules. */
static bool set_decision(struct decision *d, enum action action,
	const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static bool
set_decision(struct decision *d, enum action action, const char *fmt, ...)
{
	d->action = action;
	va_list args;
	va_start(args, fmt);
	vsnprintf(d->reason, sizeof(d->reason), fmt, args);
	va_end(args);
	/* No character is cut in two: it has at most 4 bytes. */
	size_t len = strlen(d->reason);
	for (int i = 0; i < 3 && len && !utf8_valid(span_of(d->reason)); i++)
		d->reason[--len] = '\0';
	return true;
}

/* What can only be reported, whatever its cause is. Promise 2: without a probe
 * a log line is all there is, and a log line starts no mend. */
static bool
by_incident(const struct circumstances *c, struct decision *d)
{
	if (c->roll_up)
		return set_decision(d, ACTION_REPORT,
			"too many different faults of this class at once: they "
			"are only counted and reported together");
	if (class_info(c->class)->container)
		return set_decision(d, ACTION_REPORT,
			"it is about a container, and nothing in a database "
			"would mend it");
	if (class_info(c->class)->ours)
		return set_decision(d, ACTION_REPORT,
			"it is about logmend itself, and nothing in a database "
			"would mend it");
	if (!class_info(c->class)->probed)
		return set_decision(d, ACTION_REPORT,
			"class %s has no probe: a log line alone never starts "
			"a mend",
			class_info(c->class)->name);
	if (c->cause == CAUSE_NONE)
		return set_decision(
			d, ACTION_REPORT, "the cause could not be found out");
	return false;
}

/* A deploy ends and a database comes back, mostly; one that does not is told of
 * after fifteen minutes. The waits grow with the time that it took so far, so
 * that the patience costs few looks. */
static bool
wait_for_cause(const struct circumstances *c, struct decision *d)
{
	usec since = c->waiting_since ? c->waiting_since : c->now;
	usec waited = c->now > since ? c->now - since : 0;
	char text[CLOCK_TEXT];
	if (c->lasting)
		return set_decision(d, ACTION_REPORT,
			"%s, and it does not pass by itself: not waited for",
			cause_name(c->cause));
	if (waited >= POLICY_PATIENCE)
		return set_decision(d, ACTION_REPORT,
			"%s for %s: no longer waited for", cause_name(c->cause),
			duration_text(waited, text));
	d->waiting_since = since;
	d->until = MIN(
		c->now + MAX(waited, POLICY_RETRY), since + POLICY_PATIENCE);
	return set_decision(d, ACTION_WAIT,
		"%s: it may pass, so it is waited for", cause_name(c->cause));
}

static bool
by_cause(const struct circumstances *c, struct decision *d)
{
	switch (cause_most(c->cause)) {
	case MOST_CLOSE:
		return set_decision(d, ACTION_CLOSE,
			"the database does not show the fault: nothing to "
			"mend");
	case MOST_WAIT:
		return wait_for_cause(c, d);
	case MOST_REPORT:
		if (c->cause == CAUSE_UNKNOWN)
			return set_decision(d, ACTION_REPORT,
				"nothing is planned, for no cause was found: "
				"%s: a person must look",
				c->cause_text ? c->cause_text
					      : "nobody looked");
		return set_decision(d, ACTION_REPORT,
			"cause %s is only ever reported", cause_name(c->cause));
	case MOST_ASK:
	case MOST_ACT:
		break;
	}
	return false;
}

/* What stands against any mend of it, also an approved one. */
static bool
by_plan(const struct circumstances *c, struct decision *d)
{
	const char *class = class_info(c->class)->name;
	if (c->plan && c->plan->verdict == VERDICT_NEVER)
		return set_decision(d, ACTION_REFUSE,
			"the guard refuses the plan: %s",
			c->plan->reason ? c->plan->reason : "no reason given");
	if (!class_info(c->class)->mendable)
		return set_decision(d, ACTION_REPORT,
			"class %s can only be reported", class);
	if (!c->has_remedy)
		return set_decision(d, ACTION_REPORT,
			"the app names no `remedy.%s`", class);
	if (!c->plan)
		return set_decision(d, ACTION_REPORT,
			"there is no plan for cause %s: a person must decide",
			cause_name(c->cause));
	if (c->mode == MODE_REPORT)
		return set_decision(d, ACTION_REPORT, "%s is report%s%s",
			c->lowered_by ? "the mode" : "the policy's mode",
			c->lowered_by ? ", lowered by " : "",
			c->lowered_by ? c->lowered_by : "");
	if (!c->plan->writable)
		return set_decision(d, ACTION_REPORT,
			"the plan needs a new migration folder and the app "
			"names no `proposals`: its steps are for a person");
	if (c->breaker)
		return set_decision(d, ACTION_REPORT,
			"the fault came back after a mend: the breaker is "
			"open");
	return false;
}

/* Promise 3: what did not pass on the copy does not reach production. What
 * could not be rehearsed at all is asked about further down. */
static bool
by_rehearsal(const struct circumstances *c, struct decision *d)
{
	const char *text =
		c->rehearsal_text ? c->rehearsal_text : "no reason given";
	if (!c->rehearsed)
		return false;
	switch (c->rehearsal) {
	case OUTCOME_PASSED:
	case OUTCOME_IMPOSSIBLE:
		return false;
	case OUTCOME_STALE:
	case OUTCOME_GONE:
		d->until = c->now;
		return set_decision(d, ACTION_WAIT,
			"the database changed during the rehearsal: looked at "
			"again");
	case OUTCOME_BROKE:
		return set_decision(d, ACTION_REPORT,
			"the plan does not mend the copy, so production is "
			"not touched: %s",
			text);
	default:
		return set_decision(d, ACTION_REPORT,
			"the rehearsal did not come to its end, so production "
			"is not touched: %s",
			text);
	}
}

/* Limits come last: a plan that nobody would carry out is not worth waiting
 * for.
 */
static bool
by_limits(const struct circumstances *c, struct decision *d)
{
	if (c->limits.allowed)
		return false;
	d->until = c->limits.until;
	return set_decision(d, ACTION_WAIT, "%s", c->limits.text);
}

/* Why a person is asked; NULL if nobody needs to be. */
static const char *
why_ask(const struct circumstances *c)
{
	if (c->mode != MODE_ACT)
		return c->lowered_by ? "a label of its service lowers the mode "
				       "to ask"
				     : "the policy's mode is ask";
	if (cause_most(c->cause) != MOST_ACT)
		return "this cause is always asked about";
	if (c->plan->verdict != VERDICT_AUTO)
		return c->plan->reason ? c->plan->reason : "the guard asks";
	if (c->attempts > 0)
		return "it was attempted once already";
	if (c->rehearse_off)
		return "rehearsals are off, and what was not rehearsed is "
		       "asked";
	if (c->rehearsed && c->rehearsal == OUTCOME_IMPOSSIBLE)
		return "what was not rehearsed is always asked about";
	return NULL;
}

/* Nothing stands against the plan. An approved one is not asked about again. */
static void
go_on(const struct circumstances *c, struct decision *d)
{
	const char *ask = c->approved ? NULL : why_ask(c);
	own(str) char *failed = xprintf("it could not be rehearsed: %s",
		c->rehearsal_text ? c->rehearsal_text : "no reason given");
	const char *how = c->rehearse_off        ? "not rehearsed"
		: !c->rehearsed                  ? "rehearsed first"
		: c->rehearsal == OUTCOME_PASSED ? "the rehearsal passed"
						 : failed;
	if (ask)
		(void)set_decision(
			d, ACTION_ASK, "a person is asked: %s; %s", ask, how);
	else
		(void)set_decision(d, ACTION_ACT, "%s; %s; %s",
			c->approved ? "a person approved exactly this plan"
				    : "mode act, cause and guard allow it",
			how, c->limits.text);
}

void
policy_decide(const struct circumstances *c, struct decision *ret)
{
	/* The first that has an answer; nobody behind it is asked. */
	static bool (*const chain[])(const struct circumstances *,
		struct decision *) = { by_incident, by_cause, by_plan,
		by_rehearsal, by_limits };
	*ret = (struct decision){ 0 };
	for (size_t i = 0; i < ELEMENTS(chain); i++)
		if (chain[i](c, ret))
			return;
	go_on(c, ret);
}
