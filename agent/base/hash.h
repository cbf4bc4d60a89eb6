/* Digests: SHA-256 where two sides must agree, and a fast 64-bit one to
 * recognise a file's bytes again. The fast one does not protect against
 * somebody who looks for two texts with the same value. */
#pragma once

#include <stdint.h>

#include "base/span.h"

#define SHA256_HEX 65 /* 64 digits and the NUL */

struct sha256;
/* A digest of nothing yet. Owned; sha256_end() frees it. */
struct sha256 *sha256_new(void);
/* Adds the length (8 bytes, little endian), then the bytes: so the lists
 * ("ab", "c") and ("a", "bc") have different digests. */
void sha256_field(struct sha256 *h, struct span s);
/* Adds the bytes alone. */
void sha256_bytes(struct sha256 *h, struct span s);
/* Writes the digest as lower-case hex and frees `h`. */
void sha256_end(struct sha256 *h, char hex[SHA256_HEX]);
/* The digest of one run of bytes. */
void sha256_hex(struct span s, char hex[SHA256_HEX]);

/* FNV-1a: of no bytes too, so that "nothing stands before" has a value. */
uint64_t hash64(struct span s);
