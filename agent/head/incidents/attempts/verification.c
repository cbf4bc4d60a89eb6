#include "config.h"
#include "head/incidents/attempts/verification.h"

#include <stdlib.h>

#include "head/incidents/attempts.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/store/store.h"
#include "wire/result.h"

static char *
clean_text(const struct incident *i, const struct report *r)
{
	bool silent = i->last_ns / NSEC_USEC < (int64_t)i->committed;
	const char *history = r->result.history_text;
	return xprintf("the probe no longer shows the fault%s%s%s",
		history ? ", " : "", history ? history : "",
		silent ? ", and it was not logged again" : "");
}

/* What hands said about it is the next step of a person. */
static char *
unknown_text(const struct report *r)
{
	return r->answered && r->result.text && *r->result.text
		? xprintf("the database could not be probed again: %s",
			  r->result.text)
		: xstrdup("the database could not be probed again");
}

/* What hands found out is the next step of a person. Owned. */
static char *
fault_text(const struct report *r)
{
	const char *text = r->result.text;
	return text && *text
		? xprintf("the probe still shows the fault: %s", text)
		: xstrdup("the probe still shows the fault");
}

int
verification_conclude(struct incidents *d, struct incident *i,
	const struct report *r, usec now, struct why *why)
{
	struct attempt a = { 0 };
	bool known = r->answered && r->result.outcome == OUTCOME_DONE &&
		r->result.fault != ANSWER_UNKNOWN;
	bool clean = known && r->result.fault == ANSWER_NO &&
		r->result.history != ANSWER_NO;
	enum incident_event e = !known ? EVENT_CANNOT_TELL
		: clean                ? EVENT_VERIFIED
				       : EVENT_UNVERIFIED;
	own(str) char *text = clean ? clean_text(i, r)
		: !known            ? unknown_text(r)
		: r->result.fault == ANSWER_YES
		? fault_text(r)
		: xstrdup("the migrator's history is not clean");
	int err = clean || !known ? 0 : attempts_failed(d, i, &a, why);
	if (err < 0)
		return err;
	i->verified = true;
	i->verification = clean ? OUTCOME_PASSED : OUTCOME_BROKE;
	incident_set(&i->verification_text, text);
	const struct change c = { .incident = i,
		.event = e,
		.text = text,
		.ended = a.number ? &a : NULL };
	err = transition_apply(d, &c, now, why);
	attempt_clear(&a);
	return err;
}

int
verification_broken(
	struct incidents *d, struct incident *i, usec now, struct why *why)
{
	struct attempt a = { 0 };
	i->verified = true;
	i->verification = OUTCOME_BROKE;
	incident_set(&i->verification_text,
		"the fault was logged again after the mend was committed");
	int r = attempts_failed(d, i, &a, why);
	if (r < 0)
		return r;
	const struct change c = { .incident = i,
		.event = EVENT_UNVERIFIED,
		.text = i->verification_text,
		.ended = &a,
		.within = true };
	r = transition_apply(d, &c, now, why);
	attempt_clear(&a);
	return r;
}
