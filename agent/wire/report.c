#include "config.h"
#include "wire/report.h"

#include <errno.h>
#include <stdlib.h>

#include "wire/role.h"

void
report_free(struct report *r)
{
	for (size_t i = 0; i < r->n_findings; i++)
		finding_free(&r->findings[i]);
	plan_free(&r->plan);
	buf_free(&r->listing);
	missing_free(&r->missing);
	result_free(&r->result);
	free(r->unstarted);
	*r = (struct report){ 0 };
}

/* Counts the finding before it is read: report_free() then frees half of one
 * too. */
static int
take_finding(struct report *r, struct frame *f, struct why *why)
{
	if (r->n_findings == REPORT_FINDINGS)
		return because(why, -EBADMSG,
			"hands sent more than %u findings", REPORT_FINDINGS);
	return finding_get(f, &r->findings[r->n_findings++], why);
}

/* A second plan replaces the first; one that is broken leaves none. */
static int
take_plan(struct report *r, struct frame *f, struct why *why)
{
	plan_free(&r->plan);
	buf_free(&r->listing);
	int e = plan_get(f, &r->plan, why);
	r->planned = e == 0;
	return e;
}

/* A listing without a plan, or longer than hands may send, is broken. */
static int
take_listing(struct report *r, struct frame *f, struct why *why)
{
	struct span piece = frame_get_span(f, FRAME_MAX);
	int e = frame_end(f, why);
	if (e < 0)
		return e;
	if (!r->planned)
		return because(
			why, -EBADMSG, "hands sent a listing without a plan");
	if (r->listing.len + piece.len > PLAN_LISTING_MAX)
		return because(why, -EBADMSG,
			"hands sent a listing of more than %u bytes",
			PLAN_LISTING_MAX);
	buf_add_span(&r->listing, piece);
	return 0;
}

/* `answered` stays false after a broken result: hands that cannot say how the
 * job ended count as hands that said nothing. */
static int
take_result(struct report *r, struct frame *f, struct why *why)
{
	result_free(&r->result);
	int e = result_get(f, &r->result, why);
	r->answered = e == 0;
	return e;
}

int
report_take(struct report *r, struct frame *f, struct why *why)
{
	switch (f->type) {
	case HANDS_FINDING:
		return take_finding(r, f, why);
	case HANDS_PLAN:
		return take_plan(r, f, why);
	case HANDS_LISTING:
		return take_listing(r, f, why);
	case HANDS_MISSING:
		return missing_get(f, &r->missing, why);
	case HANDS_RESULT:
		return take_result(r, f, why);
	default:
		return because(why, -EBADMSG, "hands sent a frame of type %u",
			f->type);
	}
}
