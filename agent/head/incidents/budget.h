/* What the limits allow now, by what the store remembers. */
#pragma once

#include "head/incidents/incidents.h"

/* The database that the app's attempts are counted by, owned. */
int budget_database(const struct incidents *d, const struct app *app,
	char **ret, struct why *why);
/* Whether the limits allow an attempt on the app's database now. */
int budget_attempt(struct incidents *d, const struct app *app, usec now,
	struct limits_answer *ret, struct why *why);
/* Whether the app may be looked at once more this hour. */
int budget_look(struct incidents *d, const struct app *app, usec now,
	struct limits_answer *ret, struct why *why);
