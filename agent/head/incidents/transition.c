#include "config.h"
#include "head/incidents/transition.h"

#include <stdlib.h>
#include <string.h>

#include "head/incidents/attempts/reminders.h"
#include "head/incidents/step-notice.h"
#include "head/model/incident.h"
#include "head/notices/notice.h"
#include "head/notices/outbox.h"
#include "head/policy/limits.h"
#include "head/store/store.h"
#include "wire/fault.h"
#include "wire/finding.h"

/* A plan that is looked for anew, and one that a person turned down, may not be
 * mended by an answer to the old question. One that expired keeps who approved
 * it: its notice says so. */
static void
withdraw_proposal(struct incident *i, enum incident_event e)
{
	if (i->state != STATE_DIAGNOSING && e != EVENT_REJECT &&
		e != EVENT_CLOSE)
		return;
	incident_set(&i->approved_by, NULL);
	i->approved_at = 0;
	i->code[0] = '\0';
}

/* When the back-off of a state begins that is probed again by itself. */
static void
begin_rechecks(struct incident *i, enum incident_state before)
{
	if (i->state == before)
		return;
	if (i->state == STATE_NOT_CONFIRMED)
		i->recheck_due = i->since + limits_recheck(i->rechecks);
	else if (state_rechecked(i->state))
		/* Where nothing can be probed, nothing is. */
		i->recheck_due = class_info(i->class)->probed && !i->roll_up
			? i->since + limits_recheck(0)
			: 0;
}

static int
take_step(const struct change *c, usec now, struct why *why)
{
	struct incident *i = c->incident;
	enum incident_state before = i->state;
	if (c->event == EVENT_NONE)
		return 0;
	int r = incident_step(i, c->event, now, why);
	if (r < 0)
		return r;
	if (c->event == EVENT_ASK)
		/* A new question may get an end of its own, even if an earlier
		 * one was sent. */
		i->notices &= ~(1u << NOTICE_END);
	withdraw_proposal(i, c->event);
	begin_rechecks(i, before);
	return 0;
}

/* What the timeline says. NULL: nothing. Owned. */
static char *
moment_text(const struct change *c)
{
	const char *state = state_name(c->incident->state);
	if (c->kind || c->event == EVENT_NONE)
		return c->kind ? xstrdup(c->text) : NULL;
	return c->text ? xprintf("%s: %s", state, c->text) : xstrdup(state);
}

static int
store_notice(const struct incidents *d, const struct change *c, int notice,
	usec now, struct why *why)
{
	own(str) char *moment = NULL;
	if (notice == NO_NOTICE)
		return 0;
	const struct app *app = incidents_app(d, c->incident);
	if (!app)
		return 0;
	int r = notice_queue(d->store, d->settings, app,
		(enum notice_kind)notice, c->incident, now, &moment, why);
	return r < 0 ? r
		     : store_moment_add(d->store, c->incident->id, now,
			       "notice", moment, why);
}

/* Replaces the findings, but for the one that head made when the incident was
 * opened. */
static int
store_new_findings(
	const struct incidents *d, const struct change *c, struct why *why)
{
	struct finding *old = NULL;
	size_t n_old = 0;
	int r = store_findings(d->store, c->incident->id, &old, &n_old, why);
	if (r < 0)
		return r;
	size_t n = 0;
	struct finding *all = finding_list_with(
		old, n_old, FINDING_CHANGED, c->findings, c->n_findings, &n);
	r = store_findings_put(d->store, c->incident->id, all, n, why);
	free(all);
	finding_list_free(old, n_old);
	return r;
}

/* What changed before a new incident: found out now, as those who look at it
 * later would see what changed since. */
static int
store_opened(const struct incidents *d, struct incident *i, struct why *why)
{
	const struct app *app = incidents_app(d, i);
	struct finding changed = { 0 };
	int r = store_incident_add(d->store, i, why);
	if (r < 0 || !d->changed || !app)
		return r;
	d->changed(d->containers, app, i->first_ns, &changed);
	r = store_findings_put(d->store, i->id, &changed, 1, why);
	finding_free(&changed);
	return r;
}

