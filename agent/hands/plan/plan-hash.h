/* The hash of a plan: any change of what would be done, where, or why it is
 * allowed makes another one, so that an approval is for this plan alone. */
#pragma once

#include "hands/diagnose/diagnosis.h"

void plan_hash(const struct diagnosis *d, char ret[SHA256_HEX]);
