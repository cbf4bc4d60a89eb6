/* A second, small migrator behind the seam of hands: numbered .sql files in one
 * folder, and a table `schema_version` with a row for each that was applied. It
 * shows that jobs, plan and diagnosis need nothing of the first one. */
#pragma once

#include "hands/migrator/migrator.h"

extern const struct migrator plain_migrator;
