#include "config.h"
#include "base/escape.h"

#include <string.h>

#include "base/sixteen-bytes.h"

/* Rejects by the first byte what can only be overlong (0xc0, 0xc1) or beyond
 * Unicode (0xf5 and more), and by the code point the overlong forms of three
 * and four bytes and surrogates. */
size_t
utf8_char(struct span s, uint32_t *ret)
{
	if (!s.len)
		return 0;
	const unsigned char *p = (const unsigned char *)s.data;
	if (p[0] < 0x80) {
		*ret = p[0];
		return 1;
	}
	size_t len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || s.len < len)
		return 0;
	uint32_t c = p[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret = c;
	return len;
}

bool
utf8_valid(struct span s)
{
	uint32_t c;
	while (s.len) {
		size_t len = utf8_char(s, &c);
		if (!len)
			return false;
		s = span_from(s, len);
	}
	return true;
}

/* C0, DEL, C1, the soft hyphen, zero-width and bidirectional characters, line
 * and paragraph separators, the byte order mark, interlinear annotations and
 * tags: characters that are not seen, or that change how the text around them
 * is shown. */
static bool
is_unshowable(uint32_t c)
{
	/* First and last of each range: controls, and what Unicode calls
	 * default-ignorable or shows as a blank of no meaning. */
	static const uint32_t ranges[][2] = {
		{ 0, 0x1f },
		{ 0x7f, 0x9f },
		{ 0xad, 0xad },
		{ 0x34f, 0x34f },
		{ 0x61c, 0x61c },
		{ 0x115f, 0x1160 },
		{ 0x17b4, 0x17b5 },
		{ 0x180b, 0x180f },
		{ 0x200b, 0x200f },
		{ 0x2028, 0x202e },
		{ 0x2060, 0x206f },
		{ 0x2800, 0x2800 },
		{ 0x3164, 0x3164 },
		{ 0xfe00, 0xfe0f },
		{ 0xfeff, 0xfeff },
		{ 0xffa0, 0xffa0 },
		{ 0xfff0, 0xfffb },
		{ 0x1bca0, 0x1bca3 },
		{ 0x1d173, 0x1d17a },
		{ 0xe0000, 0xe0fff },
	};
	for (size_t i = 0; i < ELEMENTS(ranges); i++)
		if (c >= ranges[i][0] && c <= ranges[i][1])
			return true;
	return false;
}

static void
add_escaped(struct buf *to, struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		buf_printf(to, "\\x%02x", (unsigned char)bytes.data[i]);
}

static size_t
plain_len(struct span s)
{
	return sixteen_plain(s.data, s.len, '\0', '\0');
}

bool
escape_is_plain(struct span text)
{
	return plain_len(text) == text.len;
}

bool
escape(struct buf *to, struct span text, size_t max, enum escape_mode mode)
{
	size_t end = to->len + max;
	while (text.len) {
		size_t plain = plain_len(text), room = end - to->len;
		buf_add_span(to, span_first(text, MIN(plain, room)));
		if (plain > room)
			return false;
		text = span_from(text, plain);
		if (!text.len)
			break;
		uint32_t c = 0;
		size_t len = utf8_char(text, &c);
		struct span one = span_first(text, len ? len : 1);
		bool keep = len && !is_unshowable(c);
		if (mode == ESCAPE_LINES && (c == '\n' || c == '\t') && len)
			keep = true;
		if (to->len + (keep ? one.len : 4 * one.len) > end)
			return false;
		if (keep && c == '\t')
			buf_add_char(to, ' ');
		else if (keep)
			buf_add_span(to, one);
		else
			add_escaped(to, one);
		text = span_from(text, one.len);
	}
	return true;
}

char *
escape_str(struct span text, size_t max, enum escape_mode mode)
{
	struct buf b = { 0 };
	/* The caller asked for a text that is cut at `max`. */
	(void)escape(&b, text, max, mode);
	return buf_take_str(&b);
}

static bool
ends_a_clause(const struct buf *b)
{
	return strchr(".,:;?!", b->data[b->len - 1]) != NULL;
}

char *
escape_joined(struct span text, size_t max)
{
	struct buf b = { 0 };
	struct span line;
	while (span_cut(&text, '\n', &line)) {
		line = span_trim(line);
		if (!line.len)
			continue;
		if (b.len + 2 >= max)
			break;
		if (b.len)
			buf_add_str(&b, ends_a_clause(&b) ? " " : "; ");
		/* The caller asked for a text that is cut at `max`. */
		if (!escape(&b, line, max - b.len, ESCAPE_LINE))
			break;
	}
	return buf_take_str(&b);
}

/* Returns the length of the terminal sequence at the start of s, whose first
 * byte is ESC; 0 if it is none or has no end. The limits keep an unfinished
 * sequence from swallowing the rest of a record. Forms:
 * https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
static size_t
sequence_len(struct span s)
{
	if (s.len < 2)
		return 0;
	if (s.data[1] == '[') {
		for (size_t i = 2; i < s.len && i < 64; i++) {
			unsigned char c = (unsigned char)s.data[i];
			if (c >= 0x40 && c <= 0x7e)
				return i + 1;
			if (c < 0x20 || c > 0x3f)
				return 0;
		}
		return 0;
	}
	if (s.data[1] != ']')
		return 0;
	for (size_t i = 2; i < s.len && i < 4096; i++) {
		if (s.data[i] == '\a')
			return i + 1;
		if (s.data[i] == '\x1b')
			return i + 1 < s.len && s.data[i + 1] == '\\' ? i + 2
								      : 0;
	}
	return 0;
}

void
strip_colours(struct buf *to, struct span text)
{
	while (text.len) {
		const char *esc = memchr(text.data, '\x1b', text.len);
		size_t plain = esc ? (size_t)(esc - text.data) : text.len;
		buf_add(to, text.data, plain);
		text = span_from(text, plain);
		if (!text.len)
			break;
		size_t len = sequence_len(text);
		if (!len)
			buf_add(to, text.data, len = 1);
		text = span_from(text, len);
	}
}
