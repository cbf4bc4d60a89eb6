/* What the limits allow now, by what the store remembers. */
#pragma once

#include "head/incidents/incidents.h"

/* The database that the app's attempts are counted by, owned. */
int limit_usage_database(const struct incidents *d, const struct app *app,
	char **ret, struct why *why);
/* Whether the limits allow an attempt on the app's database now. */
int limit_usage_attempt(struct incidents *d, const struct app *app, usec now,
	struct limits_answer *ret, struct why *why);
/* Under which name the incident's looks are counted: its app's, with a budget
 * for each rank, so that names which anybody can make up use up none of what
 * those need whose objects are really missing. Owned. */
char *limit_usage_look_key(const struct incidents *d, const struct incident *i);
/* Whether the incident may be looked at this hour. */
int limit_usage_look(struct incidents *d, const struct incident *i, usec now,
	struct limits_answer *ret, struct why *why);
