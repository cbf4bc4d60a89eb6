/* The cause of a look in one sentence for a person. */
#pragma once

#include "hands/diagnose/diagnosis.h"

/* The cause's sentence into d->text, from the findings and the plan. */
void cause_text(struct diagnosis *d);
