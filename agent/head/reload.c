#include "config.h"
#include "head/reload.h"

#include "config/settings.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
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
decide_anew(struct incidents *d, struct incident *i, bool told_else, usec now)
{
	bool decided = i->state == STATE_REPORTED ||
		i->state == STATE_AWAITING_APPROVAL;
	bool waits =
		state_rechecked(i->state) || i->state == STATE_NOT_CONFIRMED;
	if (!class_info(i->class)->probed || i->roll_up)
		return;
	if (told_else && decided) {
		(void)transition_step(d, i, EVENT_CHANGED,
			"the configuration is another one now", now);
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
				is_told_else(old, new, list[i].app), now);
	incident_list_free(list, n);
}
