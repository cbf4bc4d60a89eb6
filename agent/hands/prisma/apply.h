/* The native remedy: it does over libpq what `prisma migrate deploy` would do,
 * and writes the same rows, so that the CLI agrees afterwards. */
#pragma once

#include "hands/migrator/migrator.h"

/* Where all scripts fit in one transaction, either all of them are applied or
 * none, which is stricter than Prisma. Else they run as Prisma runs them. */
enum migrator_end prisma_apply(struct session *s,
	const struct migrator_run *run, struct progress *t, struct why *why);
