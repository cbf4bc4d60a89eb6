/* The time of which `scan` tells faults: --since and --until. */
#pragma once

#include "base/clock.h"
#include "cli/command.h"
#include "wire/fault.h"

/* Nanoseconds since 1970; zeroed: of all times. */
struct scan_period {
	int64_t since; /* 0: from the beginning */
	int64_t until; /* not any more in it; 0: to the end */
};

/* Takes both options out of argv. A time is a length back from `now`
 * (clock_wall()), `2h`; a day in UTC, `2026-11-22`; or RFC 3339, to the second
 * or closer. -EINVAL and a sentence for anything else. */
int scan_period_take(struct scan_period *p, struct invocation *in, usec now,
	struct why *why);
/* Whether there is a limit, which a fault without a time cannot keep. */
bool scan_period_is_limited(const struct scan_period *p);
bool scan_period_holds(const struct scan_period *p, const struct fault *f);
