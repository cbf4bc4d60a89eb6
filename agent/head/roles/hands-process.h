/* Hands at one job, as head sees them. */
#pragma once

#include "head/roles/process.h"
#include "wire/job.h"
#include "wire/report.h"

struct hands_process;

/* Called with a sentence about what hands are doing right now. */
typedef void hands_process_step_fn(void *arg, const char *text);
/* Called once, and last: hands have ended. `report->answered` tells whether
 * with a result. The report is borrowed; the hands_process frees itself
 * afterwards. */
typedef void hands_process_done_fn(void *arg, struct report *report);

/* Starts hands and gives them the job. *ret stays valid until on_done or
 * hands_process_free(). Hands that look or rehearse and overrun their time are
 * killed. Hands that mend or recover are not: a mend ends by its own deadline,
 * whatever becomes of head. */
int
hands_process_start(sd_event *loop, const char *config, const struct job *job,
	hands_process_step_fn *on_step, hands_process_done_fn *on_done,
	void *arg, struct hands_process **ret, struct why *why);
/* Frees it without a call. Kills hands that only look or rehearse; others live
 * on, and their attempt file tells what they did. */
void hands_process_free(struct hands_process *w);
