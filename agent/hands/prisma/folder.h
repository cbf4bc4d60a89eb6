/* A migrations folder, read as Prisma reads it. */
#pragma once

#include <stdbool.h>

#include "hands/migrator/unit.h"

#define PRISMA_FOLDERS 2000u

/* Its folders as units in the order of their names' bytes, with notes about a
 * link that Prisma ignores and about another database's provider. */
int
prisma_read_folder(const char *path, struct unit_folder **ret, struct why *why);
/* See struct migrator. */
int prisma_check_level(const char *path, struct why *why);
bool prisma_is_folder(int dir);
/* The provider of migration_lock.toml as Prisma's reader finds it, in the first
 * line that starts with `provider`; owned, NULL if there is none. */
int prisma_provider(int dir, char **ret, struct why *why);
