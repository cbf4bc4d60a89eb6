/* A plan in words: what would be done, statement by statement. */
#pragma once

#include "hands/diagnose/diagnosis.h"
#include "wire/plan.h"

/* Adds the steps to `to`. */
void plan_text(const struct diagnosis *d, struct plan *to);
