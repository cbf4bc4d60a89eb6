/* Which bytes one place of a pattern takes. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct byte_class {
	uint64_t bits[4]; /* one for each byte */
};

static inline bool
byte_class_has(const struct byte_class *c, unsigned byte)
{
	return c->bits[byte / 64] >> (byte % 64) & 1;
}

unsigned byte_class_count(const struct byte_class *c);
/* The first byte of the class from `from` on; 256: there is none. */
unsigned byte_class_next(const struct byte_class *c, unsigned from);
/* Reads a byte, an escape or a class in brackets of a pattern of PCRE2;
 * `caseless`: letters stand for both cases. Returns what follows it, or NULL if
 * it is not understood. *no_bytes: it is an assertion such as \b. */
const char *byte_class_parse(const char *pattern, bool caseless,
	struct byte_class *ret, bool *no_bytes);
