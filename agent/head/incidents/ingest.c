#include "config.h"
#include "head/incidents/ingest.h"

#include <errno.h>
#include <stdlib.h>

#include "config/settings.h"
#include "head/incidents/attempts/verification.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/model/ranking.h"
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
	bool tried; /* as in struct ingest_aside */
	bool measured;
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

/* Puts it aside while there is room for its name; 0: there is none. */
static int
put_aside(const struct ingest *in)
{
	size_t n = 0;
	struct store *s = in->incidents->store;
	int r = store_unplaced_count(s, in->app->name, &n, in->why);
	if (r < 0 || n >= UNPLACED_MOST)
		return MIN(r, 0);
	r = store_unplaced_add(s, in->app->name, in->rule, in->fault, in->why);
	return r < 0 ? r : 1;
}

/* No place is free for a name that only the log knows. Hands may find that its
 * object is really missing; till then it waits aside, and else it counts with
 * the rest. */
static int
roll_up(const struct ingest *in, const struct incident *rest)
{
	struct ranking *ranking = in->incidents->ranking;
	bool measurable = ranking && app_has_database(in->app) &&
		class_info(in->fault->class)->probed;
	int r = measurable && !in->tried ? put_aside(in) : 0;
	if (measurable && !in->measured)
		ranking_press(ranking, in->app->name);
	if (r != 0)
		return MIN(r, 0);
	if (measurable && !in->measured) {
		char hex[SHA256_HEX];
		fingerprint(in->app->name, in->fault->class, &in->fault->object,
			hex);
		ranking_remember(
			ranking, in->app->name, hex, in->fault->last_ns);
	}
	return rest ? count(in, rest) : open_incident(in, 0, true);
}

/* Of strangers that came to nothing the one that was logged last longest ago
 * makes room, so that they do not pile up: nobody is told. */
static int
close_unknown(const struct ingest *in, struct incident *list, size_t n)
{
	struct incident *oldest = NULL;
	size_t unknown = 0;
	for (size_t i = 0; i < n; i++) {
		if (!incident_is_unknown(&list[i]) ||
			incidents_rank(in->incidents, &list[i]))
			continue;
		unknown++;
		if (!oldest || list[i].last_ns <= oldest->last_ns)
			oldest = &list[i];
	}
	if (limits_open(unknown))
		return 0;
	const struct change c = { .incident = oldest,
		.event = EVENT_CLOSE,
		.text = "its cause is unknown, and newer faults of the kind "
			"take its place",
		.wished = true,
		.within = true };
	return transition_apply(in->incidents, &c, in->now, in->why);
}

/* A fingerprint without an incident: a new one, or the one for all the rest, so
 * that whoever writes log lines cannot fill the store or the chat. What the
 * database was measured to lack has a place in any case: there is no more of it
 * than migrations and schema name. */
