/* What the role that mends may not do: on a copy it owns everything, so that no
 * rehearsal shows it. */
#pragma once

#include "hands/prisma/migrations.h"
#include "hands/postgres/session.h"

/* Whether the role may write the history, and change and refer to those tables
 * of the plan that exist already. *ret: the first right that is missing and how
 * to give it, owned, or NULL. Fails as session_ask() does. */
int privileges_missing(struct session *s, const char *role, const char *schema,
	struct migration *const *list, size_t n, char **ret, struct why *why);
