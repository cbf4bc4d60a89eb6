/* The plan that follows from a diagnosis: what would run, judged, in words, and
 * hashed so that any change makes it another plan. */
#pragma once

#include "hands/diagnose/diagnosis.h"

/* Fills in the plan's part of the diagnosis where the cause has a plan; no_plan
 * says why there is none. Negative: the database is lost. */
int plan_make(struct diagnosis *d, struct session *s, struct why *why);
