/* Judging statements before anything runs: an allow-list. Everything else at
 * least asks, and what can lose data is refused. */
#pragma once

#include "hands/prisma/migrations.h"
#include "wire/plan.h"

/* Of all scripts together, after the census: what counts as new is a table that
 * one of them creates and that does not exist yet. `ret_reason` is an owned
 * sentence, also for VERDICT_AUTO. */
enum verdict guard_judge(struct migration *const *list, size_t n,
	const char *schema, char **ret_reason);
