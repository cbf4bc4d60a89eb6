/* What the rooms that carry an incident share: settings, store, outbox, hands,
 * a way to say something in the log, and when to look again. All borrowed. */
#pragma once

#include "head/roles/job-queue.h"
#include "head/notices/notice.h"
#include "head/notices/outbox.h"
#include "head/store/store.h"
#include "base/escape.h"
#include "config/settings.h"

struct hold;
struct loss;

struct incidents {
	const struct settings *settings;
	struct store *store;
	struct outbox *outbox;
	struct job_queue *queue;
	usec due; /* the earliest time at which something is to be done */
	struct hold *holds;  /* incidents that are left alone for a while */
	struct loss *losses; /* incidents whose hands ended unheard */
	char **begun;        /* keys of the attempts begun in this run */
	/* One sentence, escaped; `incident` is 0 for none. */
	void (*note)(uint64_t incident, const char *text);
};

/* A change of an incident: what incidents_change() stores in one transaction.
 */
struct change {
	struct incident *incident;
	const char *kind;            /* of the moment; NULL: none */
	const char *text;            /* of the moment; NULL: the state alone */
	int notice;                  /* enum notice_kind, or -1 */
	const struct attempt *begun; /* the intent to store; NULL: none */
	const struct attempt *ended; /* the outcome to store; NULL: none */
};

/* Stores the incident, a moment and, for each target of its app, a notice.
 * Negative: nothing was stored, and the caller must not act. */
int incidents_change(
	struct incidents *d, const struct change *c, usec now, struct why *why);
/* Takes the step and stores it, with the sentence as its moment. */
int
incidents_step(struct incidents *d, struct incident *i, enum incident_event e,
	const char *text, int notice, usec now, struct why *why);
/* The app as it is configured now; NULL if it is no longer. */
const struct app *
incidents_app(const struct incidents *d, const struct incident *i);

/* What did not work is tried again after this. */
#define INCIDENTS_RETRY (30 * USEC_SECOND)

/* Something is to be done then. */
void incidents_due(struct incidents *d, usec when);
/* Leaves the incident alone until then, whatever wakes us. */
void incidents_hold(struct incidents *d, uint64_t incident, usec until);
bool incidents_held(struct incidents *d, uint64_t incident, usec now);
/* Its hands ended without an answer once more: whether that happened so seldom
 * (since logmend was started) that they may be sent again. */
bool incidents_lost(struct incidents *d, uint64_t incident);
/* The attempt begins in this run of logmend: no earlier head's hands can have
 * its job. */
void incidents_begun(struct incidents *d, const char *key);
bool incidents_began(const struct incidents *d, const char *key);
/* Frees what these remember. */
void incidents_release(struct incidents *d);
/* It did not work: said in the log, and tried again. */
void incidents_failed(struct incidents *d, uint64_t incident,
	const struct why *why, usec now);
/* incidents_step(), its failure said and tried again; false if it failed. */
bool incidents_go(struct incidents *d, struct incident *i,
	enum incident_event e, const char *text, int notice, usec now);
/* incidents_change() of a moment alone, in the same manner. */
bool incidents_say(struct incidents *d, struct incident *i, const char *kind,
	const char *text, usec now);
/* Gives hands a job for the incident; what cannot be done now is due later. */
void incidents_send(struct incidents *d, enum job_purpose purpose,
	const struct incident *i, const struct attempt *a, usec now);
