/* Hands at work: at most one job for each app at a time. */
#pragma once

#include "head/model/incident.h"
#include "wire/report.h"
#include "config/settings.h"

#include <systemd/sd-event.h>

/* Why hands are at work. */
enum job_purpose {
	FOR_TARGET, /* of no incident */
	FOR_DIAGNOSIS,
	FOR_REHEARSAL,
	FOR_APPROVED, /* probed again before an approved mend */
	FOR_MEND,
	FOR_RECOVERY,
	FOR_VERIFICATION,
	FOR_RECHECK,
	PURPOSES
};

struct job_queue;

struct job_queue_calls {
	/* A sentence about what hands do right now; `incident` may be 0. */
	void (*on_step)(void *arg, uint64_t incident, const char *text);
	/* They ended; the report is borrowed. The app is free again. */
	void (*on_done)(void *arg, enum job_purpose purpose,
		const struct app *app, uint64_t incident,
		struct report *report);
	void *arg;
};

/* `config` is the file hands read. */
struct job_queue *job_queue_new(sd_event *loop, const char *config,
	const struct job_queue_calls *calls);
/* Hands that mend live on. */
void job_queue_free(struct job_queue *c);

/* -EBUSY: hands are at work for the app; try again when they are done. `i` may
 * be NULL (FOR_TARGET), `a` is the attempt to make or to recover. */
int job_queue_send(struct job_queue *c, enum job_purpose purpose,
	const struct app *app, const struct incident *i,
	const struct attempt *a, struct why *why);
bool job_queue_at_app(const struct job_queue *c, const struct app *app);
bool job_queue_at_incident(const struct job_queue *c, uint64_t incident);
size_t job_queue_count(const struct job_queue *c);
