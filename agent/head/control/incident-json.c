#include "config.h"
#include "head/control/incident-json.h"

#include <jansson.h>

#include "base/escape.h"
#include "head/model/incident.h"
#include "head/policy/policy.h"
#include "wire/fault.h"
#include "wire/finding.h"
#include "wire/plan.h"
#include "wire/result.h"

static json_t *
json_time(usec when)
{
	char text[CLOCK_TEXT];
	return when ? json_string(clock_text(when, text)) : json_null();
}

static json_t *
json_log_time(int64_t ns)
{
	char text[CLOCK_TEXT];
	return ns ? json_string(clock_text_ns(ns, text)) : json_null();
}

static void
add_head(json_t *to, const struct incident *i)
{
	json_object_set_new(to, "id", json_integer((json_int_t)i->id));
	json_object_set_new(to, "app", json_string(i->app));
	json_object_set_new(to, "rule", json_string(i->rule));
	json_object_set_new(
		to, "class", json_string(class_info(i->class)->name));
	json_object_set_new(to, "object", object_json(i->class, &i->object));
	json_object_set_new(to, "state", json_string(state_name(i->state)));
	json_object_set_new(to, "count", json_integer((json_int_t)i->count));
	json_object_set_new(to, "first_seen", json_log_time(i->first_ns));
	json_object_set_new(to, "last_seen", json_log_time(i->last_ns));
	json_object_set_new(to, "cause",
		i->cause == CAUSE_NONE ? json_null()
				       : json_string(cause_name(i->cause)));
}

json_t *
incident_json_brief(const struct incident *i)
{
	json_t *json = json_object();
	add_head(json, i);
	return json;
}

static json_t *
decision_json(const struct incident *i)
{
	if (i->action == ACTION_NONE)
		return json_null();
	return json_pack("{s:s, s:s?}", "action", action_name(i->action),
		"reason", i->reason);
}

/* null where nothing is asked, and where the question was withdrawn. */
static json_t *
approval_json(const struct incident *i)
{
	if (!*i->code)
		return json_null();
	return json_pack("{s:s, s:o, s:s?}", "code", i->code, "expires",
		json_time(i->expires), "approved_by", i->approved_by);
}

static json_t *
outcome_json(bool known, enum outcome o, const char *text)
{
	if (!known)
		return json_null();
	return json_pack(
		"{s:s, s:s?}", "outcome", outcome_name(o), "text", text);
}

static json_t *
verification_json(const struct incident *i)
{
	if (i->verified || i->state != STATE_VERIFYING)
		return outcome_json(
			i->verified, i->verification, i->verification_text);
	return json_pack("{s:n, s:s?, s:o}", "outcome", "text",
		i->verification_text, "quiet_until", json_time(i->quiet_until));
}

static int
add_findings(
	json_t *to, struct store *s, const struct incident *i, struct why *why)
{
	struct finding *list;
	size_t n;
	int r = store_findings(s, i->id, &list, &n, why);
	if (r < 0)
		return r;
	json_t *all = json_array();
	for (size_t k = 0; k < n; k++)
		json_array_append_new(all, finding_json(&list[k]));
	finding_list_free(list, n);
	json_object_set_new(to, "findings", all);
	return 0;
}

static json_t *
attempt_json(const struct attempt *a)
{
	return json_pack("{s:i, s:s, s:o, s:o, s:o, s:s?}", "number",
		(int)a->number, "key", a->key, "started", json_time(a->started),
		"ended", json_time(a->ended), "outcome",
		a->ended ? json_string(outcome_name(a->outcome)) : json_null(),
		"text", a->text);
}

static int
add_attempts(
	json_t *to, struct store *s, const struct incident *i, struct why *why)
{
	struct attempt *list;
	size_t n;
	int r = store_attempts(s, i->id, &list, &n, why);
	if (r < 0)
		return r;
	json_t *all = json_array();
	for (size_t k = 0; k < n; k++)
		json_array_append_new(all, attempt_json(&list[k]));
	attempts_free(list, n);
	json_object_set_new(to, "attempts", all);
	return 0;
}

static int
add_notices(
	json_t *to, struct store *s, const struct incident *i, struct why *why)
{
	struct outgoing *list;
	size_t n;
	int r = store_outbox_of(s, i->id, &list, &n, why);
	if (r < 0)
		return r;
	json_t *all = json_array();
	for (size_t k = 0; k < n; k++) {
		const struct outgoing *o = &list[k];
		json_array_append_new(all,
			json_pack("{s:s, s:s, s:o, s:o, s:i, s:b, s:s?, s:s}",
				"kind", o->kind, "notify", o->notify, "queued",
				json_time(o->queued), "sent",
				json_time(o->sent), "tries", (int)o->tries,
				"given_up", (int)o->given_up, "error", o->error,
				"text", o->text));
	}
	outgoings_free(list, n);
	json_object_set_new(to, "notices", all);
	return 0;
}

