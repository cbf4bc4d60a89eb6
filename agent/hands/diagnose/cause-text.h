/* The cause of a look in one sentence for a person. */
#pragma once

#include "hands/diagnose/diagnosis.h"

/* Owned, and escaped. Claims no more than was measured. */
char *cause_text(const struct diagnosis *d);
