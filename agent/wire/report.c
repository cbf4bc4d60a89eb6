#include "config.h"
#include "wire/report.h"

#include <errno.h>

#include "wire/role.h"

void
report_free(struct report *r)
{
	for (size_t i = 0; i < r->n_findings; i++)
		finding_free(&r->findings[i]);
	plan_free(&r->plan);
	missing_free(&r->missing);
	result_free(&r->result);
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
	int e = plan_get(f, &r->plan, why);
	r->planned = e == 0;
	return e;
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
	case HANDS_MISSING:
		return missing_get(f, &r->missing, why);
	case HANDS_RESULT:
		return take_result(r, f, why);
	default:
		return because(why, -EBADMSG, "hands sent a frame of type %u",
			f->type);
	}
}
