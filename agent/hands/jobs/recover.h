/* What became of an attempt whose process or connection is gone. */
#pragma once

#include "hands/jobs/context.h"
#include "hands/run/progress.h"

struct recover_how {
	const struct app *app;
	const struct migrator *migrator;
	const struct url *url; /* the one it mended through */
	const char *store;     /* beside which the attempt's file lies */
	const char *key;
	usec deadline;
};

struct recovered {
	enum outcome outcome;
	bool unbegun; /* NOT_APPLIED: not even a row of it is there */
	char *text;   /* a sentence; owned, as what follows */
	struct proposal proposal; /* the unit that it made, if applied */
};

/* Waits until nothing of the attempt runs any more, reads its rows, and says
 * OUTCOME_APPLIED, OUTCOME_NOT_APPLIED (its unfinished rows are then marked
 * rolled back) or OUTCOME_IN_DOUBT. OUTCOME_ERROR: the database cannot be asked
 * now; a later try may tell. */
void recover(const struct recover_how *how, struct progress *t,
	struct recovered *ret);
/* Takes the folder away again that the attempt made for nothing: it would be
 * pending from now on. */
void recover_withdraw(const struct job_context *task, struct progress *t);
/* The job: recovers through the URL to mend through, takes a folder away that
 * the attempt made for nothing, and looks at production again. */
void recover_job(
	const struct job_context *task, struct progress *t, struct result *ret);
