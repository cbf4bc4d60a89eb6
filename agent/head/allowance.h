/* What the limits allow now, by what the store remembers. */
#pragma once

#include "head/desk.h"

/* The database that the app's attempts are counted by, owned. */
int allowance_database(const struct desk *d, const struct app *app, char **ret,
	struct why *why);
/* Whether the limits allow an attempt on the app's database now. */
int allowance_attempt(struct desk *d, const struct app *app, usec now,
	struct limit_answer *ret, struct why *why);
/* Whether the app may be looked at once more this hour. */
int allowance_look(struct desk *d, const struct app *app, usec now,
	struct limit_answer *ret, struct why *why);
