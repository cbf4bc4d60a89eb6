/* The one way in which an incident changes. What a change stores, what the
 * timeline says of it and whom a notice tells is decided here alone, and all of
 * it is stored in one transaction, or none of it. */
#pragma once

#include "head/incidents/incidents.h"

struct finding;

/* A change of an incident. What is zero does not change. */
struct change {
	/* With the new values of whatever else changes. Its id is 0: the
	 * incident is opened. */
	struct incident *incident;
	enum incident_event event; /* the step; EVENT_NONE: the state stays */
	/* Of the moment, whose text is then `text` as it is. NULL: a step makes
	 * one of kind `state`, with the new state before the text, if there is
	 * any; where the state stays there is no moment. */
	const char *kind;
	const char *text;               /* a sentence */
	const struct attempt *begun;    /* the intent */
	const struct attempt *ended;    /* the outcome, or a later judgement */
	const struct finding *findings; /* they replace the stored ones */
	size_t n_findings;
	const char *listing; /* of the new plan; NULL: none */
	bool looking; /* people waited long enough: they are told that the
			 cause is still looked for */
	bool wished;  /* by the user's own wish: nobody is told */
	bool reminds_no_more; /* nobody is reminded of its proposals any more,
				 as EVENT_CLOSE does by itself */
	bool within; /* the caller began a transaction, and commits it */
};

/* Takes the step and stores the change. The caller acts only after 0 (and after
 * the commit, where it is his). Negative: nothing was stored, -EPROTO where the
 * step is refused; what the incident holds in memory is then worth nothing. */
int transition_apply(
	struct incidents *d, const struct change *c, usec now, struct why *why);
/* A line in the timeline of an incident that is not at hand; in the
 * transaction that is open, or in one of its own. */
int transition_moment(struct incidents *d, uint64_t incident, const char *kind,
	const char *text, usec now, struct why *why);

/* transition_apply(), its failure said and tried again; false if it failed. */
bool transition_try(struct incidents *d, const struct change *c, usec now);
/* The same of a step with a sentence, and of a moment alone. */
bool transition_step(struct incidents *d, struct incident *i,
	enum incident_event e, const char *text, usec now);
bool transition_say(struct incidents *d, struct incident *i, const char *kind,
	const char *text, usec now);
