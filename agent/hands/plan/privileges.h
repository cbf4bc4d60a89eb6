/* What the role that mends may not do: on a copy it owns everything, so that no
 * rehearsal shows it. */
#pragma once

#include "hands/migrator/unit.h"
#include "hands/postgres/session.h"

struct privileges_how {
	const char *role;    /* that mends */
	const char *schema;  /* in which it mends */
	const char *history; /* the migrator's table there */
};

/* Whether the role may write the history, and change and refer to those tables
 * of the units that exist already. *ret: the first right that is missing and
 * how to give it, owned, or NULL. Fails as session_ask() does. */
int privileges_missing(struct session *s, const struct privileges_how *how,
	const struct unit_script *list, size_t n, char **ret, struct why *why);
