/* SQL files that Prisma never reads: beside the migration folders, in the
 * folder above and at most two folders below that. Links are not followed. */
#pragma once

#include <time.h>

#include "base/clock.h"
#include "base/hash.h"
#include "hands/sql/script.h"

#define STRAY_SQL_FILES 200u

struct stray_script {
	char *path; /* absolute as far as the migrations folder's path is */
	char *stem; /* its file name without .sql */
	struct buf text;
	char checksum[SHA256_HEX];
	time_t modified;
	struct script script;
};

struct stray_sql {
	struct stray_script *list; /* by path */
	size_t n;
	bool cut; /* there were more than are looked at */
};

/* Only files that hold the text `name` are kept and parsed. */
void stray_sql_find(const char *migrations, const char *name, usec deadline,
	struct stray_sql *ret);
void stray_sql_free(struct stray_sql *s);
static inline void
stray_sql_let_go(struct stray_sql *s)
{
	stray_sql_free(s);
}
