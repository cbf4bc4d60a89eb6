/* From a fault to its incident. */
#pragma once

#include "head/incidents/incidents.h"

/* Counts the fault, inside the transaction of its batch: in the open incident
 * it belongs to, in a new one, in the one for all the rest, or aside: while the
 * app's target is not known (`target_failed`: it cannot be found out, so it
 * counts without a schema), and where too many names wait, until hands measured
 * what the database lacks. */
int ingest_fault(struct incidents *d, const struct app *app, const char *rule,
	const struct fault *f, bool target_failed, usec now, struct why *why);

struct ingest_aside {
	bool target_failed; /* as above */
	bool tried;         /* what the database lacks was asked for: what is
			       a stranger's now counts with the rest */
	bool measured;      /* and was told */
};

/* Places what was put aside, as far as more is known now. A transaction of its
 * own. */
int ingest_aside(struct incidents *d, const struct app *app,
	const struct ingest_aside *how, usec now, struct why *why);
