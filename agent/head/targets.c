#include "config.h"
#include "head/targets.h"

#include <errno.h>
#include <stdlib.h>

#include "head/answers.h"
#include "head/intake.h"

/* What is known of an app's target in this run. */
struct aim {
	bool asked;
	bool failed;
	usec retry;
};

struct targets {
	const struct settings *settings;
	struct aim *aims; /* one for each app */
};

struct targets *
targets_new(const struct settings *settings)
{
	struct targets *t = xcalloc(1, sizeof(*t));
	t->settings = settings;
	t->aims = xcalloc(settings->n_apps, sizeof(*t->aims));
	return t;
}

void
targets_free(struct targets *t)
{
	if (!t)
		return;
	free(t->aims);
	free(t);
}

static struct aim *
aim_of(const struct targets *t, const struct app *app)
{
	return &t->aims[app - t->settings->apps];
}

bool
targets_failed(const struct targets *t, const struct app *app)
{
	return aim_of(t, app)->failed;
}

static void
ask(struct targets *t, struct desk *d, const struct app *app, usec now)
{
	struct aim *aim = aim_of(t, app);
	struct why why;
	/* Further ahead than we ever wait: the clock was set back. */
	bool again = aim->failed &&
		(now >= aim->retry || aim->retry > now + USEC_MINUTE);
	if (!app->database_url_file || (aim->asked && !again))
		return;
	int r = crew_send(d->crew, FOR_TARGET, app, NULL, NULL, &why);
	if (r == 0)
		aim->asked = true;
	else if (r != -EBUSY) /* the end of who is busy wakes us */
		desk_failed(d, 0, &why, now);
}

void
targets_run(struct targets *t, struct desk *d, usec now)
{
	for (size_t i = 0; i < t->settings->n_apps; i++) {
		ask(t, d, &t->settings->apps[i], now);
		if (t->aims[i].failed)
			desk_due(d, MAX(t->aims[i].retry, now + USEC_SECOND));
	}
}

static int
keep_target(struct desk *d, const struct app *app, struct report *r, usec now,
	struct why *why)
{
	struct target target = { r->result.host, r->result.port,
		r->result.database, r->result.schema };
	return store_target_put(d->store, app->name, &target, now, why);
}

void
targets_take(struct targets *t, struct desk *d, const struct app *app,
	struct report *r, usec now)
{
	struct aim *aim = aim_of(t, app);
	struct why why;
	bool known = r->answered && r->result.outcome == OUTCOME_DONE &&
		r->result.host && r->result.database;
	aim->failed = !known;
	aim->retry = now + USEC_MINUTE;
	if (!known) {
		own(str) char *text =
			xprintf("app %s: its database is not known: %s",
				app->name, answer_text(r));
		d->note(0, text);
	}
	int e = known ? keep_target(d, app, r, now, &why) : 0;
	if (e >= 0)
		e = intake_aside(d, app, aim->failed, now, &why);
	if (e < 0) {
		desk_failed(d, 0, &why, now);
		aim->failed = true;
	}
}
