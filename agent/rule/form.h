/* A form: the words by which a line is known, as a shapes file writes them. */
#pragma once

#include "base/own.h"
#include "base/span.h"

enum { WORD_LITERAL, WORD_DIGIT, WORD_ANY };

/* Bytes to compare with. In a shapes file `\d` stands for any digit and `\.`
 * for any byte; `classes` tells at which places (WORD_...), or is NULL if there
 * are none. */
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
/* Adds the word that `text` holds in double quotes. Returns what is wrong with
 * it, or NULL. */
const char *words_add_quoted(struct words *w, struct span text);
/* Adds a word without quotes and classes. */
void words_add(struct words *w, struct span text);

bool word_starts(const struct word *w, struct span s);
/* Offset of the first place in `s` where the word stands, or -1. The word must
 * have no classes. */
ptrdiff_t word_find(const struct word *w, struct span s);
bool words_start(const struct words *w, struct span s);
/* Whether one of the words is all of `s`, ends it, or stands in it. */
bool words_are(const struct words *w, struct span s);
bool words_end(const struct words *w, struct span s);
bool words_in(const struct words *w, struct span s);

/* Everything that is given must hold: the line starts with one of the words,
 * ends with one, holds one, and its label is one. The label is the last word
 * before the first colon that two blanks follow: PostgreSQL's stands behind a
 * prefix that every server writes differently. */
struct form {
	struct words starts, ends, holds, label;
	struct word from; /* the word that its message begins with */
	size_t common;    /* how many bytes all of `starts` begin with */
};

void form_free(struct form *f);
/* Whether the line has the form; it comes without blanks at its ends. */
bool form_fits(const struct form *f, struct span s);
/* The bytes that all of `starts` begin with; there must be some words. */
static inline struct span
form_common(const struct form *f)
{
	return (struct span){ f->starts.list[0].bytes, f->common };
}
