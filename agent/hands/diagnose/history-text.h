/* The migrator's history, and the folder beside it, as findings. */
#pragma once

#include "hands/diagnose/diagnosis.h"

/* Only with a history that could be read. */
void history_text(const struct diagnosis *d, struct findings *to);
/* That the history is clean: of which image, or but for what it lacks or has
 * besides; a part of a sentence, escaped and owned. NULL: it is not clean. */
char *history_clean_text(const struct diagnosis *d);
