#include "config.h"
#include "head/reload.h"

#include <errno.h>
#include <string.h>

#include "base/hash.h"
#include "config/labels.h"
#include "config/settings.h"
#include "head/incidents/scheduler.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/roles/job-queue.h"
#include "head/store/store.h"
#include "wire/fault.h"

/* What nobody decides about (a mend that is under way, a class that is only
 * reported) stays as it is. */
static void
decide_anew(struct incidents *d, struct incident *i, bool told_else,
	const char *text, usec now)
{
	bool decided = i->state == STATE_REPORTED ||
		i->state == STATE_AWAITING_APPROVAL;
	bool waits = state_rechecked(i->state);
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

static int
live_ones(const struct incidents *d, const struct app *app,
	struct incident **ret, size_t *n, struct why *why)
{
	const struct incident_filter live = {
		.app = app->name, .class = -1, .live = true
	};
	return store_incidents(d->store, &live, ret, n, why);
}

static int
decide_all_anew(struct incidents *d, const struct app *app, bool told_else,
	usec now, struct why *why)
{
	struct incident *list = NULL;
	size_t n = 0;
	int r = live_ones(d, app, &list, &n, why);
	for (size_t i = 0; r >= 0 && i < n; i++)
		decide_anew(d, &list[i], told_else,
			"the configuration is another one now", now);
	incident_list_free(list, n);
	return r;
}

/* What the app is told is kept behind the decisions: a crash in between, and
 * they are made once more. */
static int
compare_told(struct incidents *d, const struct settings *settings,
	const struct app *app, bool loaded_anew, usec now, struct why *why)
{
	own(str) char *key = xprintf("told:%s", app->name);
	own(str) char *was = NULL;
	char is[SHA256_HEX];
	settings_app_digest(settings, app, is);
	int r = store_value_get(d->store, key, &was, why);
	if (r < 0 && r != -ENOENT)
		return r;
	r = 0;
	bool told_else = was && strcmp(was, is) != 0;
	if (told_else || loaded_anew)
		r = store_looks_due(d->store, app->name, now, why);
	if (r >= 0 && (told_else || loaded_anew))
		r = decide_all_anew(d, app, told_else, now, why);
	if (r >= 0 && (told_else || !was))
		r = store_value_put(d->store, key, is, why);
	return r;
}

void
reload_decide_anew(
	struct scheduler *s, const struct settings *settings, bool loaded_anew)
{
	struct incidents *d = scheduler_incidents(s);
	struct why why;
	usec now;
	int r = scheduler_clock(s, &now, &why);
	for (size_t i = 0; r >= 0 && i < settings->n_apps; i++)
		r = compare_told(d, settings, &settings->apps[i], loaded_anew,
			now, &why);
	if (r < 0)
		incidents_failed(d, 0, &why, now);
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
	if (live_ones(d, app, &list, &n, &why) < 0) {
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
