#include "config.h"
#include "hands/prisma/checksum.h"

#include <string.h>

#include "base/escape.h"

/* How many bytes one U+FFFD stands for: the longest beginning of a character,
 * as the Encoding Standard and Rust's from_utf8_lossy have it. */
static size_t
broken_len(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.data;
	unsigned char low = 0x80, high = 0xbf;
	size_t want;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		want = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		want = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		want = 4;
	else
		return 1;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	size_t len = 1;
	for (; len < want && len < s.len; len++) {
		if (p[len] < low || p[len] > high)
			break;
		low = 0x80;
		high = 0xbf;
	}
	return len;
}

void
checksum_read(struct buf *to, struct span bytes)
{
	while (bytes.len) {
		uint32_t c;
		size_t len = utf8_char(bytes, &c);
		if (len) {
			buf_add(to, bytes.data, len);
		} else {
			len = broken_len(bytes);
			buf_add_str(to, "\xef\xbf\xbd");
		}
		bytes = span_from(bytes, len);
	}
	buf_str(to);
}

void
checksum(struct span text, char hex[SHA256_HEX])
{
	sha256_hex(text, hex);
}

/* `%x` a byte, as Prisma wrote it once: 0a became a. */
static void
unpad(const char hex[SHA256_HEX], char to[SHA256_HEX])
{
	size_t n = 0;
	for (size_t i = 0; hex[i]; i += 2) {
		if (hex[i] != '0')
			to[n++] = hex[i];
		to[n++] = hex[i + 1];
	}
	to[n] = '\0';
}

static bool
matches(struct span text, const char *stored)
{
	char hex[SHA256_HEX], old[SHA256_HEX];
	checksum(text, hex);
	if (strcmp(hex, stored) == 0)
		return true;
	if (strlen(stored) >= SHA256_HEX - 1)
		return false;
	unpad(hex, old);
	return strcmp(old, stored) == 0;
}

/* A repository that was checked out with other line ends holds the same
 * migration, and Prisma says so, too. */
bool
checksum_matches(struct span text, const char *stored)
{
	if (matches(text, stored))
		return true;
	own(buf) struct buf lf = { 0 }, crlf = { 0 };
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		bool pair = c == '\r' && i + 1 < text.len &&
			text.data[i + 1] == '\n';
		if (!pair)
			buf_add_char(&lf, c);
		if (c == '\n')
			buf_add_char(&crlf, '\r');
		buf_add_char(&crlf, c);
	}
	return matches(buf_span(&lf), stored) ||
		matches(buf_span(&crlf), stored);
}
