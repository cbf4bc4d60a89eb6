/* Which database each app uses, and what that lacks (wire/missing.h): asked of
 * hands at start. The first is asked again while it cannot be told; the second,
 * whenever a limit against floods held a fault back. */
#pragma once

#include "head/incidents/incidents.h"

struct database_targets;

struct database_targets *database_targets_new(const struct settings *settings);
void database_targets_free(struct database_targets *t);
/* Asks for what is not known yet and due. */
void
database_targets_run(struct database_targets *t, struct incidents *d, usec now);
/* The same for what databases lack. */
void database_targets_run_missing(
	struct database_targets *t, struct incidents *d, usec now);
/* Hands answered: ranks the app's faults by it, and places those that waited
 * for it. */
void database_targets_take_missing(struct database_targets *t,
	struct incidents *d, const struct app *app, struct report *r, usec now);
/* Hands answered: stores it, and places the faults that waited for it. */
void database_targets_take(struct database_targets *t, struct incidents *d,
	const struct app *app, struct report *r, usec now);
/* Whether the app's faults are counted without a schema for now. */
bool database_targets_failed(
	const struct database_targets *t, const struct app *app);
