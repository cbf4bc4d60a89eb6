/* SQL files near a migrator's folder that the migrator itself never reads. */
#pragma once

#include <time.h>

#include "base/buf.h"
#include "base/hash.h"
#include "hands/sql/script.h"

struct stray_script {
	char *path; /* absolute as far as the folder's own path is */
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

void stray_sql_free(struct stray_sql *s);
static inline void
stray_sql_let_go(struct stray_sql *s)
{
	stray_sql_free(s);
}
