#include "config.h"
#include "base/json.h"

#include <string.h>

#include "base/escape.h"
#include "base/sixteen-bytes.h"

/* Whether the quote at `at` belongs to the text: an odd number of backslashes
 * stands before it. */
static bool
is_escaped(struct span text, size_t at)
{
	size_t p = at;
	while (p && text.data[p - 1] == '\\')
		p--;
	return (at - p) % 2 == 1;
}

/* The quotes among the 16 bytes at `at` that may end the string: not those that
 * a backslash stands before which no other does. JSON in JSON is full of
 * those. */
static unsigned
quotes(struct span text, size_t at)
{
	sixteen bytes = sixteen_at(text.data + at);
	unsigned found = sixteen_mask(sixteen_equal(bytes, '"'));
	if (!found)
		return 0;
	unsigned slashes = sixteen_mask(sixteen_equal(bytes, '\\'));
	bool doubled = (slashes & slashes << 1) || slashes & 1;
	return doubled ? found : found & ~(slashes << 1);
}

ptrdiff_t
json_string_end(struct span text)
{
	size_t at = 0;
	for (; at + sizeof(sixteen) <= text.len; at += sizeof(sixteen))
		for (unsigned q = quotes(text, at); q; q &= q - 1) {
			size_t end = at + (size_t)__builtin_ctz(q);
			if (!is_escaped(text, end))
				return (ptrdiff_t)end;
		}
	for (; at < text.len; at++)
		if (text.data[at] == '"' && !is_escaped(text, at))
			return (ptrdiff_t)at;
	return -1;
}

static bool
hex4(struct span s, uint32_t *ret)
{
	if (s.len < 4)
		return false;
	uint32_t v = 0;
	for (size_t i = 0; i < 4; i++) {
		char c = s.data[i];
		uint32_t d;
		if (c >= '0' && c <= '9')
			d = (uint32_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			d = (uint32_t)((c | 0x20) - 'a') + 10;
		else
			return false;
		v = v << 4 | d;
	}
	*ret = v;
	return true;
}

static void
add_utf8(struct buf *to, uint32_t c)
{
	char b[4];
	size_t len;
	if (c < 0x80) {
		b[0] = (char)c;
		len = 1;
	} else if (c < 0x800) {
		b[0] = (char)(0xc0 | c >> 6);
		b[1] = (char)(0x80 | (c & 0x3f));
		len = 2;
	} else if (c < 0x10000) {
		b[0] = (char)(0xe0 | c >> 12);
		b[1] = (char)(0x80 | (c >> 6 & 0x3f));
		b[2] = (char)(0x80 | (c & 0x3f));
		len = 3;
	} else {
		b[0] = (char)(0xf0 | c >> 18);
		b[1] = (char)(0x80 | (c >> 12 & 0x3f));
		b[2] = (char)(0x80 | (c >> 6 & 0x3f));
		b[3] = (char)(0x80 | (c & 0x3f));
		len = 4;
	}
	buf_add(to, b, len);
}

/* Decodes \uXXXX; s begins behind the u. Returns the bytes used. JSON writes a
 * character beyond U+FFFF as two \u, a surrogate pair (RFC 8259, section 7),
 * so both are decoded together; half a pair is no character. */
static size_t
unescape_u(struct buf *to, struct span s)
{
	uint32_t hi, lo;
	if (!hex4(s, &hi)) {
		add_utf8(to, 0xfffd);
		return 0;
	}
	if (hi < 0xd800 || hi > 0xdfff) {
		add_utf8(to, hi);
		return 4;
	}
	bool pair = hi < 0xdc00 && s.len >= 10 && s.data[4] == '\\' &&
		s.data[5] == 'u' && hex4(span_from(s, 6), &lo) &&
		lo >= 0xdc00 && lo <= 0xdfff;
	add_utf8(to,
		pair ? 0x10000 + ((hi - 0xd800) << 10) + (lo - 0xdc00)
		     : 0xfffd);
	return pair ? 10 : 4;
}

/* Copies runs without a backslash in one piece: they are nearly all of a log.
 */
void
json_unescape(struct buf *to, struct span s)
{
	/* Nothing grows, so room for all of it is made at once. */
	(void)buf_reserve(to, s.len);
	while (s.len) {
		size_t plain = sixteen_before(s.data, s.len, '\\');
		buf_add(to, s.data, plain);
		s = span_from(s, plain);
		if (s.len < 2) {
			buf_add_span(to, s);
			return;
		}
		static const char into[256] = { ['"'] = '"',
			['\\'] = '\\',
			['/'] = '/',
			['b'] = '\b',
			['f'] = '\f',
			['n'] = '\n',
			['r'] = '\r',
			['t'] = '\t' };
		char byte = into[(uint8_t)s.data[1]];
		size_t used = 2;
		if (byte)
			buf_add_char(to, byte);
		else if (s.data[1] == 'u')
			used += unescape_u(to, span_from(s, 2));
		else
			buf_add(to, s.data, 2);
		s = span_from(s, used);
	}
}

/* A backslash stands in strings alone. */
void
json_replace_nul(char *text, size_t len)
{
	static const char nul[] = "\\u0000", instead[] = "\\ufffd";
	const size_t n = sizeof(nul) - 1;
	for (size_t i = 0; i + n <= len; i++) {
		if (text[i] != '\\')
			continue;
		if (memcmp(text + i, nul, n) == 0)
			memcpy(text + i, instead, n);
		/* What stands behind it belongs to it: `\\u0000` is no NUL. */
		i++;
	}
}

/* Escapes DEL too, which JSON allows and a terminal may act on. */
void
json_quote(struct buf *to, struct span s)
{
	buf_add_char(to, '"');
	while (s.len) {
		size_t plain = sixteen_plain(s.data, s.len, '"', '\\');
		buf_add_span(to, span_first(s, plain));
		s = span_from(s, plain);
		if (!s.len)
			break;
		uint32_t c = 0;
		size_t len = utf8_char(s, &c);
		if (!len)
			buf_add_str(to, "\xef\xbf\xbd");
		else if (c == '"' || c == '\\')
			buf_printf(to, "\\%c", (int)c);
		else if (c == '\n')
			buf_add_str(to, "\\n");
		else if (c < 0x20 || c == 0x7f)
			buf_printf(to, "\\u%04x", (unsigned)c);
		else
			buf_add(to, s.data, len);
		s = span_from(s, len ? len : 1);
	}
	buf_add_char(to, '"');
}

void
json_quote_or_null(struct buf *to, const char *s)
{
	if (s)
		json_quote(to, span_of(s));
	else
		buf_add_str(to, "null");
}
