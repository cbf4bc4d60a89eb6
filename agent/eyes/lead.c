#include "config.h"
#include "eyes/lead.h"

#include "base/own.h"
#include "eyes/shape.h"

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
lead_of(struct span body)
{
	ptrdiff_t at = invocation_at(body);
	if (at < 0)
		at = paragraph_at(body);
	if (at < 0)
		at = message_at(body);
	struct span lead = span_first(body, at > 0 ? (size_t)at : 0);
	if (!span_trim(lead).len || lead.len > LEAD_MAX)
		return SPAN_NONE;
	/* Words in a string are somebody's message. */
	if (memchr(lead.data, '"', lead.len))
		return SPAN_NONE;
	return lead;
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
fits(struct span lead, struct span line)
{
	if (line.len < lead.len)
		return false;
	bool (*is_number)(char) = lead.data[0] == '@' ? is_hex : is_digit;
	for (size_t i = 0; i < lead.len; i++) {
		char a = lead.data[i], b = line.data[i];
		if (a != b &&
			!((is_number(a) || is_padding(lead, i)) &&
				(is_number(b) || is_padding(line, i))))
			return false;
	}
	return true;
}

ssize_t
lead_skip(struct span lead, struct span line)
{
	if (!lead.len)
		return 0;
	if (fits(lead, line))
		return (ssize_t)lead.len;
	while (lead.len && lead.data[lead.len - 1] == ' ')
		lead.len--;
	if (lead.len && lead.len == line.len && fits(lead, line))
		return (ssize_t)lead.len;
	return -1;
}
