/* Judging statements before anything runs: an allow-list. Everything else at
 * least asks, and what can lose data is refused. */
#pragma once

#include "hands/diagnose/census.h"
#include "wire/plan.h"

/* Of all scripts together: what counts as new is a table that one of them
 * creates and that does not exist yet, so a census (never NULL) must have been
 * taken of them. `history` is the name of the migrator's own table. Adds a
 * sentence to *ret_doubts (strings_free()) for each statement that is not
 * automatic, what is refused before what is asked about; so the first is the
 * reason of the verdict, and VERDICT_AUTO adds none. */
enum verdict
guard_judge(const struct census *run, const char *history, char ***ret_doubts);
