/* The jobs that hands are at, at most one for each app: two at once would see
 * each other's half-done work. Nothing waits here; a job that cannot start now
 * is the caller's to send again. */
#pragma once

#include "head/model/incident.h"
#include "wire/report.h"
#include "config/settings.h"

#include <systemd/sd-event.h>

/* What head wants to know or have done; job-queue.c has the job for each. */
enum job_purpose {
	FOR_TARGET,  /* belongs to no incident */
	FOR_MISSING, /* the same */
	FOR_DIAGNOSIS,
	FOR_REHEARSAL,
	FOR_APPROVED, /* probed again before an approved mend */
	FOR_MEND,
	FOR_RECOVERY,
	FOR_VERIFICATION,
	FOR_RECHECK,
	FOR_DEPLOYED, /* whether the image has what an attempt proposed */
	PURPOSES
};

struct job_queue;

struct job_queue_calls {
	/* A sentence about what hands do right now; `incident` may be 0. */
	void (*on_step)(void *arg, uint64_t incident, const char *text);
	/* Hands ended; the report is borrowed. The app may get a new job, also
	 * from inside this call. NULL for the app: they worked by settings that
	 * are gone (job_queue_reload()), so what they say counts for nothing.
	 */
	void (*on_done)(void *arg, enum job_purpose purpose,
		const struct app *app, uint64_t incident,
		struct report *report);
	void *arg;
};

/* `config` is the path of the configuration that hands read. Owned. */
struct job_queue *job_queue_new(sd_event *loop, const char *config,
	const struct job_queue_calls *calls);
/* Frees all without a call. Hands that mend or recover live on. */
void job_queue_free(struct job_queue *c);

/* Starts hands at a job. -EBUSY: hands are at work for the app, so try again
 * after on_done. `i` may be NULL (FOR_TARGET); `a` is the attempt to make, to
 * recover, or whose proposal is looked for, else NULL. `app` is borrowed until
 * on_done or job_queue_reload(), all else for the call only. */
int job_queue_send(struct job_queue *c, enum job_purpose purpose,
	const struct app *app, const struct incident *i,
	const struct attempt *a, struct why *why);
/* The settings are others now: jobs belong to their apps, by name. Hands that
 * mend or recover go on, for they read the configuration themselves; what all
 * others find out is dropped. */
void job_queue_reload(struct job_queue *c, const struct settings *settings);
/* Whether hands mend that were not told to stop; and tells all of these to,
 * with a sentence. */
bool job_queue_mends(const struct job_queue *c);
void job_queue_stop(struct job_queue *c, const char *why);
/* Tells those of one app, and of these only what nobody approved, unless
 * `approved`, too. */
void job_queue_stop_app(struct job_queue *c, const struct app *app,
	bool approved, const char *why);
/* Ends hands that take longer than they may, and gives those up that the kernel
 * does not end: on_done is then called, with a report that says so, and they
 * count as gone. `steady` is the time now by a clock that nobody sets; returns
 * when this is to be called again by that clock, or USEC_NEVER. */
usec job_queue_tend(struct job_queue *c, usec steady);
/* Whether hands are at work for the app, or for the incident. */
bool job_queue_at_app(const struct job_queue *c, const struct app *app);
bool job_queue_at_incident(const struct job_queue *c, uint64_t incident);
size_t job_queue_count(const struct job_queue *c);
