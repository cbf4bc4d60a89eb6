#include "config.h"
#include "base/io/secret-line.h"

#include <ctype.h>

#include "base/own.h"

#define NAME_SHOWN 40u

static void
say(struct buf *off, const char *what)
{
	if (off)
		buf_printf(off, "%s%s", off->len ? ", " : "", what);
}

/* A name that is no constant's may be a password that stands in its place. */
static void
say_name(struct buf *off, struct span name)
{
	bool constant = name.len <= NAME_SHOWN;
	for (size_t i = 0; i < name.len; i++)
		constant &= isupper((unsigned char)name.data[i]) ||
			name.data[i] == '_';
	own(str) char *text = xprintf(
		"`" SPAN_FMT "=`", SPAN_ARG(constant ? name : SPAN("NAME")));
	say(off, text);
}

static size_t
length_of_name(struct span s)
{
	size_t n = 0;
	while (n < s.len &&
		(isalpha((unsigned char)s.data[n]) || s.data[n] == '_' ||
			(n && isdigit((unsigned char)s.data[n]))))
		n++;
	return n;
}

static struct span
without_name(struct span s, struct buf *off)
{
	static const struct span export = { "export", 6 };
	bool exported = span_starts(s, export) && s.len > export.len &&
		(s.data[export.len] == ' ' || s.data[export.len] == '\t');
	struct span rest = exported ? span_trim(span_from(s, export.len)) : s;
	struct span name = span_first(rest, length_of_name(rest));
	struct span behind = span_trim(span_from(rest, name.len));
	if (!name.len || !span_starts(behind, SPAN("=")))
		return s;
	if (exported)
		say(off, "`export`");
	say_name(off, name);
	return span_trim(span_from(behind, 1));
}

static struct span
without_quotes(struct span s, struct buf *off)
{
	static const struct {
		struct span left, right;
	} pairs[] = {
		{ { "\"", 1 }, { "\"", 1 } },
		{ { "'", 1 }, { "'", 1 } },
		{ { "`", 1 }, { "`", 1 } },
		{ { "<", 1 }, { ">", 1 } },
		{ { "\xe2\x80\x9c", 3 }, { "\xe2\x80\x9d", 3 } },
		{ { "\xe2\x80\x9e", 3 }, { "\xe2\x80\x9c", 3 } },
		{ { "\xe2\x80\x98", 3 }, { "\xe2\x80\x99", 3 } },
	};
	for (size_t i = 0; i < ELEMENTS(pairs); i++) {
		size_t around = pairs[i].left.len + pairs[i].right.len;
		if (s.len < around || !span_starts(s, pairs[i].left) ||
			!span_ends(s, pairs[i].right))
			continue;
		say(off, "quotes");
		return span_trim(
			span_from(span_first(s, s.len - pairs[i].right.len),
				pairs[i].left.len));
	}
	return s;
}

struct span
secret_line_bare(struct span line, struct buf *off)
{
	own(buf) struct buf said = { 0 };
	struct span s = span_trim(line);
	if (span_starts(s, SPAN("\xef\xbb\xbf"))) {
		say(&said, "a byte order mark");
		s = span_trim(span_from(s, 3));
	}
	struct span dressed = s;
	s = without_name(s, &said);
	struct span before = s;
	if (s.len && s.data[s.len - 1] == ';')
		s = span_trim(span_first(s, s.len - 1));
	struct span bare = without_quotes(s, &said);
	/* A `;` may be the URL's own: it is one of a shell behind a quote, or
	 * behind what a name was given. */
	if (before.len != s.len && bare.len == s.len &&
		before.data == dressed.data)
		bare = before;
	else if (before.len != s.len)
		say(&said, "`;`");
	if (span_find(bare, SPAN("://")) < 0)
		return span_trim(line);
	if (off)
		buf_add_span(off, buf_span(&said));
	return bare;
}
