/* What the rooms that carry an incident share: settings, store, outbox, hands,
 * a way to say something in the log, and when to look again. All borrowed. */
#pragma once

#include "head/crew.h"
#include "head/notice.h"
#include "head/outbox.h"
#include "head/store.h"
#include "base/escape.h"
#include "config/settings.h"

struct hold;
struct loss;

struct desk {
	const struct settings *settings;
	struct store *store;
	struct outbox *outbox;
	struct crew *crew;
	usec due; /* the earliest time at which something is to be done */
	struct hold *holds;  /* incidents that are left alone for a while */
	struct loss *losses; /* incidents whose hands ended unheard */
	char **begun;        /* keys of the attempts begun in this run */
	/* One sentence, escaped; `incident` is 0 for none. */
	void (*note)(uint64_t incident, const char *text);
};

/* A change of an incident: what desk_change() stores in one transaction. */
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
int
desk_change(struct desk *d, const struct change *c, usec now, struct why *why);
/* Takes the step and stores it, with the sentence as its moment. */
int desk_step(struct desk *d, struct incident *i, enum incident_event e,
	const char *text, int notice, usec now, struct why *why);
/* The app as it is configured now; NULL if it is no longer. */
const struct app *desk_app(const struct desk *d, const struct incident *i);

/* What did not work is tried again after this. */
#define DESK_RETRY (30 * USEC_SECOND)

/* Something is to be done then. */
void desk_due(struct desk *d, usec when);
/* Leaves the incident alone until then, whatever wakes us. */
void desk_hold(struct desk *d, uint64_t incident, usec until);
bool desk_held(struct desk *d, uint64_t incident, usec now);
/* Its hands ended without an answer once more: whether that happened so seldom
 * (since logmend was started) that they may be sent again. */
bool desk_lost(struct desk *d, uint64_t incident);
/* The attempt begins in this run of logmend: no earlier head's hands can have
 * its job. */
void desk_begun(struct desk *d, const char *key);
bool desk_began(const struct desk *d, const char *key);
/* Frees what these remember. */
void desk_release(struct desk *d);
/* It did not work: said in the log, and tried again. */
void
desk_failed(struct desk *d, uint64_t incident, const struct why *why, usec now);
/* desk_step(), its failure said and tried again; false if it failed. */
bool desk_go(struct desk *d, struct incident *i, enum incident_event e,
	const char *text, int notice, usec now);
/* desk_change() of a moment alone, in the same manner. */
bool desk_say(struct desk *d, struct incident *i, const char *kind,
	const char *text, usec now);
/* Gives hands a job for the incident; what cannot be done now is due later. */
void desk_send(struct desk *d, enum purpose purpose, const struct incident *i,
	const struct attempt *a, usec now);
