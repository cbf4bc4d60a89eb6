/* 16 bytes at a time, for searches that run on each line of a log and end after
 * a few bytes: a call of memchr() would take longer. */
#pragma once

#include <string.h>

typedef unsigned char sixteen __attribute__((vector_size(16)));

static inline sixteen
sixteen_at(const char *at)
{
	sixteen bytes;
	memcpy(&bytes, at, sizeof(bytes));
	return bytes;
}

/* All bits of a byte set where it is equal. */
static inline sixteen
sixteen_equal(sixteen bytes, char c)
{
	return (sixteen)(bytes == (unsigned char)c);
}

/* A bit for each byte whose bits are set. */
static inline unsigned
sixteen_mask(sixteen bytes)
{
#ifdef __SSE2__
	typedef char signed_bytes __attribute__((vector_size(16)));
	return (unsigned)__builtin_ia32_pmovmskb128((signed_bytes)bytes);
#else
	unsigned mask = 0;
	for (unsigned i = 0; i < sizeof(bytes); i++)
		mask |= (unsigned)(bytes[i] & 1) << i;
	return mask;
#endif
}

/* How many bytes at the start are printable ASCII, and neither of two others;
 * '\0' for none. Nearly all bytes of a log are. */
static inline size_t
sixteen_plain(const char *at, size_t len, char not, char nor)
{
	size_t i = 0;
	for (; i + sizeof(sixteen) <= len; i += sizeof(sixteen)) {
		sixteen bytes = sixteen_at(at + i);
		/* Below a blank it wraps around. */
		sixteen odd = (sixteen)(bytes - ' ' > '~' - ' ') |
			sixteen_equal(bytes, not ) | sixteen_equal(bytes, nor);
		unsigned mask = sixteen_mask(odd);
		if (mask)
			return i + (size_t)__builtin_ctz(mask);
	}
	while (i < len && at[i] >= ' ' && at[i] <= '~' &&
		at[i] != not &&at[i] != nor)
		i++;
	return i;
}

/* How many bytes stand before the first `c`; `len` if there is none. */
static inline size_t
sixteen_before(const char *at, size_t len, char c)
{
	size_t i = 0;
	for (; i + sizeof(sixteen) <= len; i += sizeof(sixteen)) {
		unsigned mask =
			sixteen_mask(sixteen_equal(sixteen_at(at + i), c));
		if (mask)
			return i + (size_t)__builtin_ctz(mask);
	}
	while (i < len && at[i] != c)
		i++;
	return i;
}
