#include "config.h"
#include "head/control/anew.h"

#include <jansson.h>

#include "config/labels.h"
#include "config/settings.h"
#include "head/control/control.h"
#include "head/control/request-call.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/store/store.h"
#include "wire/exit-code.h"
#include "wire/fault.h"

/* The step that lets it be looked at now; EVENT_NONE: there is none. */
static enum incident_event
look_again(const struct incident *i)
{
	if (i->state == STATE_NOT_CONFIRMED)
		return EVENT_SEEN_AGAIN;
	return state_rechecked(i->state) ? EVENT_CHANGED : EVENT_NONE;
}

/* Why an incident in this state is not looked at now, and what to do instead.
 * New reference. */
static json_t *
refuse_state(const struct incident *i)
{
	unsigned long long id = i->id;
	switch (i->state) {
	case STATE_AWAITING_APPROVAL:
		return control_refuse(EXIT_NO,
			"incident %llu waits for an answer: `logmend show "
			"%llu --plan`, then `logmend approve %llu %s`",
			id, id, id, i->code);
	case STATE_WAITING:
		return control_refuse(EXIT_NO,
			"incident %llu waits, and goes on by itself: %s", id,
			i->wait_reason ? i->wait_reason : "no reason given");
	case STATE_RESOLVED:
	case STATE_CLOSED:
		return control_refuse(EXIT_NO,
			"incident %llu is %s: the next fault of the kind opens "
			"another one",
			id, state_name(i->state));
	default:
		return control_refuse(EXIT_NO,
			"incident %llu is %s: it is under way already", id,
			state_name(i->state));
	}
}

/* Why nothing of the app could be mended; NULL: it could. New reference. */
static json_t *
refuse_app(const struct request_call *c, const struct incident *i)
{
	const struct app *app = settings_app(c->v->settings, i->app);
	if (!app)
		return control_refuse(EXIT_NO,
			"app %s of incident %llu is not configured any more",
			i->app, (unsigned long long)i->id);
	if (i->roll_up || !class_info(i->class)->mendable)
		return control_refuse(EXIT_NO,
			"incident %llu is only reported: nothing in a database "
			"would mend %s",
			(unsigned long long)i->id,
			i->roll_up ? "a sum of faults"
				   : class_info(i->class)->name);
	if (app->policy->mode != MODE_REPORT)
		return NULL;
	own(str) char *mode = labels_mode_text(app);
	return control_refuse(EXIT_NO,
		"the mode of app %s is %s, in which nothing is mended: "
		"`logmend diagnose %s %s` looks at it now",
		app->name, mode, app->name, class_info(i->class)->name);
}

json_t *
anew_fix(const struct request_call *c)
{
	own(incident) struct incident i = { 0 };
	json_t *refusal = request_incident(c, &i);
	if (!refusal)
		refusal = refuse_app(c, &i);
	if (refusal)
		return refusal;
	enum incident_event event = look_again(&i);
	if (event == EVENT_NONE)
		return refuse_state(&i);
	own(str) char *who = request_who(c->uid);
	own(str) char *text = xprintf("%s wants it mended, so it is looked at "
				      "again",
		who);
	i.breaker = false;
	i.rechecks = 0;
	const struct change change = {
		.incident = &i, .event = event, .text = text
	};
	return request_apply(c, &change);
}

/* Its breaker is closed, and what may be decided anew is. */
static int
close_breaker(const struct request_call *c, struct incident *i, const char *who,
	struct why *why)
{
	struct incidents d = { .settings = c->v->settings,
		.store = c->v->store,
		.tell = c->v->tell };
	enum incident_event event = look_again(i);
	own(str) char *text = xprintf("its breaker was closed by %s", who);
	const struct change change = { .incident = i,
		.event = event,
		.kind = event == EVENT_NONE ? "decision" : NULL,
		.text = text };
	i->breaker = false;
	int r = transition_apply(&d, &change, c->now, why);
	if (r >= 0 && c->v->changed)
		c->v->changed(i->id, c->v->arg);
	return r;
}

json_t *
anew_reset(const struct request_call *c)
{
	const char *name =
		json_string_value(json_object_get(c->request, "app"));
	const struct app *app =
		name ? settings_app(c->v->settings, name) : NULL;
	if (!app)
		return control_refuse(
			EXIT_NO, "no app %s is configured", name ? name : "?");
	const struct incident_filter live = {
		.app = app->name, .class = -1, .live = true
	};
	struct incident *list = NULL;
	size_t n = 0, closed = 0;
	struct why why;
	own(str) char *who = request_who(c->uid);
	int r = store_incidents(c->v->store, &live, &list, &n, &why);
	for (size_t i = 0; r >= 0 && i < n; i++)
		if (list[i].breaker) {
			r = close_breaker(c, &list[i], who, &why);
			closed += r >= 0;
		}
	incident_list_free(list, n);
	if (r < 0)
		return request_unable(&why);
	if (!closed)
		return control_refuse(
			EXIT_NO, "no breaker of app %s is open", app->name);
	own(str) char *text = xprintf("the breaker of app %s is closed: %zu "
				      "incident%s may be mended again",
		app->name, closed, closed > 1 ? "s" : "");
	return control_reply(json_pack("{s:s}", "text", text));
}
