#include "config.h"
#include "head/incidents/scheduler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "head/incidents/attempts/hung-hands.h"
#include "head/incidents/attempts/uncommitted.h"
#include "head/incidents/clock-adjust.h"
#include "head/incidents/database-targets.h"
#include "head/incidents/due.h"
#include "head/incidents/ingest.h"
#include "head/incidents/job-results.h"
#include "head/incidents/run-memory.h"
#include "head/incidents/still-looking.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/model/ranking.h"
#include "head/roles/job-queue.h"
#include "head/store/store.h"
#include "wire/attempt-file.h"
#include "wire/fault.h"
#include "wire/stop-files.h"

/* What is due already waits for its turn in the loop. */
#define SOON 1000

struct scheduler {
	struct incidents incidents;
	struct database_targets *targets;
	struct uncommitted *uncommitted;
	struct clock_adjust clock;
	bool newest_next; /* which of the new names is looked at next */
};

/* --- time ------------------------------------------------------------------
 */

/* In which order incidents get an app's hands, which are free for one at a
 * time. What is under way comes first, then what the database is known to lack.
 * Among names that only the log knows, those that were never looked at come
 * before those that were, and what is looked at again comes last. */
enum precedence {
	PRECEDENCE_UNDER_WAY,
	PRECEDENCE_AWAITED,
	PRECEDENCE_KNOWN,
	PRECEDENCE_NEW,
	PRECEDENCE_REST,
	PRECEDENCES
};

static enum precedence
turn_of(const struct incidents *d, const struct incident *i)
{
	switch (i->state) {
	case STATE_REHEARSING:
	case STATE_AWAITING_APPROVAL:
	case STATE_MENDING:
	case STATE_VERIFYING:
		return PRECEDENCE_UNDER_WAY;
	case STATE_OPEN:
	case STATE_DIAGNOSING:
	case STATE_WAITING:
	case STATE_REGRESSED:
		break;
	default:
		return PRECEDENCE_REST;
	}
	switch (incidents_rank(d, i)) {
	case RANK_AWAITED:
		return PRECEDENCE_AWAITED;
	case RANK_KNOWN:
		return PRECEDENCE_KNOWN;
	default:
		return i->cause == CAUSE_NONE ? PRECEDENCE_NEW
					      : PRECEDENCE_REST;
	}
}

static void
do_one(struct incidents *d, struct incident *i, usec now)
{
	if (!incidents_app(d, i))
		return; /* waits until it is configured again */
	still_looking_tell(d, i, now);
	if (!job_queue_at_incident(d->queue, i->id) &&
		!incidents_held(d, i->id, now))
		due_do(d, i, now);
}

/* The oldest first; but of new names the oldest and the newest by turns, so
 * that whoever makes up names can keep neither from being looked at, not even
 * by sending the next one at the right moment. */
static void
do_turn(struct scheduler *c, enum precedence turn, struct incident *list,
	const enum precedence *turns, size_t n, usec now)
{
	size_t busy = job_queue_count(c->incidents.queue);
	bool newest = turn == PRECEDENCE_NEW && c->newest_next;
	for (size_t k = 0; k < n; k++) {
		size_t at = newest ? k : n - 1 - k;
		if (turns[at] == turn)
			do_one(&c->incidents, &list[at], now);
	}
	if (turn == PRECEDENCE_NEW &&
		job_queue_count(c->incidents.queue) > busy)
		c->newest_next = !c->newest_next;
}

/* Hands that mend ask for a freeze and a pause themselves; those that wait in
 * the middle of a statement hear of one that was over by then all the same. */
static void
stop_hands(const struct incidents *d)
{
	usec paused = 0;
	struct why why;
	if (!job_queue_mends(d->queue))
		return;
	own(str) char *text = stop_files_freeze(d->settings->freeze_file);
	if (!text)
		text = stop_files_paused(d->settings->store);
	if (!text && store_paused(d->store, &paused, &why) >= 0 && paused)
		text = xstrdup("paused");
	if (text)
		job_queue_stop(d->queue, text);
}

static void
tend_hands(struct incidents *d, usec now)
{
	usec steady = incidents_steady(d, now);
	usec next = job_queue_tend(d->queue, steady);
	if (next != USEC_NEVER)
		incidents_due(d, now + (next > steady ? next - steady : 0));
}

