/* The folder that is made from a stray .sql file. */
#pragma once

#include "hands/prisma/migrations.h"

/* Writes proposals/NAME/migration.sql, new and synced. Whatever part of it
 * fails is taken away again. */
int new_migration_write(
	const char *proposals, const struct migration *m, struct why *why);
/* Takes it away again; only what new_migration_write() made. */
int new_migration_remove(
	const char *proposals, const struct migration *m, struct why *why);
