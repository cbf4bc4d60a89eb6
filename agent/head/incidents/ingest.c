#include "config.h"
#include "head/incidents/ingest.h"

#include <errno.h>
#include <stdlib.h>

#include "head/incidents/attempts.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/policy/limits.h"
#include "head/store/store.h"
#include "wire/fault.h"

/* A request that was under way when we committed may still log the old fault.
 */
#define IN_FLIGHT (1 * USEC_SECOND)

struct ingest {
	struct incidents *incidents;
	const struct app *app;
	const char *rule;
	const struct fault *fault; /* its object with the schema filled in */
	usec now;
	struct why *why;
};

/* Promise 1: all of this happens in the transaction that moves the position of
 * the log, so no line is lost and none counts twice. Promise 2: a log line
 * opens an incident or is counted, and starts nothing else. */

static usec
usec_of(int64_t ns)
{
	return ns > 0 ? (usec)(ns / NSEC_USEC) : 0;
}

/* When it was last seen: by the log's clock, else by ours. */
static usec
seen_at(const struct ingest *in)
{
	return in->fault->last_ns ? usec_of(in->fault->last_ns) : in->now;
}

static int
count(const struct ingest *in, const struct incident *i)
{
	return store_incident_seen(in->incidents->store, i->id,
		in->fault->count, in->fault->first_ns, in->fault->last_ns,
		in->why);
}

static int
open_incident(const struct ingest *in, uint64_t previous, bool roll_up)
{
	own(incident) struct incident i = { 0 };
	incident_init(&i, in->app->name, in->rule, in->fault, in->now);
	i.previous = previous;
	i.roll_up = roll_up;
	if (roll_up) {
		object_free(&i.object);
		own(str) char *name = xprintf("%s (further)", in->app->name);
		fingerprint(name, i.class, &i.object, i.fingerprint);
	}
	own(str) char *what = incident_what(&i);
	own(str) char *text = previous
		? xprintf("open: %s, by rule %s; incident %llu was the same",
			  what, in->rule, (unsigned long long)previous)
		: xprintf("open: %s, by rule %s", what, in->rule);
	const struct change c = {
		.incident = &i, .kind = "state", .text = text, .within = true
	};
	return transition_apply(in->incidents, &c, in->now, in->why);
}

static size_t
open_ones(const struct ingest *in, struct incident **ret, int *r)
{
	size_t n = 0;
	struct incident_filter filter = { .app = in->app->name,
		.class = (int)in->fault->class,
		.live = true };
	*r = store_incidents(in->incidents->store, &filter, ret, &n, in->why);
	return n;
}

/* A fingerprint nobody knows: a new incident, or the one for all the rest, so
 * that whoever writes log lines cannot fill the store or the chat. */
static int
open_or_roll_up(const struct ingest *in)
{
	struct incident *list = NULL;
	int r;
	size_t n = open_ones(in, &list, &r);
	const struct incident *rest = NULL;
	for (size_t i = 0; i < n; i++)
		if (list[i].roll_up)
			rest = &list[i];
	if (r >= 0 && limits_open(n))
		r = open_incident(in, 0, false);
	else if (r >= 0 && rest)
		r = count(in, rest);
	else if (r >= 0)
		r = open_incident(in, 0, true);
	incident_list_free(list, n);
	return r;
}

static int
step(const struct ingest *in, struct incident *i, enum incident_event e,
	const char *text)
{
	const struct change c = {
		.incident = i, .event = e, .text = text, .within = true
	};
	return transition_apply(in->incidents, &c, in->now, in->why);
}

/* Logged again after the mend: its attempt counts as failed. */
static int
fail(const struct ingest *in, struct incident *i)
{
	struct attempt a = { 0 };
	i->verified = true;
	i->verification = OUTCOME_BROKE;
	incident_set(&i->verification_text,
		"the fault was logged again after the mend was committed");
	int r = attempts_failed(in->incidents, i, &a, in->why);
	if (r < 0)
		return r;
	const struct change c = { .incident = i,
		.event = EVENT_UNVERIFIED,
		.text = i->verification_text,
		.ended = &a,
		.within = true };
	r = transition_apply(in->incidents, &c, in->now, in->why);
	attempt_clear(&a);
	return r;
}

/* In an incident that is not over. Only two states make more of it than a
 * number: one that rests because the database did not show the fault, and one
 * whose mend is being verified. */
