/* A plan in words: what would be done, statement by statement. */
#pragma once

#include "hands/diagnose/diagnosis.h"
#include "hands/plan/judgement.h"
#include "wire/plan.h"

/* Adds the steps to `to`. What a statement locks and does to rows, and what was
 * measured, stands behind it. */
void plan_text(
	const struct diagnosis *d, const struct judgements *j, struct plan *to);
