#include "config.h"
#include "head/reload.h"

#include "config/labels.h"
#include "config/settings.h"
#include "head/incidents/scheduler.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/roles/job-queue.h"
#include "head/store/store.h"
#include "wire/fault.h"

static bool
is_told_else(const struct settings *old, const struct settings *new,
	const char *name)
{
	const struct app *was = settings_app(old, name);
	const struct app *is = settings_app(new, name);
	return !was || !is || !settings_same_app(old, was, new, is);
}

/* What nobody decides about (a mend that is under way, a class that is only
 * reported) stays as it is. */
static void
decide_anew(struct incidents *d, struct incident *i, bool told_else,
	const char *text, usec now)
{
	bool decided = i->state == STATE_REPORTED ||
		i->state == STATE_AWAITING_APPROVAL;
	bool waits =
		state_rechecked(i->state) || i->state == STATE_NOT_CONFIRMED;
	if (!class_info(i->class)->probed || i->roll_up)
		return;
	if (told_else && decided) {
		(void)transition_step(d, i, EVENT_CHANGED, text, now);
	} else if (waits && i->recheck_due > now) {
		const struct change soon = { .incident = i };
		i->recheck_due = now;
		(void)transition_try(d, &soon, now);
	}
}

void
reload_decide_anew(struct incidents *d, const struct settings *old,
	const struct settings *new, usec now)
{
	struct incident *list = NULL;
	size_t n = 0;
	struct why why;
	struct incident_filter live = { .class = -1, .live = true };
	if (store_incidents(d->store, &live, &list, &n, &why) < 0) {
		incidents_failed(d, 0, &why, now);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (settings_app(new, list[i].app))
			decide_anew(d, &list[i],
				is_told_else(old, new, list[i].app),
				"the configuration is another one now", now);
	incident_list_free(list, n);
}

static void
stop_hands(struct incidents *d, const struct app *app)
{
	enum mode mode = app->policy->mode;
	own(str) char *text = labels_mode_text(app);
	own(str) char *said = xprintf("the mode is %s", text);
	if (mode != MODE_ACT)
		job_queue_stop_app(d->queue, app, mode == MODE_REPORT, said);
}

static void
decide_app_anew(
	struct incidents *d, const struct app *app, bool first, usec now)
{
	struct incident *list = NULL;
	size_t n = 0;
	struct why why;
	struct incident_filter live = {
		.app = app->name, .class = -1, .live = true
	};
	if (store_incidents(d->store, &live, &list, &n, &why) < 0) {
		incidents_failed(d, 0, &why, now);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		bool asked = list[i].state == STATE_AWAITING_APPROVAL;
		bool may_ask = app->policy->mode != MODE_REPORT;
		if (asked ? !may_ask : !first)
			decide_anew(d, &list[i], true,
				"the labels of its service are others now",
				now);
	}
	incident_list_free(list, n);
}

void
reload_labels(
	struct scheduler *s, const struct app *app, bool told_else, bool first)
{
	struct incidents *d = scheduler_incidents(s);
	struct why why;
	usec now;
	if (told_else)
		stop_hands(d, app);
	/* What waited for the labels is due. */
	if (store_waits_end(d->store, &why) < 0)
		d->note(0, why.text);
	if (told_else && scheduler_clock(s, &now, &why) >= 0)
		decide_app_anew(d, app, first, now);
	scheduler_wake(s);
}
