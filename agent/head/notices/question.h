/* The plan inside a question. A person must be able to read what they approve:
 * the question names every statement that the guard did not pass, and shows the
 * plan; where that is too long for a message, it says so, and the daemon takes
 * an approval only from a user who had the listing printed. */
#pragma once

#include <stdbool.h>

#include "base/buf.h"

struct incident;

#define QUESTION_DOUBTS_MAX 12u
#define QUESTION_PLAN_MAX 2400u /* bytes */

/* What a question shows of a plan. */
struct question {
	struct buf doubts, steps;
	bool whole; /* all of the plan: whoever read it may approve it */
};

void question_write(struct question *ret, const struct incident *i);
void question_free(struct question *q);
static inline void
question_let_go(struct question *q)
{
	question_free(q);
}

/* Adds what the guard said, in lines. False: some of it has no room. */
bool question_doubts(struct buf *to, const struct incident *i);
/* Adds the steps of the plan, numbered and whole. False: some have no room,
 * here or in the plan itself, or a chat would not show their very bytes. */
bool question_steps(struct buf *to, const struct incident *i);
/* The same of a question that need not be written. */
bool question_is_whole(const struct incident *i);
