/* The migrator's history, and the folder beside it, as findings. */
#pragma once

#include "hands/diagnose/diagnosis.h"

/* Only with a history that could be read. */
void history_text(const struct diagnosis *d, struct findings *to);
