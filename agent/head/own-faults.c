#include "config.h"
#include "head/own-faults.h"

#include <errno.h>

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
add(const struct own_faults *o, const struct app *app, enum fault_class class,
	const char *text, usec now, struct why *why)
{
	struct fault f = { .class = class, .count = 1 };
	f.first_ns = f.last_ns = (int64_t)now * NSEC_USEC;
	buf_add_str(&f.text, text);
	int r = scheduler_fault(o->scheduler, app, "logmend", &f, now, why);
	fault_free(&f);
	return r;
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

/* The incident of class log-unread that is open. -ENOENT: none is. */
static int
find_unread(const struct own_faults *o, const struct app *app,
	struct incident *ret, struct why *why)
{
	static const struct object none;
	char hex[SHA256_HEX];
	fingerprint(app->name, CLASS_LOG_UNREAD, &none, hex);
	int r = store_incident_newest(o->store, hex, ret, why);
	return r >= 0 && !state_live(ret->state) ? -ENOENT : r;
}

bool
own_faults_is_unread(const struct own_faults *o, const struct app *app)
{
	own(incident) struct incident i = { 0 };
	return find_unread(o, app, &i, NULL) >= 0;
}

int
own_faults_reads(
	const struct own_faults *o, const struct app *app, struct why *why)
{
	own(incident) struct incident i = { 0 };
	usec now;
	int r = scheduler_clock(o->scheduler, &now, why);
	if (r >= 0)
		r = find_unread(o, app, &i, why);
	if (r == -ENOENT)
		return 0;
	if (r >= 0 && state_after(i.state, EVENT_GONE) == STATE_NONE)
		return because(why, -EAGAIN,
			"incident %llu is not reported yet",
			(unsigned long long)i.id);
	const struct change gone = {
		.incident = &i, .event = EVENT_GONE, .text = "reading goes on"
	};
	return r < 0 ? r
		     : transition_apply(scheduler_incidents(o->scheduler),
			       &gone, now, why);
}

static char *
gap_text(const struct gap *g)
{
	char when[CLOCK_TEXT];
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
