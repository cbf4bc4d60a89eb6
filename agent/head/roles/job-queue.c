#include "config.h"
#include "head/roles/job-queue.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "config/labels.h"
#include "head/policy/overdue.h"
#include "head/roles/hands-process.h"

#define LOOK_TIME (60 * USEC_SECOND)
/* Looks wait for it, and are as well off without its answer. */
#define MISSING_TIME (15 * USEC_SECOND)
/* It has the app's only hands while Docker is silent. */
#define DEPLOYED_TIME (30 * USEC_SECOND)

/* The job that serves each purpose. */
static const enum job_kind kinds[PURPOSES] = {
	[FOR_TARGET] = JOB_TARGET,
	[FOR_MISSING] = JOB_MISSING,
	[FOR_DIAGNOSIS] = JOB_LOOK,
	[FOR_REHEARSAL] = JOB_REHEARSE,
	[FOR_APPROVED] = JOB_LOOK,
	[FOR_MEND] = JOB_MEND,
	[FOR_RECOVERY] = JOB_RECOVER,
	[FOR_VERIFICATION] = JOB_LOOK,
	[FOR_RECHECK] = JOB_LOOK,
	[FOR_DEPLOYED] = JOB_DEPLOYED,
};

/* A job that hands are at. */
struct queued_job {
	struct queued_job *next;
	struct job_queue *queue;
	enum job_purpose purpose;
	const struct app *app;
	uint64_t incident;
	struct hands_process *hands;
	usec most; /* how long hands may live */
	struct overdue overdue;
	bool told;     /* to stop */
	bool approved; /* by a person */
	bool stale;    /* it works by settings that are gone */
};

struct job_queue {
	sd_event *loop;
	char *config;
	struct job_queue_calls calls;
	struct queued_job *jobs;
};

struct job_queue *
job_queue_new(
	sd_event *loop, const char *config, const struct job_queue_calls *calls)
{
	struct job_queue *c = xcalloc(1, sizeof(*c));
	c->loop = loop;
	c->config = xstrdup(config);
	c->calls = *calls;
	return c;
}

void
job_queue_free(struct job_queue *c)
{
	if (!c)
		return;
	for (struct queued_job *t = c->jobs, *next; t; t = next) {
		next = t->next;
		hands_process_free(t->hands);
		free(t);
	}
	free(c->config);
	free(c);
}

static void
on_step(void *arg, const char *text)
{
	struct queued_job *t = arg;
	t->queue->calls.on_step(t->queue->calls.arg, t->incident, text);
}

static void
remove_job(struct queued_job *t)
{
	for (struct queued_job **at = &t->queue->jobs; *at; at = &(*at)->next) {
		if (*at != t)
			continue;
		*at = t->next;
		return;
	}
}

/* Hands that were given up are on the list until the kernel ends them, and hold
 * nothing up any more. */
static bool
is_given_up(const struct queued_job *t)
{
	return t->overdue.stage == OVERDUE_GIVEN_UP;
}

/* Takes the job off the list before it tells the end: the callee may send the
 * app's next job. hands-process.c frees what it owns after this. */
static void
on_done(void *arg, struct report *r)
{
	struct queued_job *t = arg;
	const struct job_queue_calls *calls = &t->queue->calls;
	remove_job(t);
	if (!is_given_up(t))
		calls->on_done(calls->arg, t->purpose, t->stale ? NULL : t->app,
			t->incident, r);
	free(t);
}

/* Hands that look and rehearse are killed by hands-process.c before that. */
static usec
most_of(const struct job *job)
{
	bool acts = job->kind == JOB_MEND || job->kind == JOB_RECOVER;
	return job->time + (acts ? OVERDUE_GRACE : 2 * OVERDUE_KILL);
}

/* How long hands may take. A rehearsal and a recovery probe as well, beyond
 * the remedy's own deadline; a mend has just that. */
static usec
time_of(enum job_purpose p, const struct remedy *remedy)
{
	usec deadline = remedy ? remedy->deadline : LOOK_TIME;
	switch (p) {
	case FOR_REHEARSAL:
	case FOR_RECOVERY:
		return deadline + LOOK_TIME;
	case FOR_MEND:
		return deadline;
	case FOR_MISSING:
		return MISSING_TIME;
	case FOR_DEPLOYED:
		return DEPLOYED_TIME;
	default:
		return LOOK_TIME;
	}
}

/* Puts the job together. Its texts are borrowed from app and incident, so it
 * must not be freed. The plan's hash is the attempt's where there is one: that
 * is the plan that was approved. */
static struct job
job_of(enum job_purpose purpose, const struct app *app,
	const struct incident *i, const struct attempt *a)
{
	struct job job = { .kind = kinds[purpose], .app = app->name };
	job.migrations = (char *)labels_migrations(app); /* borrowed, too */
	job.time = time_of(purpose, i ? app->remedy[i->class] : NULL);
	if (i) {
		job.class = i->class;
		job.object = i->object; /* borrowed, like the name */
		job.incident = i->id;
		job.approved = i->approved_by != NULL;
		job.attempt = i->attempts;
		memcpy(job.plan_hash, i->plan.hash, sizeof(job.plan_hash));
	}
	if (a) {
		memcpy(job.key, a->key, sizeof(job.key));
		memcpy(job.plan_hash, a->plan_hash, sizeof(job.plan_hash));
		job.proposal = a->proposal; /* borrowed, too */
	}
	return job;
}

