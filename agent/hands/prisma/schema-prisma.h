/* Which tables schema.prisma knows. */
#pragma once

#include <stdbool.h>

#include "wire/finding.h"

/* Adds the table of each model, by its own name or by @@map, to the list, which
 * the caller frees. False: the file cannot be read. */
bool schema_prisma_tables(const char *schema_file, char ***ret);

/* Whether a model stands for the table: by its own name or by @@map. Unknown
 * when the file cannot be read. */
enum answer schema_prisma_model(const char *schema_file, const char *table);
