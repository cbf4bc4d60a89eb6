/* Prisma Migrate behind the seam. No file outside this folder knows its table,
 * its lock or its name (tests/tree/migrators.sh). */
#pragma once

#include "hands/migrator/migrator.h"

extern const struct migrator prisma_migrator;
