#include "config.h"
#include "base/redact.h"

#include <stdlib.h>
#include <string.h>

#include "base/redact-marks.h"

#define MARK "[redacted: "
#define ESCAPED_MOST 4u /* JSON in JSON in JSON; what is deeper is no log */
#define QUOTED_LONGEST 40u

void
redact_know(struct span secret, const char *kind)
{
	redact_known_add(secret, kind);
}

/* What a mark that is in the text already covers of it; 0 for none. */
static size_t
mark_len(struct span s)
{
	if (!span_starts(s, SPAN(MARK)))
		return 0;
	const char *end = memchr(s.data, ']', MIN(s.len, 40));
	return end ? (size_t)(end - s.data) + 1 : 0;
}

void
redact_marks_add(struct redact_marks *m, const struct redact_view *v,
	size_t begin, size_t end, const char *kind)
{
	struct span s = buf_span(&v->text);
	begin += mark_len(span_from(s, begin));
	if (begin >= end)
		return;
	for (size_t i = v->from[begin]; i < v->from[end]; i++)
		if (!m->kinds[i])
			m->kinds[i] = kind;
}

static void
look_at(struct redact_marks *m, const struct redact_view *v)
{
	redact_known_mark(m, v);
	redact_patterns_mark(m, v);
}

/* Also as what the text is percent-encoded of, and as what a browser shows. */
static void
look_decoded(struct redact_marks *m, const struct redact_view *v)
{
	own(redact_view) struct redact_view plain = { 0 }, shown = { 0 };
	look_at(m, v);
	if (redact_view_decode(v, &plain))
		look_at(m, &plain);
	if (redact_view_unmark(v, &shown))
		look_at(m, &shown);
}

static void
look_everywhere(struct redact_marks *m, struct span text)
{
	struct redact_view v = redact_view_of(text);
	for (unsigned i = 0; i < ESCAPED_MOST; i++) {
		struct redact_view plain = { 0 };
		if (!redact_view_unescape(&v, &plain))
			break;
		look_at(m, &v);
		redact_view_free(&v);
		v = plain;
	}
	look_decoded(m, &v);
	own(redact_view) struct redact_view whole = { 0 };
	if (redact_view_unwrap(&v, &whole))
		look_decoded(m, &whole);
	redact_view_free(&v);
}

static char *
write_out(const struct redact_marks *m, struct span text)
{
	struct buf to = { 0 };
	for (size_t i = 0; i < text.len; i++) {
		if (!m->kinds[i])
			buf_add_char(&to, text.data[i] ? text.data[i] : ' ');
		else if (!i || !m->kinds[i - 1])
			buf_printf(&to, MARK "%s]", m->kinds[i]);
	}
	return buf_take_str(&to);
}

char *
redact(struct span text)
{
	struct redact_marks m = {
		.kinds = xcalloc(text.len + 1, sizeof(*m.kinds)),
		.len = text.len,
	};
	look_everywhere(&m, text);
	char *shown = m.undecided ? xstrdup(MARK "too costly to check]")
				  : write_out(&m, text);
	free(m.kinds);
	return shown;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* Whether the text is made of words with up to four digits behind each, as in
 * `moverz-v4` and `match prisma-p2021 1`. */
static bool
is_plain(const char *value)
{
	if (strlen(value) > QUOTED_LONGEST)
		return false;
	for (const char *p = value; *p;) {
		p += strspn(p, LETTERS);
		size_t digits = strspn(p, DIGITS);
		p += digits;
		if (digits > 4 || (*p && !strchr(" ._-", *p)))
			return false;
		p += *p != '\0';
	}
	return true;
}

char *
redact_quote(const char *value)
{
	if (!is_plain(value))
		return xstrdup("...");
	own(str) char *shown = redact(span_of(value));
	return xstrdup(strcmp(shown, value) == 0 ? value : "...");
}
