/* Which tables an application's schema knows: that of one file, or of all files
 * `*.prisma` in a folder, at most three folders deep; and where it has its URLs
 * from. */
#pragma once

#include <stdbool.h>

#include "wire/finding.h"

/* Adds the table of each model, by its own name or by @@map, and those between
 * models, to the list, which the caller frees; tables of another schema than
 * public are left out. False: it cannot be read, or the folder has no such
 * file. */
bool schema_prisma_tables(const char *schema, char ***ret);

/* Whether a model stands for the table, and has the column where one is given.
 * Unknown when the file cannot be read. */
enum answer
schema_prisma_knows(const char *schema, const char *table, const char *column);

/* The variables that schema.prisma, beside the folder of migrations that `dir`
 * is open on, names with env("...") as `url` and `directUrl` of its datasource;
 * each is owned, NULL where there is none. */
void schema_prisma_variables(int dir, char **ret_url, char **ret_direct);
