#include "config.h"
#include "head/incidents/transition.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "head/model/incident.h"
#include "head/notices/notice.h"
#include "head/notices/outbox.h"
#include "head/policy/limits.h"
#include "head/store/store.h"
#include "wire/fault.h"
#include "wire/finding.h"

#define NO_NOTICE (-1)
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
step_notice(const struct incidents *d, const struct change *c,
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

static int
pick_notice(const struct incidents *d, const struct change *c,
	enum incident_state before, usec now, int *ret, struct why *why)
{
	bool tell = false;
	*ret = NO_NOTICE;
	if (c->wished)
		return 0;
	if (!c->looking)
		return step_notice(d, c, before, now, ret, why);
	int r = take_hourly(
		d, "looking-notice", c->incident->app, now, &tell, why);
	if (r >= 0 && tell)
		*ret = NOTICE_LOOKING;
	return r;
}

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
		r = pick_notice(d, c, before, now, &notice, why);
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
