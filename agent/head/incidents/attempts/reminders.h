/* What people are reminded to commit (uncommitted.h), for a sentence. */
#pragma once

#include "head/store/store.h"

/* That nobody is reminded any more of the incident's proposals, by their names,
 * as those say who end it; NULL where nobody is reminded of any. Owned. */
int
reminders_text(struct store *s, uint64_t incident, char **ret, struct why *why);
