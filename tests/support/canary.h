/* Secrets that a test makes up, in the forms of tests/data/secrets/forms, and
 * the pieces that must be found nowhere afterwards. */
#pragma once

#include "base/buf.h"

struct canary {
	struct buf text; /* the form with its secrets */
	char **needles;  /* letters and digits of the secrets */
};

/* Makes the secrets of a form; `seed` changes with each. */
void canary_make(const char *form, uint64_t *seed, struct canary *ret);
void canary_free(struct canary *c);
/* The lines of the file, without comments. Each is undone of \n, \t and \\,
 * where `plain` is set, else as it is written. Owned. */
char **canary_lines(const char *path, bool plain);
