/* The clock on the wall against one that nobody sets. Where it was set, by
 * somebody or by NTP, the times in the store move with it: what is due stays as
 * far ahead, and an attempt as long ago, as it really is. A question expires
 * when its own time comes or earlier, never later. */
#pragma once

#include "head/store/store.h"

/* Less than this is no jump. */
#define CLOCK_ADJUST_LEAST USEC_MINUTE

/* How far the wall's clock is ahead of the steady one; zeroed: not known yet.
 */
struct clock_adjust {
	bool known;
	int64_t offset;
};

/* Moves what is stored where the clock was set since the last call, also by an
 * earlier process since this machine was started. `now` is the wall's, `steady`
 * clock_boot()'s. 1: it was set, `ret_by` tells by how much; 0: it was not;
 * negative: nothing was moved, so nothing may be decided by `now`. */
int clock_adjust_follow(struct clock_adjust *t, struct store *s, usec now,
	usec steady, int64_t *ret_by, struct why *why);