static int
count_live(const struct ingest *in, struct incident *i)
{
	int r = count(in, i);
	if (r < 0)
		return r;
	usec at = seen_at(in);
	if (i->state == STATE_NOT_CONFIRMED && in->now >= i->recheck_due) {
		i->rechecks++;
		return step(in, i, EVENT_SEEN_AGAIN,
			"seen again, so the database is looked at again");
	}
	if (i->state != STATE_VERIFYING || !i->committed ||
		at <= i->committed + IN_FLIGHT)
		return 0;
	return fail(in, i);
}

/* Seen after its end. What was logged before that is only late. */
static int
count_ended(const struct ingest *in, struct incident *i)
{
	usec at = seen_at(in);
	usec over = i->committed ? i->committed + IN_FLIGHT : i->since;
	if (at <= over)
		return count(in, i);
	bool ours = i->state == STATE_RESOLVED && i->committed &&
		at < i->committed + INCIDENT_REGRESSION;
	if (!ours)
		return open_incident(in, i->id, false);
	int r = count(in, i);
	if (r < 0)
		return r;
	return step(in, i, EVENT_SEEN_AGAIN,
		"the fault came back after our mend, so nothing more is done "
		"by itself");
}

static int
place(const struct ingest *in)
{
	char hex[SHA256_HEX];
	own(incident) struct incident i = { 0 };
	fingerprint(in->app->name, in->fault->class, &in->fault->object, hex);
	int r = store_incident_newest(in->incidents->store, hex, &i, in->why);
	if (r == -ENOENT)
		return open_or_roll_up(in);
	if (r < 0)
		return r;
	return state_live(i.state) ? count_live(in, &i) : count_ended(in, &i);
}

/* A fault that does not say which object joins the one open incident of its
 * class, if there is just one. */
static int
place_nameless(const struct ingest *in)
{
	struct incident *list = NULL;
	int r;
	size_t n = open_ones(in, &list, &r);
	if (r >= 0)
		r = n == 1 ? count_live(in, &list[0]) : place(in);
	incident_list_free(list, n);
	return r;
}

/* The log seldom says which schema it means; the app's target does. */
static bool
lacks_schema(const struct app *app, const struct fault *f)
{
	return app->database_url_file && !f->object.value[OBJECT_SCHEMA] &&
		f->object.value[OBJECT_TABLE] &&
		class_info(f->class)->keys & (1u << OBJECT_SCHEMA);
}

static int
place_fault(struct ingest *in)
{
	return object_identified(in->fault->class, &in->fault->object)
		? place(in)
		: place_nameless(in);
}

int
ingest_fault(struct incidents *d, const struct app *app, const char *rule,
	const struct fault *f, bool target_failed, usec now, struct why *why)
{
	struct ingest in = { d, app, rule, f, now, why };
	if (!lacks_schema(app, f) || target_failed)
		return place_fault(&in);
	own(target) struct target target = { 0 };
	int r = store_target_get(d->store, app->name, &target, why);
	if (r == -ENOENT)
		return store_unplaced_add(d->store, app->name, rule, f, why);
	if (r < 0)
		return r;
	struct fault full = *f;
	full.object = object_copy(&f->object);
	object_set(&full.object, OBJECT_SCHEMA, span_of(target.schema));
	in.fault = &full;
	r = place_fault(&in);
	object_free(&full.object);
	return r;
}

static int
place_row(struct incidents *d, const struct app *app, const struct unplaced *u,
	bool target_failed, usec now, struct why *why)
{
	struct fault f = { .class = u->class,
		.object = object_copy(&u->object),
		.first_ns = u->first_ns,
		.last_ns = u->last_ns,
		.count = (uint32_t)MIN(u->count, UINT32_MAX) };
	if (u->sample)
		buf_add_str(&f.text, u->sample);
	int r = ingest_fault(d, app, u->rule, &f, target_failed, now, why);
	fault_free(&f);
	return r;
}

int
ingest_aside(struct incidents *d, const struct app *app, bool target_failed,
	usec now, struct why *why)
{
	struct unplaced *rows = NULL;
	size_t n = 0;
	int r = store_begin(d->store, why);
	if (r < 0)
		return r;
	r = store_unplaced_take(d->store, app->name, &rows, &n, why);
	for (size_t i = 0; r >= 0 && i < n; i++)
		r = place_row(d, app, &rows[i], target_failed, now, why);
	unplaced_free(rows, n);
	if (r >= 0)
		return store_commit(d->store, why);
	store_rollback(d->store);
	return r;
}
