/* What each match of a pattern must hold, as its source tells: words, of which
 * one at least stands in any text that the pattern matches. A text without them
 * need not be given to PCRE2. */
#pragma once

#include <stddef.h>

#include "base/regex/byte-class.h"

#define REQUIRED_WORD_MAX 24u

struct required_word {
	char text[REQUIRED_WORD_MAX]; /* in lower case unless `cased` */
	uint8_t len;
	bool cased; /* its letters count as they are written */
};

struct required_words {
	struct required_word *list;
	size_t n;
};

/* One of the words; or, where `run` is not 0, so many bytes one after the other
 * that are all of the class. */
struct required_need {
	struct required_words words;
	struct byte_class class;
	size_t run;
};

struct required {
	struct required_need *needs; /* a match holds all of them */
	size_t n;
};

/* Reads a pattern of PCRE2 that is matched without regard to case and not as
 * UTF. False, and *ret is empty, if it holds what is not understood: any text
 * may match then. The caller frees *ret. */
bool required_of(const char *pattern, struct required *ret);
void required_free(struct required *r);
static inline void
required_let_go(struct required *r)
{
	required_free(r);
}
