/* What is measured in production, read-only, right before a plan: how long a
 * statement would hold its lock, and whether it fails on the rows that are
 * there. A rehearsal cannot tell: its copy has no rows. */
#pragma once

#include "hands/plan/judgement.h"
#include "hands/postgres/session.h"

/* Gives each judgement that a gate decides its verdict and its figures. What
 * cannot be measured asks. Negative: the database is lost. */
int gates_measure(const struct census *run, struct session *s,
	struct judgements *j, struct why *why);
