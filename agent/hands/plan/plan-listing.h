/* The listing of a plan: every byte of every script that would run, for the
 * person who is asked to approve it. */
#pragma once

#include "hands/diagnose/diagnosis.h"
#include "hands/plan/judgement.h"

/* Writes the listing of a plan whose statements are judged: the doubts of the
 * guard first, then each script: what each of its statements locks and does,
 * and its text, with the numbers of its lines and statements before them.
 * Escaped, with a backslash written twice and a tab as \t. False, and *ret
 * empty: it would be longer than PLAN_LISTING_MAX bytes. */
bool plan_listing(const struct diagnosis *d, const struct judgements *j,
	char *const *doubts, struct buf *ret);
