/* A borrowed run of bytes. Any byte may occur, also NUL; nothing is owned. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const char *data;
	size_t len;
};

#define SPAN(literal) ((struct span){ "" literal, sizeof(literal) - 1 })
#define SPAN_NONE ((struct span){ NULL, 0 })
#define SPAN_FMT "%.*s"
#define SPAN_ARG(s) (int)(s).len, (s).data

static inline struct span
span_of(const char *s)
{
	return (struct span){ s, s ? strlen(s) : 0 };
}

/* The bytes from `from` on; empty when from lies beyond the end. */
static inline struct span
span_from(struct span s, size_t from)
{
	if (from > s.len)
		from = s.len;
	/* C has no NULL + 0, and an empty span may be NULL. */
	return from ? (struct span){ s.data + from, s.len - from } : s;
}

/* At most the first `len` bytes. */
static inline struct span
span_first(struct span s, size_t len)
{
	return (struct span){ s.data, s.len < len ? s.len : len };
}

/* Compare bytes; an empty span equals any other empty one, NULL or not. */
static inline bool
span_eq(struct span a, struct span b)
{
	return a.len == b.len && (!a.len || memcmp(a.data, b.data, a.len) == 0);
}

static inline bool
span_is(struct span s, const char *text)
{
	return span_eq(s, span_of(text));
}

static inline bool
span_starts(struct span s, struct span head)
{
	return span_eq(span_first(s, head.len), head);
}

static inline bool
span_ends(struct span s, struct span tail)
{
	return s.len >= tail.len &&
		span_eq(span_from(s, s.len - tail.len), tail);
}

/* Offset of the first `needle`, or -1. */
ptrdiff_t span_find(struct span s, struct span needle);
/* Without blanks (space, tab, CR, LF) at both ends. */
struct span span_trim(struct span s);
/* Cuts the next piece up to `sep` off `rest`. False, and the piece SPAN_NONE,
 * when rest is used up, which is rest->data == NULL: so "a," yields "a" and
 * then an empty piece. */
bool span_cut(struct span *rest, char sep, struct span *piece);
/* A decimal number and nothing else; false when it is not one or overflows. */
bool span_u64(struct span s, uint64_t *ret);
