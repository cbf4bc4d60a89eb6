/* The folder that is made from a stray .sql file. */
#pragma once

#include "hands/prisma.h"

/* Writes proposals/NAME/migration.sql, new and synced. Whatever part of it
 * fails is taken away again. */
int proposal_write(
	const char *proposals, const struct migration *m, struct why *why);
/* Takes it away again; only what proposal_write() made. */
int proposal_remove(
	const char *proposals, const struct migration *m, struct why *why);
