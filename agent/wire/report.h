/* All that one job of hands said, gathered by whoever gave it. */
#pragma once

#include "wire/finding.h"
#include "wire/plan.h"
#include "wire/result.h"

#define REPORT_FINDINGS 64u

struct report {
	struct finding findings[REPORT_FINDINGS];
	size_t n_findings;
	struct plan plan;
	bool planned; /* there is a plan */
	struct result result;
	bool answered; /* false: hands ended without a result */
};

void report_free(struct report *r);
static inline void
report_let_go(struct report *r)
{
	report_free(r);
}
/* Takes in a HANDS_FINDING, HANDS_PLAN or HANDS_RESULT frame; -EBADMSG for
 * anything else. HANDS_STEP is the caller's. */
int report_take(struct report *r, struct frame *f, struct why *why);
