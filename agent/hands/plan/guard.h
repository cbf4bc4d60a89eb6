/* Judging statements before anything runs: an allow-list. Everything else at
 * least asks, and what can lose data is refused. */
#pragma once

#include "hands/diagnose/census.h"
#include "wire/plan.h"

/* Of all scripts together: what counts as new is a table that one of them
 * creates and that does not exist yet, so a census (never NULL) must have been
 * taken of them. `history` is the name of the migrator's own table.
 * `ret_reason` is an owned sentence, also for VERDICT_AUTO. */
enum verdict
guard_judge(const struct census *run, const char *history, char **ret_reason);