static void
do_due(struct scheduler *c, usec now)
{
	struct incidents *d = &c->incidents;
	struct incident *list = NULL;
	struct why why;
	size_t n = 0;
	struct incident_filter live = { .class = -1, .live = true };
	stop_hands(d);
	hung_hands_tidy(d, now);
	database_targets_run(c->targets, d, now);
	if (store_incidents(d->store, &live, &list, &n, &why) < 0)
		incidents_failed(d, 0, &why, now);
	enum precedence *turns = xcalloc(n + 1, sizeof(*turns));
	for (size_t k = 0; k < n; k++)
		turns[k] = turn_of(d, &list[k]);
	for (int turn = 0; turn < PRECEDENCES; turn++) {
		/* Before it hands are spent on strangers. */
		if (turn == PRECEDENCE_NEW)
			database_targets_run_missing(c->targets, d, now);
		do_turn(c, (enum precedence)turn, list, turns, n, now);
	}
	free(turns);
	incident_list_free(list, n);
	uncommitted_run(c->uncommitted, d, now);
	tend_hands(d, now);
}

static void
say_clock(struct scheduler *c, int64_t by)
{
	char text[CLOCK_TEXT];
	own(str) char *said = xprintf("the clock was set %s by %s: what is due "
				      "stays as far ahead as it was",
		by > 0 ? "forward" : "back",
		duration_text((usec)llabs(by), text));
	c->incidents.note(0, said);
}

int
scheduler_clock(struct scheduler *c, usec *ret_now, struct why *why)
{
	const struct clock *clock = c->incidents.clock;
	int64_t by = 0;
	*ret_now = clock->wall(clock->arg);
	int r = clock_adjust_follow(&c->clock, c->incidents.store, *ret_now,
		clock->steady(clock->arg), &by, why);
	if (r > 0) {
		run_memory_shift(&c->incidents.memory, by);
		say_clock(c, by);
	}
	return MIN(r, 0);
}

void
scheduler_run(struct scheduler *c)
{
	struct incidents *d = &c->incidents;
	usec now;
	struct why why;
	d->due = USEC_NEVER;
	if (scheduler_clock(c, &now, &why) >= 0)
		do_due(c, now);
	else
		incidents_failed(d, 0, &why, now);
	/* A clock that was set is noticed within the minute. */
	d->wake(d->arg, d->due <= now ? SOON : MIN(d->due - now, USEC_MINUTE));
}

/* --- from hands ----------------------------------------------------------- */

static void
on_step(void *arg, uint64_t incident, const char *text)
{
	struct scheduler *c = arg;
	struct incidents *d = &c->incidents;
	struct why why;
	usec now = d->clock->wall(d->clock->arg);
	d->note(incident, text);
	if (incident &&
		transition_moment(d, incident, "step", text, now, &why) < 0)
		d->note(incident, why.text);
}

static void
on_done(void *arg, enum job_purpose purpose, const struct app *app,
	uint64_t incident, struct report *report)
{
	struct scheduler *c = arg;
	struct why why;
	usec now = 0;
	own(incident) struct incident i = { 0 };
	int r = scheduler_clock(c, &now, &why);
	if (!app)
		; /* by settings that are gone: what is due is done anew */
	else if (purpose == FOR_TARGET)
		database_targets_take(
			c->targets, &c->incidents, app, report, now);
	else if (purpose == FOR_MISSING)
		database_targets_take_missing(
			c->targets, &c->incidents, app, report, now);
	/* Nothing is decided by a clock that the store could not follow, and
	 * nothing is lost: what hands found is found again, and what they did
	 * stands in the attempt's file. */
	else if (r < 0)
		incidents_failed(&c->incidents, incident, &why, now);
	/* The incident as it is now: somebody may have closed it. */
	else if (store_incident_get(c->incidents.store, incident, &i, &why) < 0)
		c->incidents.note(incident, why.text);
	else if (purpose == FOR_DEPLOYED)
		uncommitted_take(
			c->uncommitted, &c->incidents, app, &i, report, now);
	else
		job_result_take(&c->incidents, purpose, &i, report, now);
	/* Also from inside a run, whose own wish would replace the wake. */
	incidents_due(&c->incidents, now);
	scheduler_wake(c);
}

