#include "config.h"
#include "base/redact-marks.h"

#include <string.h>

#define KNOWN_MAX 512u /* credentials; a host has a handful */
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

void
redact_known_add(struct span secret, const char *kind)
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
