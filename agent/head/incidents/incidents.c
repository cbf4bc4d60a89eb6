#include "config.h"
#include "head/incidents/incidents.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "head/model/incident.h"

struct hold {
	struct hold *next;
	uint64_t incident;
	usec until;
};

struct loss {
	struct loss *next;
	uint64_t incident;
	unsigned times;
};

#define LOSSES_MOST 3u

const struct app *
incidents_app(const struct incidents *d, const struct incident *i)
{
	return settings_app(d->settings, i->app);
}

static int
store_change(
	struct incidents *d, const struct change *c, usec now, struct why *why)
{
	struct incident *i = c->incident;
	const struct app *app = incidents_app(d, i);
	int r = 0;
	if (c->begun)
		r = store_attempt_add(d->store, c->begun, why);
	if (r >= 0 && c->ended)
		r = store_attempt_end(d->store, c->ended, why);
	if (r >= 0 && c->notice >= 0 && app)
		r = notice_queue(d->store, app, (enum notice_kind)c->notice, i,
			now, why);
	if (r >= 0 && c->kind)
		r = store_moment_add(d->store, i->id, now, c->kind,
			c->text ? c->text : state_name(i->state), why);
	if (r >= 0)
		r = store_incident_save(d->store, i, why);
	return r;
}

int
incidents_change(
	struct incidents *d, const struct change *c, usec now, struct why *why)
{
	int r = store_begin(d->store, why);
	if (r < 0)
		return r;
	r = store_change(d, c, now, why);
	if (r < 0) {
		store_rollback(d->store);
		return r;
	}
	r = store_commit(d->store, why);
	if (r >= 0 && c->notice >= 0 && d->outbox)
		outbox_kick(d->outbox);
	return r;
}

int
incidents_step(struct incidents *d, struct incident *i, enum incident_event e,
	const char *text, int notice, usec now, struct why *why)
{
	int r = incident_step(i, e, now, why);
	if (r < 0)
		return r;
	own(str) char *moment =
		text ? xprintf("%s: %s", state_name(i->state), text) : NULL;
	struct change c = {
		.incident = i, .kind = "state", .text = moment, .notice = notice
	};
	r = incidents_change(d, &c, now, why);
	if (r >= 0)
		d->note(i->id, moment ? moment : state_name(i->state));
	return r;
}

void
incidents_due(struct incidents *d, usec when)
{
	d->due = MIN(d->due, when);
}

void
incidents_hold(struct incidents *d, uint64_t incident, usec until)
{
	struct hold *h = xcalloc(1, sizeof(*h));
	h->incident = incident;
	h->until = until;
	h->next = d->holds;
	d->holds = h;
	incidents_due(d, until);
}

bool
incidents_held(struct incidents *d, uint64_t incident, usec now)
{
	bool held = false;
	for (struct hold **at = &d->holds, *h; (h = *at);) {
		/* One that lies far ahead was made before the clock was set. */
		if (now >= h->until || h->until > now + USEC_HOUR) {
			*at = h->next;
			free(h);
			continue;
		}
		if (h->incident == incident) {
			held = true;
			incidents_due(d, h->until);
		}
		at = &h->next;
	}
	return held;
}

bool
incidents_lost(struct incidents *d, uint64_t incident)
{
	struct loss *l = d->losses;
	while (l && l->incident != incident)
		l = l->next;
	if (!l) {
		l = xcalloc(1, sizeof(*l));
		l->incident = incident;
		l->next = d->losses;
		d->losses = l;
	}
	return ++l->times <= LOSSES_MOST;
}

void
incidents_begun(struct incidents *d, const char *key)
{
	strings_add(&d->begun, key);
}

bool
incidents_began(const struct incidents *d, const char *key)
{
	for (char **k = d->begun; k && *k; k++)
		if (strcmp(*k, key) == 0)
			return true;
	return false;
}

void
incidents_release(struct incidents *d)
{
	strings_free(d->begun);
	d->begun = NULL;
	while (d->losses) {
		struct loss *l = d->losses;
		d->losses = l->next;
		free(l);
	}
	while (d->holds) {
		struct hold *h = d->holds;
		d->holds = h->next;
		free(h);
	}
}

void
incidents_failed(
	struct incidents *d, uint64_t incident, const struct why *why, usec now)
{
	d->note(incident, why->text);
	incidents_hold(d, incident, now + INCIDENTS_RETRY);
}

bool
incidents_go(struct incidents *d, struct incident *i, enum incident_event e,
	const char *text, int notice, usec now)
{
	struct why why;
	if (incidents_step(d, i, e, text, notice, now, &why) >= 0)
		return true;
	incidents_failed(d, i->id, &why, now);
	return false;
}

bool
incidents_say(struct incidents *d, struct incident *i, const char *kind,
	const char *text, usec now)
{
	struct why why;
	struct change c = {
		.incident = i, .kind = kind, .text = text, .notice = -1
	};
	if (incidents_change(d, &c, now, &why) < 0) {
		incidents_failed(d, i->id, &why, now);
		return false;
	}
	own(str) char *said = xprintf("%s: %s", kind, text);
	d->note(i->id, said);
	return true;
}

void
incidents_send(struct incidents *d, enum job_purpose purpose,
	const struct incident *i, const struct attempt *a, usec now)
{
	struct why why;
	const struct app *app = incidents_app(d, i);
	int r = app ? job_queue_send(d->queue, purpose, app, i, a, &why)
		    : -EBUSY;
	if (r < 0 && r != -EBUSY) /* the end of who is busy wakes us */
		incidents_failed(d, i->id, &why, now);
}
