/* Prisma's checksum of a migration, and all the forms in which a row may hold
 * it: other line ends, and the old form without leading zeros. */
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "base/hash.h"

/* The text as Prisma reads it: what is no UTF-8 becomes U+FFFD before it is
 * hashed or run. A byte order mark stays. */
void checksum_read(struct buf *to, struct span bytes);
/* Of a text as read above. */
void checksum(struct span text, char hex[SHA256_HEX]);
bool checksum_matches(struct span text, const char *stored);
