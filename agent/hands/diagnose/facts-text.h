/* The facts of a diagnosis as findings: sentences for a person. */
#pragma once

#include "hands/diagnose/diagnosis.h"

/* Adds a finding for each fact that is worth one, in the order in which they
 * were measured; of a look that failed half-way, what was measured before. */
void facts_text(const struct diagnosis *d, struct findings *to);
