#include "config.h"
#include "rule/form.h"

#include <stdlib.h>

/* A label stands behind a server's prefix, which is no longer than this. */
#define LABEL_WITHIN 160u

static void
word_free(struct word *w)
{
	free(w->bytes);
	free(w->classes);
}

void
words_free(struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		word_free(&w->list[i]);
	free(w->list);
	*w = (struct words){ 0 };
}

void
form_free(struct form *f)
{
	words_free(&f->starts);
	words_free(&f->ends);
	words_free(&f->holds);
	words_free(&f->label);
	word_free(&f->from);
}

/* Adds an empty word with room for so many bytes. */
static struct word *
append(struct words *w, size_t room)
{
	w->list = xrealloc(w->list, w->n + 1, sizeof(*w->list));
	struct word *new = &w->list[w->n++];
	*new = (struct word){ .bytes = xcalloc(room + 1, 1) };
	return new;
}

void
words_add(struct words *w, struct span text)
{
	struct word *new = append(w, text.len);
	memcpy(new->bytes, text.data, text.len);
	new->len = text.len;
}

const char *
words_add_quoted(struct words *w, struct span text)
{
	if (text.len < 2 || text.data[0] != '"' ||
		text.data[text.len - 1] != '"')
		return "each word stands in double quotes, on a line of its "
		       "own, not";
	text = span_first(span_from(text, 1), text.len - 2);
	if (!text.len)
		return "an empty word would be in every line:";
	struct word *new = append(w, text.len);
	own(str) char *classes = xcalloc(text.len, 1);
	bool any = false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		if (c == '\\') {
			char next = ++i < text.len ? text.data[i] : '\0';
			if (!next || !strchr("d.\\", next))
				return "behind a backslash stands d, a full "
				       "stop or another backslash, not as in";
			/* The byte is written as the class says, so that words
			 * without classes can be compared and searched as they
			 * are. */
			classes[new->len] = next == 'd' ? WORD_DIGIT
				: next == '.'           ? WORD_ANY
							: WORD_LITERAL;
			any |= next != '\\';
			c = next == '\\' ? '\\' : '\0';
		}
		new->bytes[new->len++] = c;
	}
	new->classes = any ? take(classes) : NULL;
	return NULL;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether the word stands at `at`, where as many bytes as it has are left. */
static bool
fits_at(const struct word *w, const char *at)
{
	if (!w->classes)
		return !w->len ||
			(at[0] == w->bytes[0] &&
				memcmp(at, w->bytes, w->len) == 0);
	for (size_t i = 0; i < w->len; i++)
		if (w->classes[i] == WORD_DIGIT
				? !is_digit(at[i])
				: w->classes[i] == WORD_LITERAL &&
					at[i] != w->bytes[i])
			return false;
	return true;
}

bool
word_starts(const struct word *w, struct span s)
{
	return s.len >= w->len && fits_at(w, s.data);
}

ptrdiff_t
word_find(const struct word *w, struct span s)
{
	return span_find(s, (struct span){ w->bytes, w->len });
}

bool
words_start(const struct words *w, struct span s)
{
	for (size_t i = 0; i < w->n; i++)
		if (word_starts(&w->list[i], s))
			return true;
	return false;
}

bool
words_are(const struct words *w, struct span s)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->list[i].len == s.len && fits_at(&w->list[i], s.data))
			return true;
	return false;
}

bool
words_end(const struct words *w, struct span s)
{
	for (size_t i = 0; i < w->n; i++) {
		size_t len = w->list[i].len;
		if (s.len >= len && fits_at(&w->list[i], s.data + s.len - len))
			return true;
	}
	return false;
}

bool
words_in(const struct words *w, struct span s)
{
	for (size_t i = 0; i < w->n; i++)
		if (word_find(&w->list[i], s) >= 0)
			return true;
	return false;
}

/* Whether the line has one of the labels. */
static bool
has_label(const struct form *f, struct span s)
{
	ptrdiff_t colon = span_find(span_first(s, LABEL_WITHIN), SPAN(":  "));
	struct span before = span_first(s, colon < 0 ? 0 : (size_t)colon);
	const char *blank =
		before.len ? memrchr(before.data, ' ', before.len) : NULL;
	if (blank)
		before = span_from(before, (size_t)(blank - before.data) + 1);
	return words_are(&f->label, before);
}

bool
form_fits(const struct form *f, struct span s)
{
	return (!f->starts.n || words_start(&f->starts, s)) &&
		(!f->ends.n || words_end(&f->ends, s)) &&
		(!f->holds.n || words_in(&f->holds, s)) &&
		(!f->label.n || has_label(f, s));
}
