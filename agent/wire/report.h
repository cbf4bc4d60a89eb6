/* All that hands said of one job. Head and the command `diagnose` collect it
 * from the frames, as they come. */
#pragma once

#include "wire/finding.h"
#include "wire/missing.h"
#include "wire/plan.h"
#include "wire/result.h"

#define REPORT_FINDINGS 64u

struct report {
	struct finding findings[REPORT_FINDINGS];
	size_t n_findings;
	struct plan plan;
	struct buf listing; /* every byte of the plan, for people; escaped */
	bool planned;       /* hands sent a plan */
	struct missing_list missing;
	struct result result;
	bool answered; /* false: hands ended without a result */
	/* Head's own: they overran their time and were killed; and even that
	 * did not end them, so they may be at it still. */
	bool killed, stuck;
	char *unstarted; /* a sentence: their unit did not start them */
};

/* Frees and empties it, for the next job. */
void report_free(struct report *r);
static inline void
report_let_go(struct report *r)
{
	report_free(r);
}
/* Adds a HANDS_FINDING, HANDS_PLAN, HANDS_LISTING, HANDS_MISSING or
 * HANDS_RESULT frame.
 * -EBADMSG for any other frame and for one that is broken; HANDS_STEP is for
 * the caller. */
int report_take(struct report *r, struct frame *f, struct why *why);
