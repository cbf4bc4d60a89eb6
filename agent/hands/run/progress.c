#include "config.h"
#include "hands/run/progress.h"

#include "base/escape.h"
#include "base/io/log.h"
#include "base/redact.h"
#include "wire/finding.h"
#include "wire/plan.h"
#include "wire/role.h"

#define STEP_MAX 1500u

/* Head may end, be restarted or hang up: a job that acts goes on to its end all
 * the same, and the attempt's file has what head missed. */
static void
send_frame(struct progress *t, const struct frame *f)
{
	if (t->gone || t->sock < 0)
		return;
	int r = frame_send(t->sock, f);
	if (r < 0) {
		log_debug("head is gone: %d", r);
		t->gone = true;
	}
}

/* The file first: it is there for whoever comes when head is gone. */
void
progress_step(struct progress *t, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	own(str) char *text = xvprintf(fmt, args);
	va_end(args);
	own(str) char *bare = redact(span_of(text));
	own(str) char *shown = escape_str(span_of(bare), STEP_MAX, ESCAPE_LINE);
	if (t->attempt && attempt_log_note(t->attempt, "step", shown) < 0)
		t->unwritten = true;
	own(frame) struct frame f = FRAME(HANDS_STEP);
	frame_put_str(&f, shown);
	send_frame(t, &f);
}

void
progress_finding(struct progress *t, const struct finding *finding)
{
	own(frame) struct frame f = FRAME(HANDS_FINDING);
	finding_put(&f, finding);
	send_frame(t, &f);
}

void
progress_plan(struct progress *t, const struct plan *plan)
{
	own(frame) struct frame f = FRAME(HANDS_PLAN);
	/* The plan's own reason is part of its hash and stays as it is. */
	own(str) char *reason = redact(span_of(plan->reason));
	struct plan shown = *plan;
	shown.reason = reason;
	plan_put(&f, &shown);
	send_frame(t, &f);
}

void
progress_result(struct progress *t, const struct result *r)
{
	own(frame) struct frame f = FRAME(HANDS_RESULT);
	result_put(&f, r);
	send_frame(t, &f);
}
