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
 * killed. Hands that mend or recover are not, unless the owner does: a mend
 * ends by its own deadline, whatever becomes of head. */
int
hands_process_start(sd_event *loop, const char *config, const struct job *job,
	hands_process_step_fn *on_step, hands_process_done_fn *on_done,
	void *arg, struct hands_process **ret, struct why *why);
/* A mend is to change nothing more; the sentence says why. */
void hands_process_stop(struct hands_process *w, const char *why);
/* Sends the signal to the hands and to all that they started, because they
 * overran their time; on_done says so. */
void hands_process_signal(struct hands_process *w, int sig);
pid_t hands_process_pid(const struct hands_process *w);
/* Frees it without a call. Kills hands that only look or rehearse; others live
 * on, and their attempt file tells what they did. */
void hands_process_free(struct hands_process *w);
