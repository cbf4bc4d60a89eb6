#include "config.h"
#include "head/control/requests.h"

#include <errno.h>
#include <jansson.h>
#include <pwd.h>
#include <string.h>

#include "config/settings.h"
#include "head/control/anew.h"
#include "head/control/approval.h"
#include "head/control/control.h"
#include "head/control/incident-json.h"
#include "head/control/request-call.h"
#include "head/control/status-answer.h"
#include "head/control/uncommitted-json.h"
#include "head/incidents/attempts/reminders.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/notices/way-to-ask.h"
#include "wire/exit-code.h"
#include "wire/stop-files.h"

/* One page: between two of them head does everything else. */
#define INCIDENTS_PAGE 200u

json_t *
request_unable(const struct why *why)
{
	return control_refuse(EXIT_UNABLE, "%s", why->text);
}

/* Authority is the peer's uid, as the kernel tells it; a code alone gives none.
 */
bool
requests_may_change(const struct settings *settings, uid_t uid)
{
	if (uid == 0)
		return true;
	for (char **a = settings->approvers; a && *a; a++) {
		uint64_t number;
		if (span_u64(span_of(*a), &number)) {
			if (number == uid)
				return true;
			continue;
		}
		const struct passwd *user = getpwnam(*a);
		if (user && user->pw_uid == uid)
			return true;
	}
	return false;
}

char *
request_who(uid_t uid)
{
	const struct passwd *user = getpwuid(uid);
	return xprintf("%s%suid %lld%s", user ? user->pw_name : "",
		user ? " (" : "", (long long)uid, user ? ")" : "");
}

json_t *
request_incident(const struct request_call *c, struct incident *ret)
{
	const json_t *id = json_object_get(c->request, "id");
	if (!json_is_integer(id) || json_integer_value(id) < 1)
		return control_refuse(EXIT_USAGE, "`id` is missing");
	struct why why;
	int r = store_incident_get(
		c->v->store, (uint64_t)json_integer_value(id), ret, &why);
	if (r == -ENOENT)
		return control_refuse(EXIT_NO, "%s", why.text);
	return r < 0 ? request_unable(&why) : NULL;
}

/* The newest ones, or those that are older than `before`: at most `limit`, and
 * no more than a page. `next` is what to ask for next, where there are more. */
static json_t *
answer_incidents(const struct request_call *c)
{
	const json_t *before = json_object_get(c->request, "before");
	const json_t *limit = json_object_get(c->request, "limit");
	struct incident_filter all = { .class = -1, .most = INCIDENTS_PAGE };
	if ((before && json_integer_value(before) < 1) ||
		(limit && json_integer_value(limit) < 1))
		return control_refuse(
			EXIT_USAGE, "`before` and `limit` are numbers from 1");
	all.before = (uint64_t)json_integer_value(before);
	if (limit)
		all.most = (size_t)MIN(
			json_integer_value(limit), (json_int_t)all.most);
	struct incident *list;
	size_t n;
	struct why why;
	if (store_incidents(c->v->store, &all, &list, &n, &why) < 0)
		return request_unable(&why);
	json_t *answer = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(answer, incident_json_brief(&list[i]));
	json_t *reply = control_reply(answer);
	if (n == all.most && list[n - 1].id > 1)
		json_object_set_new(reply, "next",
			json_integer((json_int_t)list[n - 1].id));
	incident_list_free(list, n);
	return reply;
}

static json_t *
answer_show(const struct request_call *c)
{
	own(incident) struct incident i = { 0 };
	json_t *refusal = request_incident(c, &i);
	if (refusal)
		return refusal;
	json_t *answer, *more;
	struct why why;
	if (incident_json(c->v->store, &i, &answer, &more, &why) < 0)
		return request_unable(&why);
	json_t *to_commit;
	if (uncommitted_json(
		    c->v->store, c->v->settings, i.id, &to_commit, &why) < 0) {
		json_decref(answer);
		json_decref(more);
		return request_unable(&why);
	}
	json_object_set_new(answer, "to_commit", to_commit);
	const struct app *app = settings_app(c->v->settings, i.app);
	own(str) char *way = app ? way_to_ask(c->v->settings, app, &i) : NULL;
	if (way)
		json_object_set_new(more, "way", json_string(way));
	json_t *reply = control_reply(answer);
	json_object_set_new(reply, "more", more);
	return reply;
}

/* What is answered may say more than the timeline. */
static json_t *
apply(const struct request_call *c, const struct change *change,
	const char *said)
{
	struct incidents d = { .settings = c->v->settings,
		.store = c->v->store,
		.tell = c->v->tell };
	struct incident *i = change->incident;
	struct why why;
	int r = transition_apply(&d, change, c->now, &why);
	if (r < 0)
		return request_unable(&why);
	if (c->v->changed)
		c->v->changed(i->id, c->v->arg);
	return control_reply(
		json_pack("{s:I, s:s, s:s}", "id", (json_int_t)i->id, "state",
			state_name(i->state), "text", said));
}

json_t *
request_apply(const struct request_call *c, const struct change *change)
{
	return apply(c, change, change->text);
}

/* What a person ends: rejected or closed, where the table has such a step.
 * `ends`: what else ends with it, for the answer; NULL. */
static json_t *
step(const struct request_call *c, struct incident *i,
	enum incident_event event, const char *word, const char *ends)
{
	enum incident_state before = i->state;
	if (strcmp(word, state_name(before)) == 0)
		return control_refuse(EXIT_NO, "incident %llu is %s already",
			(unsigned long long)i->id, word);
	if (state_after(before, event) == STATE_NONE)
		return control_refuse(EXIT_NO,
			"incident %llu is %s: it cannot be %s now",
			(unsigned long long)i->id, state_name(before), word);
	own(str) char *who = request_who(c->uid);
	own(str) char *text =
		xprintf("%s by %s, was %s", word, who, state_name(before));
	own(str) char *said =
		xprintf("%s%s%s", text, ends ? "; " : "", ends ? ends : "");
	const struct change change = {
		.incident = i, .event = event, .kind = "state", .text = text
	};
	return apply(c, &change, said);
}

