#include "config.h"
#include "hands/prisma/row-id.h"

#include "base/hash.h"

/* Prisma writes UUIDs, so the id has the form of one. */
void
prisma_row_id(const char *key, const char *name, char ret[KEY_TEXT])
{
	struct sha256 *h = sha256_new();
	char hex[SHA256_HEX];
	sha256_field(h, SPAN("logmend row"));
	sha256_field(h, span_of(key));
	sha256_field(h, span_of(name));
	sha256_end(h, hex);
	/* RFC 9562, version 8: bits of the maker's own. */
	hex[12] = '8';
	hex[16] = "89ab"[hex[16] & 3];
	snprintf(ret, KEY_TEXT, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8,
		hex + 12, hex + 16, hex + 20);
}