/* Every decision with its reason, in the order in which they were made. */
static int
add_timeline(
	json_t *to, struct store *s, const struct incident *i, struct why *why)
{
	struct moment *list;
	size_t n;
	int r = store_moments(s, i->id, &list, &n, why);
	if (r < 0)
		return r;
	json_t *all = json_array();
	for (size_t k = 0; k < n; k++)
		json_array_append_new(all,
			json_pack("{s:o, s:s, s:s}", "time",
				json_time(list[k].at), "kind", list[k].kind,
				"text", list[k].text));
	moments_free(list, n);
	json_object_set_new(to, "timeline", all);
	return 0;
}

static json_t *
doubts_json(const struct plan *p)
{
	json_t *doubts = json_array();
	for (char **s = p->doubts; s && *s; s++)
		json_array_append_new(doubts, json_string(*s));
	return doubts;
}

/* What a person must know before they read a plan. */
static void
add_reading(json_t *to, const struct plan *p)
{
	json_object_set_new(
		to, "statements", json_integer((json_int_t)p->statements));
	json_object_set_new(
		to, "not_passed", json_integer((json_int_t)p->n_doubts));
	json_object_set_new(to, "doubts", doubts_json(p));
	json_object_set_new(to, "plan_cut", json_boolean(p->cut));
}

/* What `show ID` tells people beyond the fixed keys. */
static json_t *
more_json(const struct incident *i)
{
	own(str) char *sample = i->sample
		? escape_str(span_of(i->sample), FAULT_TEXT_MAX, ESCAPE_LINES)
		: NULL;
	own(str) char *what = incident_what(i);
	json_t *more = json_pack("{s:s, s:s?, s:s?, s:s?, s:s?, s:b}", "what",
		what, "cause_text", i->cause_text, "target", i->target,
		"plan_reason", i->plan.remedy ? i->plan.reason : NULL, "sample",
		sample, "breaker", (int)i->breaker);
	json_object_set_new(more, "opened", json_time(i->opened));
	if (i->plan.remedy)
		add_reading(more, &i->plan);
	json_object_set_new(more, "since", json_time(i->since));
	json_object_set_new(more, "approved_at", json_time(i->approved_at));
	if (i->previous)
		json_object_set_new(more, "previous",
			json_integer((json_int_t)i->previous));
	bool held = i->state == STATE_AWAITING_APPROVAL && i->approved_by &&
		i->wait_until && i->wait_reason;
	if (i->state == STATE_WAITING || held)
		json_object_set_new(more, "wait",
			json_pack("{s:o, s:s?}", "until",
				json_time(i->wait_until), "reason",
				i->wait_reason));
	return more;
}

json_t *
incident_json_plan(const struct incident *i, const char *listing)
{
	return json_pack("{s:I, s:s, s:s, s:s, s:s?, s:I, s:I, s:s}", "id",
		(json_int_t)i->id, "remedy", i->plan.remedy, "hash",
		i->plan.hash, "verdict", verdict_name(i->plan.verdict),
		"reason", i->plan.reason, "statements",
		(json_int_t)i->plan.statements, "not_passed",
		(json_int_t)i->plan.n_doubts, "listing", listing);
}

static int
add_lists(
	json_t *to, struct store *s, const struct incident *i, struct why *why)
{
	int r = add_findings(to, s, i, why);
	if (r == 0)
		r = add_attempts(to, s, i, why);
	if (r == 0)
		r = add_notices(to, s, i, why);
	if (r == 0)
		r = add_timeline(to, s, i, why);
	return r;
}

int
incident_json(struct store *s, const struct incident *i, json_t **ret,
	json_t **ret_more, struct why *why)
{
	json_t *to = json_object(), *more = more_json(i);
	add_head(to, i);
	json_object_set_new(to, "decision", decision_json(i));
	json_object_set_new(
		to, "plan", i->plan.remedy ? plan_json(&i->plan) : json_null());
	json_object_set_new(to, "approval", approval_json(i));
	json_object_set_new(to, "rehearsal",
		outcome_json(i->rehearsed, i->rehearsal, i->rehearsal_text));
	json_object_set_new(to, "verification", verification_json(i));
	int r = add_lists(to, s, i, why);
	if (r < 0) {
		json_decref(to);
		json_decref(more);
		return r;
	}
	*ret = to;
	*ret_more = more;
	return 0;
}
