/* Kinds of ASCII characters in log lines. They do not depend on the locale, as
 * those of ctype.h do. */
#pragma once

#include <stdbool.h>

#include "base/span.h"

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline bool
is_word(char c)
{
	char small = (char)(c | 0x20);
	return (small >= 'a' && small <= 'z') || is_digit(c) || c == '_' ||
		c == '-' || c == '.' || c == '$';
}

/* How many bytes from `from` on are of the kind. */
static inline size_t
count_while(struct span s, size_t from, bool (*holds)(char))
{
	size_t n = from;
	while (n < s.len && holds(s.data[n]))
		n++;
	return n - from;
}
