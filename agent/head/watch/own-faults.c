#include "config.h"
#include "head/watch/own-faults.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "config/settings.h"
#include "head/incidents/scheduler.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/store/store.h"
#include "wire/fault.h"

static int
begin(const struct own_faults *o, usec *now, struct why *why)
{
	int r = scheduler_clock(o->scheduler, now, why);
	return r < 0 ? r : store_begin(o->store, why);
}

static int
add_by(const struct own_faults *o, const struct app *app, const char *rule,
	enum fault_class class, const char *text, usec at, usec now,
	struct why *why)
{
	struct fault f = { .class = class, .count = 1 };
	f.first_ns = f.last_ns = (int64_t)at * NSEC_USEC;
	buf_add_str(&f.text, text);
	int r = scheduler_fault(o->scheduler, app, rule, &f, now, why);
	fault_free(&f);
	return r;
}

static int
add(const struct own_faults *o, const struct app *app, enum fault_class class,
	const char *text, usec now, struct why *why)
{
	return add_by(o, app, OWN_FAULTS_RULE, class, text, now, now, why);
}

static int
end(const struct own_faults *o, int r, struct why *why)
{
	if (r < 0) {
		store_rollback(o->store);
		return r;
	}
	scheduler_wake(o->scheduler);
	return store_commit(o->store, why);
}

int
own_faults_unread(const struct own_faults *o, const struct app *app,
	const char *text, struct why *why)
{
	usec now;
	int r = begin(o, &now, why);
	return r < 0
		? r
		: end(o, add(o, app, CLASS_LOG_UNREAD, text, now, why), why);
}

/* The incident of a class without an object that is open. -ENOENT: none is. */
static int
find_open(const struct own_faults *o, const struct app *app,
	enum fault_class class, struct incident *ret, struct why *why)
{
	static const struct object none;
	char hex[SHA256_HEX];
	fingerprint(app->name, class, &none, hex);
	int r = store_incident_newest(o->store, hex, ret, why);
	return r >= 0 && !state_live(ret->state) ? -ENOENT : r;
}

bool
own_faults_is_open(const struct own_faults *o, const struct app *app,
	enum fault_class class, const char *rule)
{
	own(incident) struct incident i = { 0 };
	return find_open(o, app, class, &i, NULL) >= 0 &&
		strcmp(i.rule, rule) == 0;
}

int
own_faults_over(const struct own_faults *o, const struct app *app,
	enum fault_class class, enum incident_event event, const char *text,
	struct why *why)
{
	own(incident) struct incident i = { 0 };
	usec now;
	int r = scheduler_clock(o->scheduler, &now, why);
	if (r >= 0)
		r = find_open(o, app, class, &i, why);
	if (r == -ENOENT)
		return 0;
	if (r >= 0 && state_after(i.state, event) == STATE_NONE)
		return because(why, -EAGAIN,
			"incident %llu is not reported yet",
			(unsigned long long)i.id);
	const struct change over = { .incident = &i,
		.event = event,
		.text = text,
		.wished = event == EVENT_CLOSE };
	return r < 0 ? r
		     : transition_apply(scheduler_incidents(o->scheduler),
			       &over, now, why);
}

static char *
gap_text(const struct gap *g)
{
	char when[CLOCK_TEXT];
	if (g->possible)
		return xprintf("%s, from byte %llu on, noticed at %s: %s",
			g->path, (unsigned long long)g->from,
			clock_text(g->at, when), g->reason);
	own(str) char *lost = g->lost
		? xprintf("about %.1f MB", (double)g->lost / 1e6)
		: xstrdup("nobody knows how much");
	return xprintf("%s, from byte %llu on, noticed at %s: %s is lost, for "
		       "%s",
		g->path, (unsigned long long)g->from, clock_text(g->at, when),
		lost, g->reason);
}

int
own_faults_gap(
	const struct own_faults *o, const struct gap *gap, struct why *why)
{
	const struct app *app = settings_app(o->settings, gap->app);
	own(str) char *text = gap_text(gap);
	usec now;
	int r = begin(o, &now, why);
	if (r < 0)
		return r;
	if (app)
		r = add(o, app, CLASS_LOG_GAP, text, now, why);
	if (r >= 0)
		r = store_gap_told(o->store, gap->id, why);
	return end(o, r, why);
}

/* The key under which the store has until when deaths were told. Owned. */
static char *
told_key(const struct app *app)
{
	return xprintf("docker-deaths:%s", app->name);
}

static int
put_told(const struct own_faults *o, const struct app *app, usec at,
	struct why *why)
{
	own(str) char *key = told_key(app);
	own(str) char *text = xprintf("%llu", (unsigned long long)at);
	return store_value_put(o->store, key, text, why);
}

int
own_faults_told(const struct own_faults *o, const struct app *app, usec now,
	usec *ret, struct why *why)
{
	own(str) char *key = told_key(app);
	own(str) char *value = NULL;
	int r = store_value_get(o->store, key, &value, why);
	*ret = now;
	if (r == -ENOENT)
		return put_told(o, app, now, why);
	/* What is no number was written by nobody: nothing was told. */
	if (r >= 0 && !span_u64(span_of(value), ret))
		*ret = 0;
	return r;
}

int
own_faults_container(const struct own_faults *o, const struct app *app,
	enum fault_class class, const char *text, usec at, struct why *why)
{
	usec now, told = 0;
	int r = begin(o, &now, why);
	if (r < 0)
		return r;
	r = add_by(o, app, OWN_FAULTS_DOCKER, class, text, at, now, why);
	if (r >= 0)
		r = own_faults_told(o, app, at, &told, why);
	/* Deaths are told in no order; bad health is no death. */
	if (r >= 0 && at > told && class != CLASS_UNHEALTHY)
		r = put_told(o, app, at, why);
	return end(o, r, why);
}

int
own_faults_passed(const struct own_faults *o, const struct app *app, usec at,
	struct why *why)
{
	usec told = 0;
	int r = own_faults_told(o, app, at, &told, why);
	return r >= 0 && at > told ? put_told(o, app, at, why) : r;
}
