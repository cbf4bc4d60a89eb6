/* Names that somebody may have meant who wrote one that is not there. */
#pragma once

#include <stddef.h>

/* In how many places two names differ: a letter more, less, another one, or two
 * that changed places (restricted Damerau-Levenshtein). The case of ASCII
 * letters does not count. Names are compared up to 64 bytes. */
unsigned nearest_distance(const char *a, const char *b);
/* The name that is most like it, if it is like enough to be meant: borrowed
 * from the list (own.h), else NULL. */
const char *nearest_meant(const char *name, char *const *names);
/* "a, b, c and 4 more", those first that are most like it, at most `most` of
 * them by name, each once. Compares what `part` returns of each name, a part of
 * it; NULL: all of it. Owned; "" for an empty list. */
char *nearest_list(const char *name, char *const *names,
	const char *(*part)(const char *), size_t most);