static int
open_or_roll_up(const struct ingest *in, uint64_t previous)
{
	struct incident *list = NULL;
	int r;
	size_t n = open_ones(in, &list, &r), waiting = 0;
	const struct incident *rest = NULL;
	for (size_t i = 0; i < n; i++)
		if (list[i].roll_up)
			rest = &list[i];
		else if (!incident_is_unknown(&list[i]) &&
			!incidents_rank(in->incidents, &list[i]))
			waiting++;
	bool known =
		ranking_of(in->incidents->ranking, in->app->name,
			in->fault->class, &in->fault->object) != RANK_STRANGER;
	/* One that waited aside as there was no place, and still is a
	 * stranger's, gets none that became free meanwhile: a flood opens no
	 * incidents in retrospect. */
	if (r >= 0 && !known && (in->tried || !limits_open(waiting)))
		r = roll_up(in, rest);
	else if (r >= 0) {
		r = known ? 0 : close_unknown(in, list, n);
		if (r >= 0)
			r = open_incident(in, previous, false);
	}
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

/* A question that nobody answered was sent when its time began. */
static bool
may_ask_again(const struct ingest *in, const struct incident *i)
{
	usec asked = i->since - MIN(i->since, in->app->policy->approval);
	return limits_ask_again(asked, in->now);
}

/* In an incident that is not over. Only three states make more of it than a
 * number: one that rests because the database did not show the fault, one whose
 * question nobody answered, and one whose mend is being verified. */
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
	if (i->state == STATE_EXPIRED && may_ask_again(in, i))
		return step(in, i, EVENT_CHANGED,
			"nobody answered in time, and it is seen again: it is "
			"looked at and asked about anew");
	if (i->state != STATE_VERIFYING || !i->committed ||
		at <= i->committed + IN_FLIGHT)
		return 0;
	return verification_broken(in->incidents, i, in->now, in->why);
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
		return open_or_roll_up(in, i->id);
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
		return open_or_roll_up(in, 0);
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
	return app_has_database(app) && !f->object.value[OBJECT_SCHEMA] &&
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

static int
take_in(struct ingest *in, bool target_failed)
{
	if (!lacks_schema(in->app, in->fault) || target_failed)
		return place_fault(in);
	own(target) struct target target = { 0 };
	int r = store_target_get(
		in->incidents->store, in->app->name, &target, in->why);
	if (r == -ENOENT)
		return store_unplaced_add(in->incidents->store, in->app->name,
			in->rule, in->fault, in->why);
	if (r < 0)
		return r;
	struct fault full = *in->fault;
	full.object = object_copy(&full.object);
	object_set(&full.object, OBJECT_SCHEMA, span_of(target.schema));
	in->fault = &full;
	r = place_fault(in);
	object_free(&full.object);
	return r;
}

int
ingest_fault(struct incidents *d, const struct app *app, const char *rule,
	const struct fault *f, bool target_failed, usec now, struct why *why)
{
	struct ingest in = { d, app, rule, f, now, why, false, false };
	return take_in(&in, target_failed);
}

static int
place_row(struct incidents *d, const struct app *app, const struct unplaced *u,
	const struct ingest_aside *how, usec now, struct why *why)
{
	struct fault f = { .class = u->class,
		.object = object_copy(&u->object),
		.first_ns = u->first_ns,
		.last_ns = u->last_ns,
		.count = (uint32_t)MIN(u->count, UINT32_MAX) };
	if (u->sample)
		buf_add_str(&f.text, u->sample);
	struct ingest in = { d, app, u->rule, &f, now, why, how->tried,
		how->measured };
	int r = take_in(&in, how->target_failed);
	fault_free(&f);
	return r;
}

/* Opens the incident of a fault that was counted with the rest before anybody
 * knew that its object is missing. It is counted there, so here its count is
 * none. */
static int
open_recalled(struct incidents *d, const struct app *app,
	const struct missing *m, usec now, struct why *why)
{
	struct fault f = { .class = m->class, .object = m->object };
	struct ingest in = { d, app, "-", &f, now, why, true, true };
	own(incident) struct incident known = { 0 };
	char hex[SHA256_HEX];
	fingerprint(app->name, m->class, &m->object, hex);
	if (!ranking_recalls(d->ranking, app->name, hex, &f.last_ns))
		return 0;
	f.first_ns = f.last_ns;
	int r = store_incident_newest(d->store, hex, &known, why);
	if (r < 0 && r != -ENOENT)
		return r;
	return r >= 0 && state_live(known.state)
		? 0
		: open_incident(&in, known.id, false);
}

int
ingest_aside(struct incidents *d, const struct app *app,
	const struct ingest_aside *how, usec now, struct why *why)
{
	struct unplaced *rows = NULL;
	size_t n = 0;
	int r = store_begin(d->store, why);
	if (r < 0)
		return r;
	r = store_unplaced_take(d->store, app->name, &rows, &n, why);
	for (size_t i = 0; r >= 0 && i < n; i++)
		r = place_row(d, app, &rows[i], how, now, why);
	unplaced_free(rows, n);
	const struct missing_list all = ranking_missing(d->ranking, app->name);
	for (size_t i = 0; r >= 0 && how->measured && i < all.n; i++)
		r = open_recalled(d, app, &all.list[i], now, why);
	if (r >= 0)
		return store_commit(d->store, why);
	store_rollback(d->store);
	return r;
}
