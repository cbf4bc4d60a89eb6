#include "config.h"
#include "head/incidents/incidents.h"

#include <errno.h>

#include "base/io/spawn.h"

const struct app *
incidents_app(const struct incidents *d, const struct incident *i)
{
	return settings_app(d->settings, i->app);
}

/* A roll-up stands for strangers only. */
enum rank
incidents_rank(const struct incidents *d, const struct incident *i)
{
	return i->roll_up
		? RANK_STRANGER
		: ranking_of(d->ranking, i->app, i->class, &i->object);
}

/* Whatever waits says so at each run; the earliest of these times is when the
 * scheduler wants to run again. */
void
incidents_due(struct incidents *d, usec when)
{
	d->due = MIN(d->due, when);
}

void
incidents_hold(struct incidents *d, uint64_t incident, usec until)
{
	run_memory_hold(&d->memory, incident, until);
	incidents_due(d, until);
}

bool
incidents_held(struct incidents *d, uint64_t incident, usec now)
{
	usec until = run_memory_held(&d->memory, incident, now);
	if (until)
		incidents_due(d, until);
	return until != 0;
}

/* A store or a machine in trouble is not hammered: the incident rests for a
 * while, and everything else goes on. */
void
incidents_failed(
	struct incidents *d, uint64_t incident, const struct why *why, usec now)
{
	d->note(incident, why->text);
	incidents_hold(d, incident, now + INCIDENTS_RETRY);
}

usec
incidents_steady(const struct incidents *d, usec now)
{
	return d->clock ? d->clock->steady(d->clock->arg) : now;
}

/* It is no attempt and no look: nothing ran. The job is sent again by whoever
 * finds out what the incident's state asks for. */
usec
incidents_unstarted(struct incidents *d, uint64_t incident, int r,
	const struct why *why, usec now)
{
	char text[CLOCK_TEXT];
	run_memory_unsent(&d->memory, incident);
	unsigned failures = MAX(d->memory.unstarted, d->memory.unlaunched);
	usec pause =
		spawn_may_pass(r) ? spawn_pause(failures) : INCIDENTS_RETRY;
	own(str) char *said = xprintf(
		"hands could not be started: %s; that is tried again in %s",
		why->text, duration_text(pause, text));
	d->note(incident, said);
	incidents_hold(d, incident, now + pause);
	return now + pause;
}

bool
incidents_send(struct incidents *d, enum job_purpose purpose,
	const struct incident *i, const struct attempt *a, usec now)
{
	struct why why;
	const struct app *app = incidents_app(d, i);
	int r = app ? job_queue_send(d->queue, purpose, app, i, a, &why)
		    : -EBUSY;
	/* Where the app's hands are busy, nothing is due: the scheduler runs
	 * again when they end. */
	if (r < 0 && r != -EBUSY)
		incidents_unstarted(d, i->id, r, &why, now);
	if (r >= 0)
		run_memory_sent(&d->memory, i->id);
	return r >= 0;
}
