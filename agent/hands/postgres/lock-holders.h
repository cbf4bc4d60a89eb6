/* Who holds locks on tables, for whoever waited for one in vain. */
#pragma once

#include "hands/postgres/session.h"

/* Names of tables, as JSON: [["schema", "table"], ...]. The sessions that have
 * held a lock on one of them for longest, two at most, in words: owned, not
 * escaped. NULL: none does any more, or the server does not say. */
char *lock_holders(struct session *s, const char *tables);
