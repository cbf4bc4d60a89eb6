/* schema.prisma, asked one question. */
#pragma once

#include "wire/finding.h"

/* Whether a model stands for the table: by its own name or by @@map. Unknown
 * when the file cannot be read. */
enum answer schema_prisma_model(const char *schema_file, const char *table);
