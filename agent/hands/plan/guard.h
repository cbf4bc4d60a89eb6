/* Judging statements before anything runs: by the rows of the guard's table
 * (agent/hands/sql/rules). What is on no row at least asks, and what can lose
 * data is refused. */
#pragma once

#include "base/clock.h"
#include "hands/diagnose/census.h"
#include "hands/plan/judgement.h"

struct guard_how {
	const char *history; /* the name of the migrator's own table */
	usec lock_timeout;   /* the remedy's: no script may have a longer one */
	usec statement_timeout;
};

/* Of all scripts together: what counts as new is a table that one of them
 * creates and that does not exist yet, so a census (never NULL) must have been
 * taken of them. Gives a judgement of each part; those that are gated, and
 * those whose row names another gate, are still to be measured. */
void guard_judge(const struct census *run, const struct guard_how *how,
	struct judgements *ret);
