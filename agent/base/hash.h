/* Digests: SHA-256 where two sides must agree, a fast 64-bit one to recognise
 * a file's bytes again (no protection against somebody who wants a clash). */
#pragma once

#include <stdint.h>

#include "base/span.h"

#define SHA256_HEX 65 /* 64 digits and the NUL */

struct sha256;
struct sha256 *sha256_new(void);
/* Adds the length (8 bytes, little endian), then the bytes, so that no two
 * lists of fields give the same input. */
void sha256_field(struct sha256 *h, struct span s);
void sha256_bytes(struct sha256 *h, struct span s);
/* Writes lower-case hex and frees. */
void sha256_end(struct sha256 *h, char hex[SHA256_HEX]);
void sha256_hex(struct span s, char hex[SHA256_HEX]);

uint64_t hash64(struct span s);