int
job_queue_send(struct job_queue *c, enum job_purpose purpose,
	const struct app *app, const struct incident *i,
	const struct attempt *a, struct why *why)
{
	if (job_queue_at_app(c, app))
		return because(
			why, -EBUSY, "hands are at work for app %s", app->name);
	struct job job = job_of(purpose, app, i, a);
	struct queued_job *t = xcalloc(1, sizeof(*t));
	t->queue = c;
	t->purpose = purpose;
	t->app = app;
	t->incident = i ? i->id : 0;
	t->most = most_of(&job);
	t->approved = job.approved;
	int r = hands_process_start(
		c->loop, c->config, &job, on_step, on_done, t, &t->hands, why);
	if (r < 0) {
		free(t);
		return r;
	}
	t->next = c->jobs;
	c->jobs = t;
	return 0;
}

bool
job_queue_mends(const struct job_queue *c)
{
	for (const struct queued_job *t = c->jobs; t; t = t->next)
		if (t->purpose == FOR_MEND && !t->told && !is_given_up(t))
			return true;
	return false;
}

void
job_queue_stop(struct job_queue *c, const char *why)
{
	for (struct queued_job *t = c->jobs; t; t = t->next) {
		if (t->purpose != FOR_MEND || t->told || is_given_up(t))
			continue;
		t->told = true;
		hands_process_stop(t->hands, why);
	}
}

void
job_queue_stop_app(struct job_queue *c, const struct app *app, bool approved,
	const char *why)
{
	for (struct queued_job *t = c->jobs; t; t = t->next) {
		if (t->purpose != FOR_MEND || t->app != app || t->told ||
			(t->approved && !approved) || is_given_up(t))
			continue;
		t->told = true;
		hands_process_stop(t->hands, why);
	}
}

void
job_queue_reload(struct job_queue *c, const struct settings *settings)
{
	for (struct queued_job *t = c->jobs; t; t = t->next) {
		bool acts =
			t->purpose == FOR_MEND || t->purpose == FOR_RECOVERY;
		t->app = t->app ? settings_app(settings, t->app->name) : NULL;
		t->stale |= !acts || !t->app;
	}
}

static void
say_overdue(const struct queued_job *t)
{
	const struct job_queue_calls *calls = &t->queue->calls;
	char length[CLOCK_TEXT];
	static const char *const what[] = {
		[OVERDUE_ASKED] = "is asked to end",
		[OVERDUE_KILLED] = "is killed",
		[OVERDUE_GIVEN_UP] = "could not be killed, and is given up",
	};
	own(str) char *text =
		xprintf("the process at work (%d) did not end within %s: it %s",
			(int)hands_process_pid(t->hands),
			duration_text(t->most, length), what[t->overdue.stage]);
	calls->on_step(calls->arg, t->incident, text);
}

/* Its process stays on the list, and is reaped if it ends after all. */
static void
give_up(const struct queued_job *t)
{
	const struct job_queue_calls *calls = &t->queue->calls;
	own(report) struct report r = { .killed = true, .stuck = true };
	calls->on_done(calls->arg, t->purpose, t->stale ? NULL : t->app,
		t->incident, &r);
}

static void
tend(struct queued_job *t, usec steady)
{
	if (!overdue_step(&t->overdue, steady, t->most))
		return;
	say_overdue(t);
	if (t->overdue.stage == OVERDUE_GIVEN_UP)
		give_up(t);
	else
		hands_process_signal(t->hands,
			t->overdue.stage == OVERDUE_ASKED ? SIGTERM : SIGKILL);
}

/* A call from here may send further jobs, which go to the head of the list, and
 * removes none: hands end on the loop. */
usec
job_queue_tend(struct job_queue *c, usec steady)
{
	usec next = USEC_NEVER;
	for (struct queued_job *t = c->jobs; t; t = t->next) {
		tend(t, steady);
		if (!is_given_up(t))
			next = MIN(next, t->overdue.next);
	}
	return next;
}

bool
job_queue_at_app(const struct job_queue *c, const struct app *app)
{
	for (const struct queued_job *t = c->jobs; t; t = t->next)
		if (t->app == app && !is_given_up(t))
			return true;
	return false;
}

bool
job_queue_at_incident(const struct job_queue *c, uint64_t incident)
{
	for (const struct queued_job *t = c->jobs; t; t = t->next)
		if (incident && t->incident == incident && !is_given_up(t))
			return true;
	return false;
}

size_t
job_queue_count(const struct job_queue *c)
{
	size_t n = 0;
	for (const struct queued_job *t = c->jobs; t; t = t->next)
		n += !is_given_up(t);
	return n;
}
