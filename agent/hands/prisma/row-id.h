/* The id of a row of the history that an attempt writes. It is derived from the
 * attempt's key, so that after a crash the attempt's own rows are found again
 * by nothing but the key (DESIGN, promise 4). */
#pragma once

#include "wire/job.h"

void prisma_row_id(const char *key, const char *unit, char ret[KEY_TEXT]);