static json_t *
answer_reject(const struct request_call *c)
{
	own(incident) struct incident i = { 0 };
	json_t *refusal = request_incident(c, &i);
	return refusal ? refusal : step(c, &i, EVENT_REJECT, "rejected", NULL);
}

/* It stays closed, and reminds nobody any more. */
static json_t *
end_reminders(
	const struct request_call *c, struct incident *i, const char *ends)
{
	own(str) char *who = request_who(c->uid);
	own(str) char *text = xprintf("its reminders were ended by %s", who);
	own(str) char *said = xprintf("incident %llu was closed already; %s",
		(unsigned long long)i->id, ends);
	const struct change change = { .incident = i,
		.kind = "commit",
		.text = text,
		.reminds_no_more = true };
	return apply(c, &change, said);
}

static json_t *
answer_close(const struct request_call *c)
{
	own(incident) struct incident i = { 0 };
	own(str) char *ends = NULL;
	struct why why;
	json_t *refusal = request_incident(c, &i);
	if (refusal)
		return refusal;
	if (reminders_text(c->v->store, i.id, &ends, &why) < 0)
		return request_unable(&why);
	return ends && i.state == STATE_CLOSED
		? end_reminders(c, &i, ends)
		: step(c, &i, EVENT_CLOSE, "closed", ends);
}

json_t *
request_paused_json(usec since)
{
	char when[CLOCK_TEXT];
	return since ? json_string(clock_text(since, when)) : json_null();
}

/* Says in the log who did it, where a daemon has one. */
static void
tell(const struct request_call *c, const char *kind)
{
	own(str) char *who = request_who(c->uid);
	own(str) char *text = xprintf("%s by %s", kind, who);
	if (c->v->tell)
		c->v->tell(NULL, kind, text);
}

static json_t *
answer_pause(const struct request_call *c)
{
	usec since;
	struct why why;
	int r = store_paused(c->v->store, &since, &why);
	/* The first pause's time stays. */
	if (r == 0 && !since) {
		r = store_pause(c->v->store, c->now, &why);
		since = c->now;
	}
	if (r < 0)
		return request_unable(&why);
	own(str) char *who = request_who(c->uid);
	r = stop_files_pause(c->v->settings->store, who, c->now, &why);
	tell(c, "paused");
	if (c->v->paused)
		c->v->paused(true, c->v->arg);
	if (r < 0)
		return control_refuse(EXIT_UNABLE,
			"paused, but hands that are at work may not notice: %s",
			why.text);
	return control_reply(
		json_pack("{s:o}", "paused", request_paused_json(since)));
}

static json_t *
answer_resume(const struct request_call *c)
{
	usec since;
	struct why why;
	if (store_paused(c->v->store, &since, &why) < 0 ||
		store_resume(c->v->store, &why) < 0 ||
		stop_files_resume(c->v->settings->store, &why) < 0)
		return request_unable(&why);
	tell(c, "resumed");
	if (c->v->paused)
		c->v->paused(false, c->v->arg);
	return control_reply(json_pack("{s:n, s:o}", "paused", "was_paused",
		request_paused_json(since)));
}

/* The reply lists every mistake: whoever asked mends all of them at once. */
static json_t *
answer_reload(const struct request_call *c)
{
	if (!c->v->reload)
		return control_refuse(EXIT_NO,
			"logmend is not running: it reads the configuration "
			"when it is started");
	own(str) char *who = request_who(c->uid);
	own(strings) char **mistakes = NULL;
	int r = c->v->reload(who, &mistakes, c->v->arg);
	if (r >= 0)
		return control_reply(json_pack("{s:s}", "text",
			"settings and rules were loaded anew"));
	json_t *list = json_array();
	for (char **m = mistakes; m && *m; m++)
		json_array_append_new(list, json_string(*m));
	json_t *reply = control_refuse(exit_code_of_file(r),
		"nothing was loaded: the settings and rules of before stay in "
		"force");
	json_object_set_new(reply, "mistakes", list);
	return reply;
}

static const struct {
	const char *name;
	json_t *(*answer)(const struct request_call *c);
	bool changes;
} verbs[] = {
	{ "incidents", answer_incidents, false },
	{ "show", answer_show, false },
	{ "plan", approval_plan, false },
	{ "status", status_answer, false },
	{ "approve", approval_give, true },
	{ "reject", answer_reject, true },
	{ "fix", anew_fix, true },
	{ "reset", anew_reset, true },
	{ "close", answer_close, true },
	{ "pause", answer_pause, true },
	{ "resume", answer_resume, true },
	{ "reload", answer_reload, true },
};

json_t *
requests_answer(
	const struct requests *v, const json_t *request, uid_t uid, usec now)
{
	const struct request_call c = { v, request, uid, now };
	const char *name = json_string_value(json_object_get(request, "verb"));
	for (size_t i = 0; name && i < ELEMENTS(verbs); i++) {
		if (strcmp(verbs[i].name, name) != 0)
			continue;
		if (verbs[i].changes && !requests_may_change(v->settings, uid))
			return control_refuse(EXIT_NO,
				"%s: only root and the configured `approvers` "
				"may do this",
				name);
		return verbs[i].answer(&c);
	}
	return control_refuse(EXIT_USAGE, "the daemon knows no such request");
}
