/* What speaks against a plan, whatever its statements are. */
#pragma once

#include "hands/diagnose/diagnosis.h"

/* Why nothing may be planned, a sentence that is owned; or NULL. `run` of the
 * diagnosis is known. */
char *obstacle_find(const struct diagnosis *d);
/* Why a person must be asked, or NULL: doubts about the history, which no
 * statement shows. Owned. */
char *obstacle_doubt(const struct diagnosis *d);
