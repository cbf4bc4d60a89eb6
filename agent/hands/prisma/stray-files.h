/* SQL files that Prisma never reads: beside the migration folders, in the
 * folder above and at most two folders below that. Links are not followed. */
#pragma once

#include "base/clock.h"
#include "hands/migrator/stray-sql.h"

#define STRAY_SQL_FILES 200u

/* Only files that hold the text `word` are kept and parsed. */
void prisma_find_stray_sql(const char *migrations, const char *word,
	usec deadline, struct stray_sql *ret);
