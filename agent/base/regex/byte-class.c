#include "config.h"
#include "base/regex/byte-class.h"

#include <stddef.h>
#include <string.h>

#include "base/own.h"

unsigned
byte_class_count(const struct byte_class *c)
{
	unsigned n = 0;
	for (size_t i = 0; i < ELEMENTS(c->bits); i++)
		n += (unsigned)__builtin_popcountll(c->bits[i]);
	return n;
}

unsigned
byte_class_next(const struct byte_class *c, unsigned from)
{
	while (from < 256) {
		uint64_t left = c->bits[from / 64] >> (from % 64);
		if (left)
			return from + (unsigned)__builtin_ctzll(left);
		from = (from | 63) + 1;
	}
	return from;
}

static void
add(struct byte_class *c, unsigned byte)
{
	c->bits[byte / 64] |= (uint64_t)1 << (byte % 64);
}

static void
add_range(struct byte_class *c, unsigned from, unsigned to)
{
	for (unsigned byte = from; byte <= to; byte++)
		add(c, byte);
}

static void
invert(struct byte_class *c)
{
	for (size_t i = 0; i < ELEMENTS(c->bits); i++)
		c->bits[i] = ~c->bits[i];
}

/* The letters are 26 bits of the second word: capitals from A on, the others 32
 * bits behind. */
static void
add_other_case(struct byte_class *c)
{
	uint64_t letters = ((c->bits[1] >> 1) | (c->bits[1] >> 33)) & 0x3ffffff;
	c->bits[1] |= letters << 1 | letters << 33;
}

/* Adds what \d, \w or \s stands for, or with a capital what it does not. */
static void
add_kind(struct byte_class *c, char kind)
{
	struct byte_class all = { 0 };
	char lower = (char)(kind | 0x20);
	if (lower != 's')
		add_range(&all, '0', '9');
	if (lower == 'w') {
		add_range(&all, 'a', 'z');
		add_range(&all, 'A', 'Z');
		add(&all, '_');
	}
	if (lower == 's') {
		add_range(&all, '\t', '\r');
		add(&all, ' ');
	}
	if (kind != lower)
		invert(&all);
	for (size_t i = 0; i < ELEMENTS(all.bits); i++)
		c->bits[i] |= all.bits[i];
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9'    ? c - '0'
		: c >= 'a' && c <= 'f' ? c - 'a' + 10
		: c >= 'A' && c <= 'F' ? c - 'A' + 10
				       : -1;
}

/* The byte that an escape stands for, whose letter is at *at; -1 if it is
 * none. Steps over it. */
static int
escaped_byte(const char **at)
{
	static const char names[] = "nrtfae", bytes[] = "\n\r\t\f\a\x1b";
	char c = *(*at)++;
	const char *known = c ? strchr(names, c) : NULL;
	if (known)
		return bytes[known - names];
	if (c == 'x') {
		int high = hex_digit((*at)[0]);
		int low = high < 0 ? -1 : hex_digit((*at)[1]);
		*at += low < 0 ? 0 : 2;
		return low < 0 ? -1 : high * 16 + low;
	}
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	bool digit = c >= '0' && c <= '9';
	return !c || letter || digit ? -1 : (unsigned char)c;
}

/* Adds one byte or kind of a class in brackets; -2: it is not understood, -1:
 * it is a kind. */
static int
add_member(struct byte_class *c, const char **at)
{
	int byte;
	if (!**at || (**at == '[' && (*at)[1] && strchr(":.=", (*at)[1])))
		return -2;
	if (**at != '\\') {
		byte = (unsigned char)*(*at)++;
	} else if ((*at)[1] && strchr("dwsDWS", (*at)[1])) {
		add_kind(c, (*at)[1]);
		*at += 2;
		return -1;
	} else {
		++*at;
		byte = escaped_byte(at);
		if (byte < 0)
			return -2;
	}
	add(c, (unsigned)byte);
	return byte;
}

/* Reads a class behind its bracket. */
static const char *
parse_brackets(const char *at, bool caseless, struct byte_class *c)
{
	bool negated = *at == '^';
	at += negated;
	if (*at == ']')
		return NULL;
	while (*at != ']') {
		int from = add_member(c, &at);
		if (from == -2)
			return NULL;
		if (*at != '-' || at[1] == ']')
			continue;
		at++;
		int to = add_member(c, &at);
		if (from < 0 || to < from)
			return NULL;
		add_range(c, (unsigned)from, (unsigned)to);
	}
	if (caseless)
		add_other_case(c);
	if (negated)
		invert(c);
	return at + 1;
}

const char *
byte_class_parse(const char *pattern, bool caseless, struct byte_class *ret,
	bool *no_bytes)
{
	const char *at = pattern + 1;
	int byte = (unsigned char)*pattern;
	*ret = (struct byte_class){ 0 };
	if (*pattern == '[')
		return parse_brackets(at, caseless, ret);
	if (*pattern == '.') {
		add(ret, '\n');
		invert(ret);
		return at;
	}
	if (*pattern == '\\' && *at && strchr("dwsDWS", *at)) {
		add_kind(ret, *at);
		return at + 1;
	}
	if (*pattern == '\\' && *at && strchr("bBAzZ", *at)) {
		*no_bytes = true;
		return at + 1;
	}
	if (*pattern == '\\')
		byte = escaped_byte(&at);
	else if (!byte || strchr("*+?{", byte))
		return NULL;
	if (byte < 0)
		return NULL;
	add(ret, (unsigned)byte);
	if (caseless)
		add_other_case(ret);
	return at;
}
