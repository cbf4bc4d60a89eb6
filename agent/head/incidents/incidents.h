/* What the files of this folder share: settings, store, outbox, hands, a way to
 * say something in the log, and when to look again. All borrowed but `memory`.
 */
#pragma once

#include "config/settings.h"
#include "head/incidents/run-memory.h"
#include "head/model/incident.h"
#include "head/model/ranking.h"
#include "head/roles/job-queue.h"
#include "head/store/store.h"

struct containers;
struct outbox;

struct incidents {
	const struct settings *settings;
	const struct clock *clock;
	struct store *store;
	struct outbox *outbox;   /* NULL: nothing is sent for now */
	struct job_queue *queue; /* NULL: nothing but changes is made */
	struct ranking *ranking; /* NULL: every fault is a stranger's */
	struct run_memory memory;
	usec due; /* the earliest time at which something is to be done */
	/* One sentence, escaped; `incident` is 0 for none. NULL: not said. */
	void (*note)(uint64_t incident, const char *text);
	/* The same of what happened to an incident: its kind is the state that
	 * it came to, or the moment's. NULL: note() says it. */
	void (*tell)(
		const struct incident *i, const char *kind, const char *text);
	/* What changed before a fault of the app that was logged first then
	 * (since 1970; 0: not known): a finding, which is to be freed. NULL:
	 * nobody knows. */
	void (*changed)(struct containers *const *containers,
		const struct app *app, int64_t first_ns, struct finding *ret);
	struct containers *const *containers; /* for that; opaque here */
	/* scheduler_run() is to be called after this long. */
	void (*wake)(void *arg, usec wait);
	void *arg;
};

/* What did not work is tried again after this. */
#define INCIDENTS_RETRY (30 * USEC_SECOND)

/* The app as it is configured now; NULL if it is no longer. */
const struct app *
incidents_app(const struct incidents *d, const struct incident *i);
/* How much it deserves to be looked at before others. */
enum rank incidents_rank(const struct incidents *d, const struct incident *i);
/* Something is to be done then. */
void incidents_due(struct incidents *d, usec when);
/* Leaves the incident alone until then, whatever else happens. */
void incidents_hold(struct incidents *d, uint64_t incident, usec until);
/* Whether it is left alone; it is due when that is over. */
bool incidents_held(struct incidents *d, uint64_t incident, usec now);
/* It did not work: said in the log, and tried again. */
void incidents_failed(struct incidents *d, uint64_t incident,
	const struct why *why, usec now);

/* The time by a clock that nobody sets. */
usec incidents_steady(const struct incidents *d, usec now);
/* Hands could not be started for the incident (0: for none), with this error:
 * said in the log, and tried again; soon where the reason may pass. Returns
 * when. */
usec incidents_unstarted(struct incidents *d, uint64_t incident, int r,
	const struct why *why, usec now);
/* Gives hands a job for the incident: true if they were sent. What cannot be
 * done now is due later. */
bool incidents_send(struct incidents *d, enum job_purpose purpose,
	const struct incident *i, const struct attempt *a, usec now);
