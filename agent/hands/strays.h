/* SQL files that Prisma never reads: beside the migration folders, in the
 * folder above and at most two folders below that. Links are not followed. */
#pragma once

#include <time.h>

#include "base/clock.h"
#include "base/hash.h"
#include "hands/script.h"

#define STRAYS_FILES 200u

struct stray {
	char *path; /* absolute as far as the migrations folder's path is */
	char *stem; /* its file name without .sql */
	struct buf text;
	char checksum[SHA256_HEX];
	time_t modified;
	struct script script;
};

struct strays {
	struct stray *list; /* by path */
	size_t n;
	bool cut; /* there were more than are looked at */
};

/* Only files that hold the text `name` are kept and parsed. */
void strays_find(const char *migrations, const char *name, usec deadline,
	struct strays *ret);
void strays_free(struct strays *s);
static inline void
strays_let_go(struct strays *s)
{
	strays_free(s);
}
