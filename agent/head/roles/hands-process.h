/* Hands at a job, as head sees them. */
#pragma once

#include "head/roles/process.h"
#include "wire/job.h"
#include "wire/report.h"

struct hands_process;

/* A sentence about what hands are doing right now. */
typedef void hands_process_step_fn(void *arg, const char *text);
/* Hands have ended; `report->answered` tells whether with a result. Called
 * once, the last call; the worker frees itself afterwards, the report is
 * borrowed. */
typedef void hands_process_done_fn(void *arg, struct report *report);

/* Gives the job to new hands. Looks and rehearsals that overrun their time are
 * killed; a mend is not: it ends by its own deadline, whatever happens to us.
 */
int
hands_process_start(sd_event *loop, const char *config, const struct job *job,
	hands_process_step_fn *on_step, hands_process_done_fn *on_done,
	void *arg, struct hands_process **ret, struct why *why);
/* Lets go without a call. Hands live on, unless they only look. */
void hands_process_free(struct hands_process *w);
