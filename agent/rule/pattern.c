#include "config.h"
#include "rule/pattern.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

int
pattern_compile(const char *text, pcre2_code **ret, struct why *why)
{
	/* Verbs could lift the limit on steps, or change what a newline is. */
	if (strncmp(text, "(*", 2) == 0)
		return because(why, -EINVAL, "a pattern may not begin with (*");
	int error;
	PCRE2_SIZE at;
	pcre2_code *code =
		pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
			PCRE2_MULTILINE | PCRE2_DUPNAMES |
				PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UTF,
			&error, &at, NULL);
	if (!code) {
		PCRE2_UCHAR message[256];
		pcre2_get_error_message(error, message, sizeof(message));
		return because(why, -EINVAL, "%s (behind %zu bytes)",
			(const char *)message, (size_t)at);
	}
	*ret = code;
	return 0;
}

void
pattern_free(pcre2_code *code)
{
	pcre2_code_free(code);
}

static bool
is_safe(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || (c && strchr("_ .,:;()=-", c));
}

int
literal_is_safe(const char *literal)
{
	for (; *literal; literal++)
		if (!is_safe(*literal))
			return false;
	return true;
}

/* A walk over the top level of a pattern. `run` are the bytes that must follow
 * each other, up to where the walk is; `best` is the longest run so far. */
struct pattern_walk {
	const char *at;
	struct buf run, best;
};

static void
end_run(struct pattern_walk *w)
{
	if (w->run.len > w->best.len) {
		buf_reset(&w->best);
		buf_add_span(&w->best, buf_span(&w->run));
	}
	buf_reset(&w->run);
}

/* Steps over a class; `at` stands on its bracket. */
static void
skip_class(struct pattern_walk *w)
{
	const char *p = w->at + 1;
	if (*p == '^')
		p++;
	if (*p == ']')
		p++;
	for (; *p && *p != ']'; p++) {
		if (*p == '\\' && p[1]) {
			p++;
		} else if (*p == '[' && p[1] == ':') {
			const char *end = strstr(p, ":]");
			if (end)
				p = end + 1;
		}
	}
	w->at = *p ? p + 1 : p;
}

/* Steps over a group with all that is in it. */
static void
skip_group(struct pattern_walk *w)
{
	unsigned depth = 0;
	while (*w->at) {
		if (*w->at == '\\' && w->at[1]) {
			w->at += 2;
			continue;
		}
		if (*w->at == '[') {
			skip_class(w);
			continue;
		}
		if (*w->at == '(')
			depth++;
		else if (*w->at == ')' && --depth == 0) {
			w->at++;
			return;
		}
		w->at++;
	}
}

/* Looks at a quantifier behind the last byte of the run: a byte that may be
 * absent is no part of the literal, one that may repeat ends it. */
static void
take_quantifier(struct pattern_walk *w)
{
	char c = *w->at;
	if (c != '?' && c != '*' && c != '+' && c != '{')
		return;
	if (c != '+' && w->run.len)
		w->run.len--;
	end_run(w);
	if (c == '{')
		while (*w->at && *w->at != '}')
			w->at++;
	if (*w->at)
		w->at++;
	if (*w->at == '?' || *w->at == '+')
		w->at++;
}

/* Steps over one element. False where an alternation or an option leaves
 * nothing that every match must hold. */
static bool
walk_one(struct pattern_walk *w)
{
	char c = *w->at;
	if (c == '|')
		return false;
	if (c == '(') {
		/* (?i) and (?x) change what the rest of the pattern means. */
		if (w->at[1] == '?' && strchr("imnsxJU^-", w->at[2]) &&
			w->at[2])
			return false;
		end_run(w);
		skip_group(w);
	} else if (c == '[') {
		end_run(w);
		skip_class(w);
	} else if (c == '\\' && w->at[1]) {
		char escaped = w->at[1];
		w->at += 2;
		if (is_safe(escaped) && strchr("_ .,:;()=-", escaped))
			buf_add_char(&w->run, escaped);
		else
			end_run(w);
	} else {
		w->at++;
		if (is_safe(c) && c != '.' && c != ')')
			buf_add_char(&w->run, c);
		else
			end_run(w);
	}
	take_quantifier(w);
	return true;
}

