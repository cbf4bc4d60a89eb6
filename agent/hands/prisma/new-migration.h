/* The folder that is made from a stray .sql file. */
#pragma once

#include "hands/migrator/migrator.h"

/* A name behind all that is applied, which neither the folder nor the history
 * has, and a sentence about where it comes from; both owned. */
char *new_migration_name(const struct unit_folder *f, const struct history *h,
	const struct stray_script *from, char **ret_note);
/* Writes proposals/NAME/migration.sql, new and synced, with the owner and mode
 * that the folder `proposals` has. Whatever part of it
 * fails is taken away again. */
int new_migration_write(
	const char *proposals, const struct unit *u, struct why *why);
/* Takes it away again; only what new_migration_write() made. */
int new_migration_remove(
	const char *proposals, const struct unit *u, struct why *why);
