#include "config.h"
#include "base/span.h"

bool
span_eq(struct span a, struct span b)
{
	return a.len == b.len && (!a.len || memcmp(a.data, b.data, a.len) == 0);
}

bool
span_is(struct span s, const char *text)
{
	return span_eq(s, span_of(text));
}

bool
span_starts(struct span s, struct span head)
{
	return span_eq(span_first(s, head.len), head);
}

bool
span_ends(struct span s, struct span tail)
{
	return s.len >= tail.len &&
		span_eq(span_from(s, s.len - tail.len), tail);
}

/* memmem() with an empty haystack may get NULL, which it does not promise to
 * take. */
ptrdiff_t
span_find(struct span s, struct span needle)
{
	if (!needle.len)
		return 0;
	if (!s.len)
		return -1;
	const char *p = memmem(s.data, s.len, needle.data, needle.len);
	return p ? p - s.data : -1;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span
span_trim(struct span s)
{
	while (s.len && is_blank(s.data[0]))
		s = span_from(s, 1);
	while (s.len && is_blank(s.data[s.len - 1]))
		s.len--;
	return s;
}

/* A separator at the very end leaves an empty rest that is not NULL, so one
 * more, empty piece follows. */
bool
span_cut(struct span *rest, char sep, struct span *piece)
{
	*piece = *rest;
	if (!rest->data)
		return false;
	const char *p = rest->len ? memchr(rest->data, sep, rest->len) : NULL;
	if (!p) {
		*rest = SPAN_NONE;
		return true;
	}
	*piece = span_first(*rest, (size_t)(p - rest->data));
	*rest = span_from(*rest, piece->len + 1);
	return true;
}

/* strtoull() would take signs, blanks and a base prefix, and needs a NUL. */
bool
span_u64(struct span s, uint64_t *ret)
{
	if (!s.len || s.len > 20)
		return false;
	uint64_t value = 0;
	for (size_t i = 0; i < s.len; i++) {
		if (s.data[i] < '0' || s.data[i] > '9')
			return false;
		if (__builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(
				value, (uint64_t)(s.data[i] - '0'), &value))
			return false;
	}
	*ret = value;
	return true;
}
