#include "config.h"
#include "rule/pattern.h"

#include <errno.h>
#include <stdbool.h>
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
