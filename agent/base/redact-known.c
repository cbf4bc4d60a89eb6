#include "config.h"
#include "base/redact-marks.h"

#include <string.h>

/* Lengths count bytes of the credential, not of a code it is written in. */
#define SHORTEST 4u
/* One that is shorter, or that is a word, must stand alone, or it would take
 * pieces out of ordinary words. */
#define ANYWHERE 8u
#define WORD_ANYWHERE 16u
/* Whoever writes log lines and reads notices can ask whether a guess is the
 * beginning of a credential. An answer is given for so many bytes at once only,
 * which nobody guesses, and for none between. */
#define GUESSED_AT_ONCE 8u

/* A code that a credential is written in. */
struct code {
	size_t part;        /* its bytes that hold GUESSED_AT_ONCE */
	const char *beside; /* its digits that are no letter, number or _ */
	bool prefixed;      /* behind 0x or \x it stands alone */
};
static const struct code plain = { GUESSED_AT_ONCE, "", false };
static const struct code hex = { 2 * GUESSED_AT_ONCE, "", true };
/* Twelve digits hold nine bytes; eleven may lack some bits of the eighth. */
static const struct code base64 = { 12, "+/-", false };

struct credential {
	struct span text;
	const char *kind;
	size_t per_byte; /* the most bytes of the text for one of the secret */
	bool is_short;   /* it must stand alone in each code, */
	bool is_word;    /* or only as it is, for it is a word */
};

/* All that were ever added, for what logs hold is older than what is in force:
 * a host whose passwords change each day has some thousand a year, in all
 * codes.
 */
static struct known {
	char *secret;
	size_t len;
	const struct code *code;
	size_t part; /* of which beginnings are found; 0: none is */
	bool alone;
	const char *kind;
} * known;
static size_t n_known, known_room;

static void
add(const struct credential *c, struct span written, const struct code *code)
{
	for (size_t i = 0; i < n_known; i++)
		if (known[i].code == code &&
			span_eq(written,
				(struct span){ known[i].secret, known[i].len }))
			return;
	if (n_known == known_room) {
		known_room = known_room ? 2 * known_room : 64;
		known = xrealloc(known, known_room, sizeof(*known));
	}
	known[n_known++] = (struct known){
		.secret = xstrndup(written.data, written.len),
		.len = written.len,
		.code = code,
		.part = c->is_short || c->is_word ? 0
						  : code->part * c->per_byte,
		.alone = c->is_short || (c->is_word && code == &plain),
		.kind = c->kind,
	};
}

/* The six bits of the text that begin at the bit `at`; behind its end are
 * zeros. */
static unsigned
six_bits(struct span text, size_t at)
{
	unsigned value = 0;
	for (size_t i = at; i < at + 6; i++) {
		unsigned byte =
			i / 8 < text.len ? (uint8_t)text.data[i / 8] : 0;
		value = value << 1 | (byte >> (7 - i % 8) & 1u);
	}
	return value;
}

/* In the base64 of a longer text, as of `user:password`, a secret has one of
 * three looks, after how many bytes stand before it. What is added are the
 * digits that all of their bits come from the secret; of a short one, which
 * stands alone, the last digit, too. */
static void
add_base64(const struct credential *c, size_t before, const char *last)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789";
	own(buf) struct buf text = { 0 };
	size_t end = c->text.len * 8 + (c->is_short ? 5 : 0);
	for (size_t at = (6 - before * 8 % 6) % 6; at + 6 <= end; at += 6) {
		unsigned digit = six_bits(c->text, at);
		buf_add_char(&text,
			digit < sizeof(digits) - 1
				? digits[digit]
				: last[digit - (sizeof(digits) - 1)]);
	}
	add(c, buf_span(&text), &base64);
	explicit_bzero(text.data, text.len);
}

static void
add_hex(const struct credential *c, const char *digits)
{
	own(buf) struct buf text = { 0 };
	for (size_t i = 0; i < c->text.len; i++) {
		buf_add_char(&text, digits[(uint8_t)c->text.data[i] >> 4]);
		buf_add_char(&text, digits[c->text.data[i] & 0xf]);
	}
	add(c, buf_span(&text), &hex);
	explicit_bzero(text.data, text.len);
}

static bool
is_hex_digit(char c)
{
	return c && strchr("0123456789abcdefABCDEF", c);
}

/* How many percent-encoded bytes a credential has as it stands in a URL. */
static size_t
percents(struct span text)
{
	size_t n = 0;
	for (size_t i = 0; i + 2 < text.len; i++)
		if (text.data[i] == '%' && is_hex_digit(text.data[i + 1]) &&
			is_hex_digit(text.data[i + 2])) {
			n++;
			i += 2;
		}
	return n;
}

static bool
is_lower(struct span text)
{
	size_t i = 0;
	while (i < text.len && text.data[i] >= 'a' && text.data[i] <= 'z')
		i++;
	return i == text.len;
}

void
redact_known_add(struct span secret, const char *kind)
{
	size_t encoded = percents(secret), bytes = secret.len - 2 * encoded;
	struct credential c = {
		.text = secret,
		.kind = kind,
		.per_byte = encoded ? 3 : 1,
		.is_short = bytes < ANYWHERE,
		.is_word = bytes < WORD_ANYWHERE && is_lower(secret),
	};
	if (bytes < SHORTEST)
		return;
	add(&c, secret, &plain);
	for (size_t before = 0; before < (c.is_short ? 1 : 3); before++) {
		add_base64(&c, before, "+/");
		add_base64(&c, before, "-_");
	}
	add_hex(&c, "0123456789abcdef");
	add_hex(&c, "0123456789ABCDEF");
}

static bool
is_word_byte(struct span s, size_t at)
{
	char c = at < s.len ? s.data[at] : '\0';
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c == '_';
}

static bool
goes_on(struct span s, size_t at, const struct code *code)
{
	return is_word_byte(s, at) ||
		(at < s.len && s.data[at] && strchr(code->beside, s.data[at]));
}

/* Whether the bytes before `at` are 0x or \x. */
static bool
is_prefixed(struct span s, size_t at)
{
	return at >= 2 && s.data[at - 1] == 'x' &&
		(s.data[at - 2] == '\\' ||
			(s.data[at - 2] == '0' &&
				(at == 2 || !is_word_byte(s, at - 3))));
}

static bool
stands_alone(struct span s, size_t at, const struct known *k)
{
	bool begins = !at || !goes_on(s, at - 1, k->code) ||
		(k->code->prefixed && is_prefixed(s, at));
	return begins && !goes_on(s, at + k->len, k->code);
}

/* At the end of the text only a part of the credential may be left, for texts
 * are cut at limits. The parts of it that are whole must be there; what stands
 * behind them goes with them, whatever it is, and so tells nothing. */
static void
mark_beginning(struct redact_marks *m, const struct redact_view *v,
	const struct known *k)
{
	struct span s = buf_span(&v->text);
	size_t whole = (k->len - 1) / k->part * k->part;
	for (; whole; whole -= k->part)
		for (size_t len = whole; len < MIN(whole + k->part, k->len);
			len++) {
			if (len > s.len ||
				memcmp(s.data + s.len - len, k->secret,
					whole) != 0)
				continue;
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
			if (!k->alone || stands_alone(s, begin, k))
				redact_marks_add(
					m, v, begin, begin + k->len, k->kind);
			from = begin + 1;
		}
		if (k->part)
			mark_beginning(m, v, k);
	}
}
