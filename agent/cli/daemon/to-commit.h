/* What people are reminded to commit, as `status` and `show` print it. */
#pragma once

#include "cli/output/page.h"

/* Adds one entry of `to_commit` behind the app's name: which migration, since
 * when it is applied, what the deployed image has, and what to do. */
void to_commit_add(struct page *p, const struct json_t *one);