/* --- making and freeing ------------------------------------------------------
 */

/* Hands of a rehearsal end with the head that sent them. */
static int
restart(struct scheduler *c, usec now, struct why *why)
{
	struct incident *list = NULL;
	size_t n = 0;
	struct incident_filter live = { .class = -1, .live = true };
	int r = store_incidents(c->incidents.store, &live, &list, &n, why);
	for (size_t k = 0; r >= 0 && k < n; k++)
		if (list[k].state == STATE_REHEARSING)
			r = transition_apply(&c->incidents,
				&(struct change){ .incident = &list[k],
					.event = EVENT_RESTART,
					.text = "logmend was started again" },
				now, why);
	incident_list_free(list, n);
	return r;
}

/* A head that was killed between the store and the file left one of them
 * behind: the store is right. */
static int
follow_pause(const struct incidents *d, usec now, struct why *why)
{
	usec paused = 0;
	struct why told;
	int r = store_paused(d->store, &paused, why);
	if (r < 0)
		return r;
	r = paused ? stop_files_pause(d->settings->store, "the agent's store",
			     now, &told)
		   : stop_files_resume(d->settings->store, &told);
	/* Head asks the store, and tells the hands that it sends. */
	if (r < 0)
		d->note(0, told.text);
	return 0;
}

int
scheduler_new(sd_event *loop, const struct incidents *incidents,
	struct scheduler **ret, struct why *why)
{
	own(scheduler) struct scheduler *c = xcalloc(1, sizeof(*c));
	struct job_queue_calls calls = { on_step, on_done, c };
	c->incidents = *incidents;
	c->incidents.queue =
		job_queue_new(loop, incidents->settings->file, &calls);
	c->targets = database_targets_new(incidents->settings);
	c->uncommitted = uncommitted_new(incidents->settings);
	c->incidents.ranking = ranking_new();
	usec now;
	int r = scheduler_clock(c, &now, why);
	if (r >= 0)
		r = restart(c, now, why);
	if (r >= 0)
		r = follow_pause(&c->incidents, now, why);
	attempt_file_sweep(c->incidents.settings->store);
	if (r < 0)
		return r;
	scheduler_wake(c);
	*ret = take(c);
	return 0;
}

void
scheduler_free(struct scheduler *c)
{
	if (!c)
		return;
	job_queue_free(c->incidents.queue);
	run_memory_release(&c->incidents.memory);
	database_targets_free(c->targets);
	uncommitted_free(c->uncommitted);
	ranking_free(c->incidents.ranking);
	free(c);
}

void
scheduler_wake(struct scheduler *c)
{
	c->incidents.wake(c->incidents.arg, 0);
}

int
scheduler_fault(struct scheduler *c, const struct app *app, const char *rule,
	const struct fault *f, usec now, struct why *why)
{
	return ingest_fault(&c->incidents, app, rule, f,
		database_targets_failed(c->targets, app), now, why);
}

int
scheduler_moment(struct scheduler *c, uint64_t incident, const char *text,
	usec now, struct why *why)
{
	return transition_moment(
		&c->incidents, incident, "notice", text, now, why);
}

void
scheduler_reload(struct scheduler *c, const struct settings *settings)
{
	struct why why;
	job_queue_reload(c->incidents.queue, settings);
	c->incidents.settings = settings;
	database_targets_free(c->targets);
	c->targets = database_targets_new(settings);
	uncommitted_free(c->uncommitted);
	c->uncommitted = uncommitted_new(settings);
	/* The old limits held it up; the new ones are asked. */
	if (store_waits_end(c->incidents.store, &why) < 0)
		c->incidents.note(0, why.text);
	scheduler_wake(c);
}

void
scheduler_started(struct scheduler *c, const struct app *app)
{
	uncommitted_started(c->uncommitted, app);
	scheduler_wake(c);
}

struct incidents *
scheduler_incidents(struct scheduler *c)
{
	return &c->incidents;
}

size_t
scheduler_busy(const struct scheduler *c)
{
	return job_queue_count(c->incidents.queue);
}
