/* What a look found, in sentences for a person. */
#pragma once

#include "hands/diagnosis.h"

void story_unreachable(struct diagnosis *d, const char *text);
/* Where we are connected, and what is wrong about that place. */
void story_target(struct diagnosis *d);
/* The migrator's history in findings; sets history_clean. */
void story_history(struct diagnosis *d);
