#include "config.h"
#include "head/roles/hands-process.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/io/log.h"
#include "base/io/secret-line.h"
#include "config/credentials.h"
#include "head/policy/overdue.h"

/* The time beyond the job's own after which hands count as hanging. */
#define GRACE (10 * USEC_SECOND)

struct hands_process {
	struct process *process;
	sd_event_source *overdue;
	bool harmless; /* changes nothing, so it may be killed at any time */
	struct report report;
	hands_process_step_fn *on_step;
	hands_process_done_fn *on_done;
	void *arg;
};

/* A frame that is broken is left out; if it was the result, the report says
 * that hands gave none. */
static void
on_frame(void *arg, struct frame *f)
{
	struct hands_process *w = arg;
	if (f->type == HANDS_STEP) {
		own(str) char *text = frame_get_str(f, RESULT_TEXT_MAX);
		if (text && frame_end(f, NULL) == 0)
			w->on_step(w->arg, text);
		return;
	}
	if (f->type == HANDS_CREDENTIAL) {
		own(str) char *url = frame_get_str(f, SECRET_LINE_MOST);
		if (url && frame_end(f, NULL) == 0)
			credentials_know_database(span_of(url));
		if (url)
			explicit_bzero(url, strlen(url));
		return;
	}
	struct why why;
	if (report_take(&w->report, f, &why) < 0)
		log_debug("%s", why.text);
}

/* Tells the owner how the link failed as a step, then the end. */
static void
on_gone(void *arg, int status, const char *why)
{
	struct hands_process *w = arg;
	/* The result counts, and no exit status: 0 proves no mend. */
	if (status == PROCESS_UNSTARTED && !w->report.answered)
		w->report.unstarted = xstrdup(why);
	else if (*why)
		w->on_step(w->arg, why);
	w->on_done(w->arg, &w->report);
	hands_process_free(w);
}

/* Kills hands that only look or rehearse; on_gone() then reports that they
 * gave no result. */
static int
on_overdue(sd_event_source *s, uint64_t now, void *arg)
{
	struct hands_process *w = arg;
	(void)s;
	(void)now;
	hands_process_signal(w, SIGKILL);
	return 0;
}

int
hands_process_start(sd_event *loop, const char *config, const struct job *job,
	hands_process_step_fn *on_step, hands_process_done_fn *on_done,
	void *arg, struct hands_process **ret, struct why *why)
{
	struct hands_process *w = xcalloc(1, sizeof(*w));
	w->on_step = on_step;
	w->on_done = on_done;
	w->arg = arg;
	w->harmless = job->kind != JOB_MEND && job->kind != JOB_RECOVER;
	/* Hands that change a database go on without a listener: the attempt's
	 * file tells how they ended. */
	const struct process_what what = { ROLE_HANDS, config,
		w->harmless ? 0 : job->time + OVERDUE_GRACE };
	int r = process_start(
		loop, &what, on_frame, on_gone, w, &w->process, why);
	if (r >= 0 && w->harmless)
		r = sd_event_add_time(loop, &w->overdue, CLOCK_MONOTONIC,
			clock_mono() + job->time + GRACE, 0, on_overdue, w);
	if (r < 0) {
		/* They have no job yet, so nobody misses them. */
		w->harmless = true;
		hands_process_free(w);
		return r;
	}
	own(frame) struct frame f = FRAME(HANDS_JOB);
	job_put(&f, job);
	process_send(w->process, &f);
	*ret = w;
	return 0;
}

void
hands_process_stop(struct hands_process *w, const char *why)
{
	own(frame) struct frame f = FRAME(HANDS_STOP);
	frame_put_str(&f, why);
	process_send(w->process, &f);
}

void
hands_process_signal(struct hands_process *w, int sig)
{
	w->report.killed = true;
	process_signal(w->process, sig);
}

pid_t
hands_process_pid(const struct hands_process *w)
{
	return process_pid(w->process);
}

void
hands_process_free(struct hands_process *w)
{
	if (!w)
		return;
	if (w->harmless && w->process)
		process_kill(w->process);
	sd_event_source_disable_unref(w->overdue);
	process_free(w->process);
	report_free(&w->report);
	free(w);
}
