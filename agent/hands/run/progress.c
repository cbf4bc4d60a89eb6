#include "config.h"
#include "hands/run/progress.h"

#include <errno.h>
#include <string.h>

#include "base/escape.h"
#include "base/io/log.h"
#include "base/redact.h"
#include "wire/finding.h"
#include "wire/missing.h"
#include "wire/plan.h"
#include "wire/role.h"

#define STEP_MAX 1500u
#define PIECE_MAX (FRAME_MAX / 2)

/* Head may end, be restarted or hang up: a job that acts goes on to its end all
 * the same, and the attempt's file has what head missed. */
static void
send_frame(struct progress *t, const struct frame *f)
{
	if (t->gone || t->sock < 0)
		return;
	int r = frame_send(t->sock, f);
	if (r == -EPIPE || r == -ECONNRESET)
		log_debug("head is gone");
	else if (r < 0)
		log_warn("a frame could not be sent to head, which gets no "
			 "more: %s",
			strerror(-r));
	t->gone = r < 0;
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
progress_credential(struct progress *t, const char *url)
{
	own(frame) struct frame f = FRAME(HANDS_CREDENTIAL);
	frame_put_str(&f, url);
	send_frame(t, &f);
}

void
progress_plan(struct progress *t, const struct plan *plan, struct span listing)
{
	own(frame) struct frame f = FRAME(HANDS_PLAN);
	/* The plan's own reason is part of its hash and stays as it is. */
	own(str) char *reason = redact(span_of(plan->reason));
	struct plan shown = *plan;
	shown.reason = reason;
	plan_put(&f, &shown);
	send_frame(t, &f);
	for (; listing.len; listing = span_from(listing, PIECE_MAX)) {
		own(frame) struct frame piece = FRAME(HANDS_LISTING);
		frame_put_span(&piece, span_first(listing, PIECE_MAX));
		send_frame(t, &piece);
	}
}

void
progress_missing(struct progress *t, const struct missing_list *missing)
{
	for (size_t at = 0; at < missing->n;) {
		own(frame) struct frame f = FRAME(HANDS_MISSING);
		at = missing_put(&f, missing, at);
		send_frame(t, &f);
	}
}

void
progress_result(struct progress *t, const struct result *r)
{
	if (t->unanswered)
		return;
	own(frame) struct frame f = FRAME(HANDS_RESULT);
	result_put(&f, r);
	send_frame(t, &f);
}
