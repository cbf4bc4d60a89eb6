/* What a look found, in sentences for a person. */
#pragma once

#include "hands/diagnose/diagnosis.h"

void facts_text_unreachable(struct diagnosis *d, const char *text);
/* Where we are connected, and what is wrong about that place. */
void facts_text_target(struct diagnosis *d);
/* The migrator's history. */
void facts_text_history(struct diagnosis *d);
