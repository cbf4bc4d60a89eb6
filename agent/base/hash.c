#include "config.h"
#include "base/hash.h"

#include <assert.h>
#include <openssl/evp.h>

#include "base/own.h"

struct sha256 {
	EVP_MD_CTX *ctx;
};

struct sha256 *
sha256_new(void)
{
	struct sha256 *h = xcalloc(1, sizeof(*h));
	h->ctx = EVP_MD_CTX_new();
	int ok = h->ctx && EVP_DigestInit_ex(h->ctx, EVP_sha256(), NULL);
	/* libcrypto fails here only without memory or without SHA-256. */
	assert(ok);
	(void)ok;
	return h;
}

void
sha256_bytes(struct sha256 *h, struct span s)
{
	int ok = EVP_DigestUpdate(h->ctx, s.data, s.len);
	assert(ok);
	(void)ok;
}

/* The length makes the borders of the fields part of the input. */
void
sha256_field(struct sha256 *h, struct span s)
{
	unsigned char len[8];
	for (int i = 0; i < 8; i++)
		len[i] = (unsigned char)((uint64_t)s.len >> (8 * i));
	sha256_bytes(h, (struct span){ (const char *)len, sizeof(len) });
	sha256_bytes(h, s);
}

void
sha256_end(struct sha256 *h, char hex[SHA256_HEX])
{
	unsigned char md[32];
	unsigned int len = 0;
	int ok = EVP_DigestFinal_ex(h->ctx, md, &len) && len == sizeof(md);
	assert(ok);
	(void)ok;
	for (size_t i = 0; i < sizeof(md); i++)
		snprintf(hex + 2 * i, 3, "%02x", md[i]);
	EVP_MD_CTX_free(h->ctx);
	str_free((char *)h);
}

void
sha256_hex(struct span s, char hex[SHA256_HEX])
{
	struct sha256 *h = sha256_new();
	sha256_bytes(h, s);
	sha256_end(h, hex);
}

uint64_t
hash64(struct span s)
{
	/* FNV-1a, 64 bit: http://www.isthe.com/chongo/tech/comp/fnv/ */
	uint64_t h = 0xcbf29ce484222325u;
	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.data[i]) * 0x100000001b3u;
	return h;
}
