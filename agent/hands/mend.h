/* The plan in production. */
#pragma once

#include "hands/task.h"

/* Fills the result in any case; runs no other plan than the job's, once.
 * `t->attempt` is the attempt's file, begun already. */
void mend(const struct task *task, struct teller *t, struct result *ret);
