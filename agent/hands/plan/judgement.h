/* What the guard says of each part of a run's statements, and what its gate
 * measured. */
#pragma once

#include "hands/diagnose/census.h"
#include "hands/sql/rules/part.h"

struct judgement {
	size_t unit, statement; /* in the census' order */
	const struct guard_part
		*part; /* borrowed; NULL: the script is not known */
	enum verdict verdict;
	char *reason;  /* why not automatic: the rest of a sentence that begins
			* with the statement, escaped; NULL */
	char *figures; /* what was measured, escaped: it follows the reason, and
			* no hash; NULL */
	bool fresh;    /* its table is made by the run, and has no rows */
	bool settled;  /* no gate is to measure it */
};

struct judgements {
	struct judgement *list; /* in order; NULL is none */
	size_t n;
};

void judgements_free(struct judgements *j);
static inline void
judgements_let_go(struct judgements *j)
{
	judgements_free(j);
}
/* Adds one and gives it back, until the next is added. */
struct judgement *
judgements_add(struct judgements *j, const struct judgement *one);

/* The strictest of all; what no gate measured counts as gated. */
enum verdict judgements_verdict(const struct judgements *j);
/* The strictest of one statement; NULL if it has none. */
const struct judgement *
judgements_of(const struct judgements *j, size_t unit, size_t statement);
/* The strongest lock on a table that was there before, and the most that a
 * statement does with its rows. */
enum lock_level
judgements_lock(const struct judgements *j, size_t unit, size_t statement);
enum effect
judgements_effect(const struct judgements *j, size_t unit, size_t statement);
/* `lock SHARE, effect build, auto: about 3 ms ...` of a statement that is not
 * automatic or locks such a table; owned, NULL for any other. */
char *
judgements_note(const struct judgements *j, size_t unit, size_t statement);
/* `statement 2 of NAME (DROP TABLE) ...`, owned; without figures where they are
 * left out. */
char *judgement_text(
	const struct judgement *j, const struct census *run, bool figures);
/* Sentences about all that is not automatic, the strictest first; owned, NULL
 * if there is none. */
char **judgements_doubts(
	const struct judgements *j, const struct census *run, bool figures);
