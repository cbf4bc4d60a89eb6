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

/* Adds what the guard said, in lines. False: some of it has no room. */
bool question_doubts(struct buf *to, const struct incident *i);
/* Adds the steps of the plan, numbered and whole. False: some have no room,
 * here or in the plan itself, or a chat would not show their very bytes. */
bool question_steps(struct buf *to, const struct incident *i);
/* Whether the question shows all of the plan, so that it may be approved by
 * whoever read the message. */
bool question_is_whole(const struct incident *i);
