#include "config.h"
#include "base/redact-marks.h"

#include <string.h>

#define KNOWN_MAX 4096u /* in all encodings; a host has a handful */
#define SHORTEST 4u
/* One that is shorter, or that is a word, must stand alone, or it would take
 * pieces out of ordinary words. */
#define ANYWHERE 8u
#define WORD_ANYWHERE 16u

static struct known {
	char *secret;
	size_t len;
	const char *kind;
} known[KNOWN_MAX];
static size_t n_known;

static void
add(struct span secret, const char *kind)
{
	if (secret.len < SHORTEST)
		return;
	for (size_t i = 0; i < n_known; i++)
		if (span_eq(secret,
			    (struct span){ known[i].secret, known[i].len }))
			return;
	if (n_known == KNOWN_MAX)
		return;
	known[n_known++] = (struct known){ xstrndup(secret.data, secret.len),
		secret.len, kind };
}

/* The six bits of the text that begin at the bit `at`. */
static unsigned
six_bits(struct span text, size_t at)
{
	unsigned value = 0;
	for (size_t i = at; i < at + 6; i++)
		value = value << 1 |
			((uint8_t)text.data[i / 8] >> (7 - i % 8) & 1u);
	return value;
}

/* In the base64 of a longer text, as of `user:password`, a secret has one of
 * three looks, after how many bytes stand before it. What is added are the
 * digits that all of their bits come from the secret. */
static void
add_base64(
	struct span secret, size_t before, const char *last, const char *kind)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789";
	own(buf) struct buf text = { 0 };
	for (size_t at = (6 - before * 8 % 6) % 6; at + 6 <= secret.len * 8;
		at += 6) {
		unsigned digit = six_bits(secret, at);
		buf_add_char(&text,
			digit < sizeof(digits) - 1
				? digits[digit]
				: last[digit - (sizeof(digits) - 1)]);
	}
	if (text.len >= ANYWHERE) {
		add(buf_span(&text), kind);
		explicit_bzero(text.data, text.len);
	}
}

static void
add_hex(struct span secret, const char *digits, const char *kind)
{
	own(buf) struct buf text = { 0 };
	for (size_t i = 0; i < secret.len; i++) {
		buf_add_char(&text, digits[(uint8_t)secret.data[i] >> 4]);
		buf_add_char(&text, digits[secret.data[i] & 0xf]);
	}
	if (text.len >= ANYWHERE) {
		add(buf_span(&text), kind);
		explicit_bzero(text.data, text.len);
	}
}

void
redact_known_add(struct span secret, const char *kind)
{
	add(secret, kind);
	if (secret.len < SHORTEST)
		return;
	for (size_t before = 0; before < 3; before++) {
		add_base64(secret, before, "+/", kind);
		add_base64(secret, before, "-_", kind);
	}
	add_hex(secret, "0123456789abcdef", kind);
	add_hex(secret, "0123456789ABCDEF", kind);
}

static bool
is_word_byte(struct span s, size_t at)
{
	char c = at < s.len ? s.data[at] : '\0';
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c == '_';
}

static bool
is_word(const struct known *k)
{
	size_t least =
		k->secret[strspn(k->secret, "abcdefghijklmnopqrstuvwxyz")]
		? ANYWHERE
		: WORD_ANYWHERE;
	return k->len < least;
}

static bool
stands_alone(struct span s, size_t at, size_t len)
{
	return (!at || !is_word_byte(s, at - 1)) && !is_word_byte(s, at + len);
}

/* At the end of the text only a part of the credential may be left. */
static void
mark_beginning(struct redact_marks *m, const struct redact_view *v,
	const struct known *k)
{
	struct span s = buf_span(&v->text);
	for (size_t len = MIN(k->len - 1, s.len); len >= SHORTEST; len--)
		if (memcmp(s.data + s.len - len, k->secret, len) == 0) {
			redact_marks_add(m, v, s.len - len, s.len, k->kind);
			return;
		}
}

void
redact_known_mark(struct redact_marks *m, const struct redact_view *v)
{
	struct span s = buf_span(&v->text);
	for (size_t i = 0; i < n_known; i++) {
		const struct known *k = &known[i];
		struct span secret = { k->secret, k->len };
		ptrdiff_t at;
		for (size_t from = 0;
			(at = span_find(span_from(s, from), secret)) >= 0;) {
			size_t begin = from + (size_t)at;
			if (!is_word(k) || stands_alone(s, begin, k->len))
				redact_marks_add(
					m, v, begin, begin + k->len, k->kind);
			from = begin + 1;
		}
		if (!is_word(k))
			mark_beginning(m, v, k);
	}
}
