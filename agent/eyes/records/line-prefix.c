#include "config.h"
#include "eyes/records/line-prefix.h"

#include "base/own.h"
#include "eyes/format/characters.h"
#include "eyes/records/line-shape.h"

/* Where a message begins that has no call and no heading above it. The order of
 * the words counts: the name of an error stands before its text. */
static ptrdiff_t
message_at(const struct shapes *shapes, struct span body)
{
	for (size_t i = 0; i < shapes->forms[FORM_MESSAGE].n; i++) {
		const struct words *starts =
			&shapes->forms[FORM_MESSAGE].list[i]->starts;
		for (size_t k = 0; k < starts->n; k++) {
			ptrdiff_t at = word_find(&starts->list[k], body);
			if (at >= 0)
				return at;
		}
	}
	return -1;
}

struct span
line_prefix_of(const struct shapes *shapes, struct span body)
{
	ptrdiff_t at = line_shape_call(shapes, body);
	if (at < 0)
		at = line_shape_heading(shapes, body);
	if (at < 0)
		at = message_at(shapes, body);
	struct span prefix = span_first(body, at > 0 ? (size_t)at : 0);
	if (!span_trim(prefix).len || prefix.len > LINE_PREFIX_MAX)
		return SPAN_NONE;
	/* Behind a quote the words are those of somebody who is quoted. */
	if (memchr(prefix.data, '"', prefix.len))
		return SPAN_NONE;
	return prefix;
}

/* Times of multilog and s6-log are hexadecimal. */
static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

/* Whether the blank stands before a number: counters are padded, as in `[ 9]`
 * and `[10]`. */
static bool
is_padding(struct span s, size_t at)
{
	return s.data[at] == ' ' && at + 1 < s.len && is_digit(s.data[at + 1]);
}

/* Whether the line begins with the prefix, numbers apart. */
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
