#include "config.h"
#include "base/span.h"

#include "base/own.h"
#include "base/sixteen-bytes.h"

/* A longer needle goes to memmem(), whose time does not grow with it. */
#define NEEDLE_MAX 64u

/* The places of 16 from `at` on where a needle's first byte stands, with its
 * last one `behind` bytes later: a bit for each. */
static unsigned
places(const char *at, size_t behind, char first, char last)
{
	return sixteen_mask(sixteen_equal(sixteen_at(at), first) &
		sixteen_equal(sixteen_at(at + behind), last));
}

/* The first of the places at which the needle stands, or NULL. */
static const char *
first_of(const char *at, unsigned mask, struct span needle)
{
	for (; mask; mask &= mask - 1) {
		const char *p = at + __builtin_ctz(mask);
		if (memcmp(p, needle.data, needle.len) == 0)
			return p;
	}
	return NULL;
}

/* Lines are short, and memmem() first makes a table of its needle, which takes
 * longer than a line. */
static const char *
find(struct span s, struct span needle)
{
	size_t behind = needle.len - 1, n = s.len - behind; /* places */
	char first = needle.data[0], last = needle.data[behind];
	const char *p = NULL;
	if (n < sizeof(sixteen)) {
		for (size_t i = 0; i < n && !p; i++)
			if (s.data[i] == first && s.data[i + behind] == last)
				p = first_of(s.data + i, 1, needle);
		return p;
	}
	for (size_t i = 0; i < n && !p; i += sizeof(sixteen)) {
		/* The last places are looked at together with some before. */
		const char *at = s.data + MIN(i, n - sizeof(sixteen));
		p = first_of(at, places(at, behind, first, last), needle);
	}
	return p;
}

ptrdiff_t
span_find(struct span s, struct span needle)
{
	if (!needle.len)
		return 0;
	if (s.len < needle.len)
		return -1;
	const char *p = needle.len == 1 ? memchr(s.data, needle.data[0], s.len)
		: needle.len > NEEDLE_MAX
		? memmem(s.data, s.len, needle.data, needle.len)
		: find(s, needle);
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
