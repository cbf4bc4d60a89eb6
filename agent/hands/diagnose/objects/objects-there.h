/* Which known objects a database lacks. */
#pragma once

#include "hands/diagnose/objects/known-objects.h"
#include "hands/postgres/session.h"

/* Asks the catalog once, for all of them: *ret has one answer for each object,
 * owned, true where it is missing. A column is only missing where its table is
 * there; a name that is no UTF-8 can be in no database, and is never missing.
 * Negative: it could not be asked. */
int objects_missing(struct session *s, const struct known_objects *k,
	bool **ret, struct why *why);
