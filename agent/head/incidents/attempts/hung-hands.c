#include "config.h"
#include "head/incidents/attempts/hung-hands.h"

#include <signal.h>

#include "head/incidents/incidents.h"
#include "head/incidents/run-memory.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/policy/limits.h"
#include "head/policy/overdue.h"
#include "head/store/store.h"
#include "wire/attempt-file.h"
#include "wire/result.h"

int
hung_hands_overran(struct incidents *d, const struct incident *i, bool stuck,
	struct why *why)
{
	struct attempt a = { 0 };
	int e = attempts_under_way(d, i, &a, why);
	if (e >= 0) {
		struct attempt_memory *known =
			run_memory_attempt(&d->memory, a.key);
		known->killed = true;
		if (stuck)
			known->overdue.stage = OVERDUE_GIVEN_UP;
	}
	attempt_clear(&a);
	return e;
}

enum attempts_next
hung_hands_doubt(struct incidents *d, struct incident *i, struct attempt *a,
	const char *what, usec now, struct why *why)
{
	own(str) char *text = xprintf(
		"%s: what its hands did, and may still do, nobody can tell. "
		"Look at the database; no other attempt on it begins before "
		"they are known to be gone",
		what);
	a->outcome = OUTCOME_IN_DOUBT;
	a->failed = true;
	incident_set(&a->text, text);
	const struct change c = { .incident = i,
		.event = EVENT_CANNOT_TELL,
		.text = a->text,
		.ended = a };
	return transition_apply(d, &c, now, why) < 0 ? ATTEMPTS_TROUBLE
						     : ATTEMPTS_DONE;
}

/* What they applied of a proposal stays, so people are reminded of it; but not
 * who closed the incident meanwhile. Owned. */
static char *
gone_text(
	const struct incident *i, struct attempt *a, const struct result *said)
{
	bool closed = said && said->proposal.name && i->state == STATE_CLOSED;
	if (said && !closed)
		attempt_take_proposal(a, said);
	return xprintf("the hands of attempt %u are gone%s%s%s", a->number,
		said && said->text ? "; they said: " : "",
		said && said->text ? said->text : "",
		closed ? "; the incident is closed, so nobody is reminded"
		       : "");
}

/* The file tells whether they are gone, also of those that an earlier head gave
 * up. The incident went its way; only the attempt ends. */
static int
tidy(struct incidents *d, struct attempt *a, usec now, struct why *why)
{
	own(incident) struct incident i = { 0 };
	own(result) struct result said = { 0 };
	enum attempt_file_state state = ATTEMPT_FILE_RUNNING;
	int r = store_incident_get(d->store, a->incident, &i, why);
	if (r < 0 || i.state == STATE_MENDING)
		return r;
	r = attempt_file_read(d->settings->store, a->key, &state, &said, why);
	/* A file that cannot be read is told once. */
	bool news = r < 0 && run_memory_unread(&d->memory, i.id, now) == now;
	if (r < 0 || state == ATTEMPT_FILE_RUNNING) {
		incidents_due(d, now + LIMITS_STOP_RETRY);
		return news ? r : 0;
	}
	run_memory_read(&d->memory, i.id);
	a->ended = now;
	own(str) char *text =
		gone_text(&i, a, state == ATTEMPT_FILE_ENDED ? &said : NULL);
	const struct change c = {
		.incident = &i, .kind = "step", .text = text, .ended = a
	};
	return transition_apply(d, &c, now, why);
}

void
hung_hands_tidy(struct incidents *d, usec now)
{
	struct attempt *list = NULL;
	struct why why;
	size_t n = 0;
	int r = store_attempts_under_way(d->store, &list, &n, &why);
	for (size_t k = 0; r >= 0 && k < n; k++)
		if (tidy(d, &list[k], now, &why) < 0)
			d->note(list[k].incident, why.text);
	if (r < 0)
		d->note(0, why.text);
	attempts_free(list, n);
}

bool
hung_hands_hurry(struct incidents *d, const struct incident *i,
	const struct attempt *a, usec now)
{
	struct attempt_memory *known = run_memory_attempt(&d->memory, a->key);
	const struct app *app = incidents_app(d, i);
	const struct remedy *remedy = app ? app->remedy[i->class] : NULL;
	struct attempt_holder holder = { 0 };
	struct why why;
	if (known->overdue.stage == OVERDUE_GIVEN_UP)
		return true;
	/* Without a deadline in the file, the configuration's holds. */
	(void)attempt_file_holder(d->settings->store, a->key, &holder, NULL);
	usec length = holder.deadline ? holder.deadline
		: remedy              ? remedy->deadline
				      : USEC_HOUR;
	if (!overdue_step(&known->overdue, incidents_steady(d, now),
		    length + OVERDUE_GRACE))
		return false;
	if (known->overdue.stage == OVERDUE_GIVEN_UP)
		return true;
	bool kill = known->overdue.stage == OVERDUE_KILLED;
	known->killed = true;
	int r = attempt_file_signal(
		d->settings->store, a->key, kill ? SIGKILL : SIGTERM, &why);
	d->note(i->id,
		r < 0          ? why.text
			: kill ? "hands did not end in time: they are killed"
			       : "hands did not end in time: they are asked to "
				 "end");
	return false;
}
