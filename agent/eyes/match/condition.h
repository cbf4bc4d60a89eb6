/* A pattern that must, or must not, be found somewhere in a record. Two parts
 * that a distance of any bytes joins (rule/pattern.h) are looked for one by
 * one, in one pass each: a record full of the first part costs no more than one
 * without it. */
#pragma once

#include "base/span.h"
#include "rule/pattern.h"

/* What patterns are run with; the caller owns all of it. */
struct matching {
	pcre2_match_context *context;
	pcre2_match_data *data; /* room for one place */
	unsigned left;          /* runs that are left for the record and rule */
	bool undecided;         /* a run hit a limit */
};

/* Runs the pattern on the text from `from` on; true if it is found, and where
 * is in `data` then. Who hits a limit cannot tell, and `undecided` says so. */
bool matching_run(struct matching *m, pcre2_match_data *data,
	const pcre2_code *code, struct span text, size_t from);

struct condition;
/* *jit becomes false where the system refuses memory that is written and run;
 * matching is slower there, but no less right. */
int condition_new(const char *pattern, bool *jit, struct condition **ret,
	struct why *why);
void condition_free(struct condition *c);
OWN(condition, struct condition *, condition_free);

bool condition_holds(
	const struct condition *c, struct matching *m, struct span text);
