/* What the database lacks of all that scripts create and the application's
 * schema names: see wire/missing.h. */
#pragma once

#include "hands/migrator/migrator.h"
#include "wire/missing.h"

struct missing_question {
	const struct app *app;
	const struct migrator *migrator;
	const char *schema;               /* of what names none */
	const struct unit_folder *folder; /* NULL: none, or not readable */
	const struct history *history;    /* NULL: not readable */
	usec deadline;                    /* clock_mono() */
};

/* Asks the catalog once, for all of them. Negative: it could not be asked. */
int missing_objects_find(const struct missing_question *q, struct session *s,
	struct missing_list *ret, struct why *why);
