/* From a fault to its incident. */
#pragma once

#include "head/incidents/incidents.h"

/* Counts the fault, inside the transaction of its batch: in the open incident
 * it belongs to, in a new one, or aside while the app's target is not known
 * (`target_failed`: it cannot be found out, so it counts without a schema). */
int ingest_fault(struct incidents *d, const struct app *app, const char *rule,
	const struct fault *f, bool target_failed, usec now, struct why *why);

/* The app's target is known now, or cannot be: places what was put aside. A
 * transaction of its own. */
int ingest_aside(struct incidents *d, const struct app *app, bool target_failed,
	usec now, struct why *why);
