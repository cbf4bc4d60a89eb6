#include "config.h"
#include "head/control/approval.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "config/settings.h"
#include "head/control/control.h"
#include "head/control/incident-json.h"
#include "head/control/request-call.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/notices/question.h"
#include "head/store/store.h"
#include "wire/exit-code.h"

static json_t *
no_listing(const struct incident *i, const struct why *why)
{
	unsigned long long id = i->id;
	return control_refuse(EXIT_NO,
		"incident %llu: its plan cannot be shown whole (%s), so it "
		"cannot be approved: apply it by hand, or `logmend reject "
		"%llu`; the next fault is looked at anew",
		id, why->text, id);
}

/* The whole plan; from now on this user may approve it. */
json_t *
approval_plan(const struct request_call *c)
{
	own(incident) struct incident i = { 0 };
	json_t *refusal = request_incident(c, &i);
	if (refusal)
		return refusal;
	if (!i.plan.remedy)
		return control_refuse(EXIT_NO, "incident %llu has no plan",
			(unsigned long long)i.id);
	own(str) char *text = NULL;
	struct why why;
	int r = store_listing_get(c->v->store, i.id, i.plan.hash, &text, &why);
	if (r == -ENOENT)
		return no_listing(&i, &why);
	if (r >= 0)
		r = store_listing_printed(
			c->v->store, i.id, c->uid, i.plan.hash, c->now, &why);
	return r < 0 ? request_unable(&why)
		     : control_reply(incident_json_plan(&i, text));
}

/* Nobody approves what they could not read: NULL if the question showed all of
 * the plan, or the listing was printed for this very user. */
static json_t *
check_reading(const struct request_call *c, const struct incident *i)
{
	unsigned long long id = i->id;
	bool printed = question_is_whole(i);
	struct why why;
	if (!printed &&
		store_listing_was_printed(c->v->store, i->id, c->uid,
			i->plan.hash, &printed, &why) < 0)
		return request_unable(&why);
	return printed ? NULL
		       : control_refuse(EXIT_NO,
				 "incident %llu: the question shows only a "
				 "part of the plan's %u statements. Read all "
				 "of it with `logmend show %llu --plan`, then "
				 "approve it",
				 id, i->plan.statements, id);
}

/* What stands against an approval; NULL: nothing. */
static json_t *
check_approval(const struct request_call *c, const struct incident *i)
{
	unsigned long long id = i->id;
	const char *code =
		json_string_value(json_object_get(c->request, "code"));
	char when[CLOCK_TEXT];
	if (!code)
		return control_refuse(EXIT_USAGE, "`code` is missing");
	if (i->state != STATE_AWAITING_APPROVAL || !*i->code)
		return control_refuse(EXIT_NO,
			"incident %llu is %s: nothing waits for approval", id,
			state_name(i->state));
	if (strcmp(code, i->code) != 0)
		return control_refuse(EXIT_NO,
			"this is not the code of incident %llu's present plan: "
			"see `logmend show %llu`",
			id, id);
	if (c->now >= i->expires)
		return control_refuse(EXIT_NO,
			"incident %llu: the code expired at %s", id,
			clock_text(i->expires, when));
	return check_reading(c, i);
}

/* A yes that came too late is a yes to a plan that may hold still: so it is
 * looked for, and asked about again. NULL: the question did not expire, or the
 * code is not that of its plan. */
static json_t *
ask_again(const struct request_call *c, struct incident *i)
{
	const char *code =
		json_string_value(json_object_get(c->request, "code"));
	char when[CLOCK_TEXT];
	if (i->state != STATE_EXPIRED || !code || !*i->code)
		return NULL;
	(void)clock_text(i->expires, when);
	if (strcmp(code, i->code) != 0)
		return control_refuse(EXIT_NO,
			"incident %llu: its question expired at %s, and this "
			"is not its code: see `logmend show %llu`",
			(unsigned long long)i->id, when,
			(unsigned long long)i->id);
	own(str) char *who = request_who(c->uid);
	own(str) char *text = xprintf("%s approved after the code had expired, "
				      "at %s: it is looked at again",
		who, when);
	const struct change again = {
		.incident = i, .event = EVENT_CHANGED, .text = text
	};
	json_t *reply = request_apply(c, &again);
	if (json_object_get(reply, "error"))
		return reply;
	json_decref(reply);
	return control_refuse(EXIT_NO,
		"incident %llu: the code expired at %s. It is looked at again "
		"now, and you are asked again where the plan still holds: see "
		"`logmend show %llu`",
		(unsigned long long)i->id, when, (unsigned long long)i->id);
}

json_t *
approval_give(const struct request_call *c)
{
	own(incident) struct incident i = { 0 };
	json_t *refusal = request_incident(c, &i);
	if (!refusal)
		refusal = ask_again(c, &i);
	if (!refusal)
		refusal = check_approval(c, &i);
	if (refusal)
		return refusal;
	if (i.approved_by)
		return control_reply(json_pack("{s:I, s:s, s:s}", "id",
			(json_int_t)i.id, "state", state_name(i.state), "text",
			"it is approved already"));
	i.approved_by = request_who(c->uid);
	i.approved_at = c->now;
	/* What holds it up now may do so no longer than a question stands. */
	const struct app *app = settings_app(c->v->settings, i.app);
	if (app)
		i.expires = c->now + app->policy->approval;
	own(str) char *text =
		xprintf("approved by %s with code %s", i.approved_by, i.code);
	return request_apply(c,
		&(struct change){
			.incident = &i, .kind = "approval", .text = text });
}
