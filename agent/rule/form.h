/* A form: words by which a line is known, as a shapes file writes them. */
#pragma once

#include "base/own.h"
#include "base/span.h"

enum { WORD_LITERAL, WORD_DIGIT, WORD_ANY };

/* Bytes to compare with. In a shapes file `\d` stands for any digit and `\.`
 * for any byte; `classes` says at which places
 * (WORD_...), or is NULL. */
struct word {
	char *bytes;
	char *classes;
	size_t len;
};

struct words {
	struct word *list;
	size_t n;
};

void words_free(struct words *w);
/* Adds the word that `text` is, in double quotes; NULL, or what is wrong with
 * it. */
const char *words_add_quoted(struct words *w, struct span text);
/* Adds a word as it is. */
void words_add(struct words *w, struct span text);

bool word_starts(const struct word *w, struct span s);
/* Offset of the first one in `s`, or -1; only of a word without classes. */
ptrdiff_t word_find(const struct word *w, struct span s);
bool words_start(const struct words *w, struct span s);
/* Whether one of them is all of `s`, or ends it, or is somewhere in it. */
bool words_are(const struct words *w, struct span s);
bool words_end(const struct words *w, struct span s);
bool words_in(const struct words *w, struct span s);

/* All that is given must hold: the line starts with one of the words, ends with
 * one, holds one, and its label is one. The label is the last word before the
 * first colon that two blanks follow: PostgreSQL's, for one, stands behind a
 * prefix that every server writes differently. */
struct form {
	struct words starts, ends, holds, label;
	struct word from; /* where the message begins in the line */
	size_t common;    /* bytes that all of `starts` begin with */
};

void form_free(struct form *f);
/* `s` has no blanks at its ends. */
bool form_fits(const struct form *f, struct span s);
/* The bytes that all of `starts` begin with. */
static inline struct span
form_common(const struct form *f)
{
	return (struct span){ f->starts.list[0].bytes, f->common };
}
