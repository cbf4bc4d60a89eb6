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

void
redact_interpret(void)
{
	redact_patterns_interpret();
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
	if (!m->kinds)
		m->kinds = xcalloc(m->len + 1, sizeof(*m->kinds));
	size_t last = redact_view_offset(v, end);
	for (size_t i = redact_view_offset(v, begin); i < last; i++)
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
	(void)buf_reserve(&to, text.len);
	for (size_t i = 0, end; i < text.len; i = end) {
		const char *kind = m->kinds ? m->kinds[i] : NULL;
		end = m->kinds ? i + 1 : text.len;
		while (end < text.len && !m->kinds[end] == !kind)
			end++;
		if (kind)
			buf_printf(&to, MARK "%s]", kind);
		else
			buf_add_span(
				&to, span_first(span_from(text, i), end - i));
	}
	for (size_t i = 0; i < to.len; i++)
		to.data[i] = to.data[i] ? to.data[i] : ' ';
	return buf_take_str(&to);
}

/* Ends the marks. */
static char *
shown(struct redact_marks *m, struct span text)
{
	char *ret = m->undecided ? xstrdup(MARK "too costly to check]")
				 : write_out(m, text);
	free(m->kinds);
	return ret;
}

char *
redact(struct span text)
{
	struct redact_marks m = { .len = text.len };
	look_everywhere(&m, text);
	return shown(&m, text);
}

void
redact_buf(struct buf *text)
{
	struct span s = buf_span(text);
	struct redact_marks m = { .len = s.len };
	look_everywhere(&m, s);
	bool stays = !m.kinds && !m.undecided &&
		(!s.len || !memchr(s.data, '\0', s.len));
	if (stays)
		return;
	own(str) char *bare = shown(&m, s);
	buf_reset(text);
	buf_add_str(text, bare);
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
	own(str) char *bare = redact(span_of(value));
	return xstrdup(strcmp(bare, value) == 0 ? value : "...");
}