char *
pattern_literal(const char *text)
{
	struct pattern_walk w = { .at = text };
	bool whole = true;
	while (*w.at && whole)
		whole = walk_one(&w);
	end_run(&w);
	buf_free(&w.run);
	if (whole && w.best.len >= PATTERN_LITERAL)
		return buf_take_str(&w.best);
	buf_free(&w.best);
	return NULL;
}

/* Whether something in the pattern refers to another place of it, or changes
 * what follows: then its parts mean nothing alone. */
static bool
is_entangled(const char *text)
{
	for (const char *p = text; *p; p++) {
		if (*p == '\\' && p[1]) {
			p++;
			if ((*p >= '1' && *p <= '9') || strchr("kgGK", *p))
				return true;
		} else if (*p == '(' && p[1] == '?' && p[2] &&
			!strchr(":=!<>|", p[2])) {
			/* (?i:...) ends with its group. */
			if (p[2 + strspn(p + 2, "imnsxJU^-")] != ':')
				return true;
		} else if (*p == '(' && p[1] == '*') {
			return true;
		}
	}
	return false;
}

#define ANY_BYTES "[\\s\\S]{0,"

/* Reads a distance; its length, or 0 if there is none. */
static size_t
distance_at(const char *p, size_t *ret)
{
	size_t n = strlen(ANY_BYTES), digits;
	if (strncmp(p, ANY_BYTES, n) != 0)
		return 0;
	digits = strspn(p + n, "0123456789");
	if (!digits || digits > 6 || p[n + digits] != '}')
		return 0;
	*ret = strtoul(p + n, NULL, 10);
	n += digits + 1;
	return p[n] == '?' ? n + 1 : p[n] == '+' ? 0 : n;
}

/* Adds an alternative from `begin` on; `cut` is the length of the distance at
 * `at`, or 0. Alternatives of one part are kept together. */
static void
add_part(struct pattern_part **parts, size_t *n, const char *begin,
	const char *at, size_t cut, size_t distance, const char *end)
{
	struct pattern_part *last = *n ? &(*parts)[*n - 1] : NULL;
	if (!cut && last && !last->second) {
		char *both = xprintf(
			"%s|%.*s", last->first, (int)(end - begin), begin);
		free(last->first);
		last->first = both;
		return;
	}
	*parts = xrealloc(*parts, *n + 1, sizeof(**parts));
	struct pattern_part *new = &(*parts)[(*n)++];
	*new = (struct pattern_part){ .distance = distance };
	new->first = xstrndup(begin, (size_t)((cut ? at : end) - begin));
	if (cut)
		new->second = xstrndup(at + cut, (size_t)(end - at - cut));
}

size_t
pattern_parts(const char *text, struct pattern_part **ret)
{
	struct pattern_walk w = { .at = text };
	const char *begin = text, *at = NULL;
	size_t n = 0, cut = 0, distance = 0, length;
	bool whole = is_entangled(text);
	*ret = NULL;
	while (*w.at && !whole) {
		if (*w.at == '|') {
			add_part(ret, &n, begin, at, cut, distance, w.at);
			begin = ++w.at;
			cut = 0;
		} else if (!cut && (cut = distance_at(w.at, &distance))) {
			at = w.at;
			w.at += cut;
		} else if (distance_at(w.at, &length)) {
			whole = true; /* a second one in the alternative */
		} else if (*w.at == '(') {
			skip_group(&w);
		} else if (*w.at == '[') {
			skip_class(&w);
		} else {
			w.at += *w.at == '\\' && w.at[1] ? 2 : 1;
		}
	}
	if (!whole) {
		add_part(ret, &n, begin, at, cut, distance, w.at);
		return n;
	}
	pattern_parts_free(*ret, n);
	*ret = NULL;
	n = 0;
	add_part(ret, &n, text, NULL, 0, 0, text + strlen(text));
	return n;
}

void
pattern_parts_free(struct pattern_part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(parts[i].first);
		free(parts[i].second);
	}
	free(parts);
}
