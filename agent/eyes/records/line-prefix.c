#include "config.h"
#include "eyes/records/line-prefix.h"

#include "base/own.h"
#include "eyes/format/log-prefix.h"
#include "eyes/records/line-shape.h"

/* Where a message begins that has neither above it. */
static ptrdiff_t
message_at(struct span body)
{
	static const struct span begins[] = { SPAN("PrismaClient"),
		SPAN("The table `"), SPAN("The column `"),
		SPAN("Can't reach database server at ") };
	for (size_t i = 0; i < ELEMENTS(begins); i++) {
		ptrdiff_t at = span_find(body, begins[i]);
		if (at >= 0)
			return at;
	}
	return -1;
}

struct span
line_prefix_of(struct span body)
{
	ptrdiff_t at = line_shape_invocation(body);
	if (at < 0)
		at = line_shape_paragraph(body);
	if (at < 0)
		at = message_at(body);
	struct span prefix = span_first(body, at > 0 ? (size_t)at : 0);
	if (!span_trim(prefix).len || prefix.len > LINE_PREFIX_MAX)
		return SPAN_NONE;
	/* Words in a string are somebody's message. */
	if (memchr(prefix.data, '"', prefix.len))
		return SPAN_NONE;
	return prefix;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* multilog's and s6-log's times are hexadecimal. */
static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

/* Counters are padded: `[ 9]`, `[10]`. */
static bool
is_padding(struct span s, size_t at)
{
	return s.data[at] == ' ' && at + 1 < s.len && is_digit(s.data[at + 1]);
}

static bool
fits(struct span prefix, struct span line)
{
	if (line.len < prefix.len)
		return false;
	bool (*is_number)(char) = prefix.data[0] == '@' ? is_hex : is_digit;
	for (size_t i = 0; i < prefix.len; i++) {
		char a = prefix.data[i], b = line.data[i];
		if (a != b &&
			!((is_number(a) || is_padding(prefix, i)) &&
				(is_number(b) || is_padding(line, i))))
			return false;
	}
	return true;
}

ssize_t
line_prefix_skip(struct span prefix, struct span line)
{
	if (!prefix.len)
		return 0;
	if (fits(prefix, line))
		return (ssize_t)prefix.len;
	while (prefix.len && prefix.data[prefix.len - 1] == ' ')
		prefix.len--;
	if (prefix.len && prefix.len == line.len && fits(prefix, line))
		return (ssize_t)prefix.len;
	return -1;
}