/* Whoever closes an incident, a person or logmend, ends what reminds of it. */
static int
end_reminders(
	const struct incidents *d, uint64_t incident, usec now, struct why *why)
{
	own(str) char *moment = NULL;
	int r = reminders_text(d->store, incident, &moment, why);
	if (r < 0 || !moment)
		return r;
	r = store_uncommitted_end(d->store, incident, why);
	return r < 0 ? r
		     : store_moment_add(
			       d->store, incident, now, "commit", moment, why);
}

/* Everything of it but the notice, which is made from what stands here. */
static int
store_parts(const struct incidents *d, const struct change *c,
	const char *moment, usec now, struct why *why)
{
	struct incident *i = c->incident;
	int r = i->id ? 0 : store_opened(d, i, why);
	if (r >= 0 && c->begun)
		r = store_attempt_add(d->store, c->begun, why);
	if (r >= 0 && c->ended)
		r = store_attempt_end(d->store, c->ended, why);
	if (r >= 0 && c->findings)
		r = store_new_findings(d, c, why);
	if (r >= 0 && c->listing)
		r = store_listing_put(
			d->store, i->id, i->plan.hash, c->listing, why);
	if (r >= 0 && moment)
		r = store_moment_add(d->store, i->id, now,
			c->kind ? c->kind : "state", moment, why);
	if (r >= 0 && (c->event == EVENT_CLOSE || c->reminds_no_more))
		r = end_reminders(d, i->id, now, why);
	return r;
}

static int
store_change(const struct incidents *d, const struct change *c,
	enum incident_state before, const char *moment, usec now,
	bool *ret_told, struct why *why)
{
	int notice = NO_NOTICE;
	int r = store_parts(d, c, moment, now, why);
	if (r >= 0)
		r = step_notice(d, c, before, now, &notice, why);
	if (r >= 0)
		r = store_notice(d, c, notice, now, why);
	if (r >= 0)
		r = store_incident_save(d->store, c->incident, why);
	*ret_told = notice != NO_NOTICE;
	return r;
}

static void
note(const struct incidents *d, const struct change *c, const char *moment)
{
	if (!moment)
		return;
	bool state = !c->kind || strcmp(c->kind, "state") == 0;
	own(str) char *said =
		state ? xstrdup(moment) : xprintf("%s: %s", c->kind, moment);
	if (d->tell)
		d->tell(c->incident,
			state ? state_name(c->incident->state) : c->kind, said);
	else if (d->note)
		d->note(c->incident->id, said);
}

int
transition_apply(
	struct incidents *d, const struct change *c, usec now, struct why *why)
{
	enum incident_state before = c->incident->state;
	bool told = false;
	int r = take_step(c, now, why);
	if (r >= 0 && !c->within)
		r = store_begin(d->store, why);
	if (r < 0)
		return r;
	own(str) char *moment = moment_text(c);
	r = store_change(d, c, before, moment, now, &told, why);
	if (!c->within && r >= 0)
		r = store_commit(d->store, why);
	else if (!c->within)
		store_rollback(d->store);
	if (r < 0)
		return r;
	note(d, c, moment);
	if (told && d->outbox && !c->within)
		outbox_kick(d->outbox);
	return 0;
}

int
transition_moment(struct incidents *d, uint64_t incident, const char *kind,
	const char *text, usec now, struct why *why)
{
	return store_moment_add(d->store, incident, now, kind, text, why);
}

/* False means that nothing is stored, so the caller must not act: promise 4. */
bool
transition_try(struct incidents *d, const struct change *c, usec now)
{
	struct why why;
	if (transition_apply(d, c, now, &why) >= 0)
		return true;
	incidents_failed(d, c->incident->id, &why, now);
	return false;
}

bool
transition_step(struct incidents *d, struct incident *i, enum incident_event e,
	const char *text, usec now)
{
	const struct change c = { .incident = i, .event = e, .text = text };
	return transition_try(d, &c, now);
}

bool
transition_say(struct incidents *d, struct incident *i, const char *kind,
	const char *text, usec now)
{
	const struct change c = { .incident = i, .kind = kind, .text = text };
	return transition_try(d, &c, now);
}
