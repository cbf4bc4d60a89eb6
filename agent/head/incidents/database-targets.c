#include "config.h"
#include "head/incidents/database-targets.h"

#include <errno.h>
#include <stdlib.h>

#include "head/incidents/ingest.h"
#include "head/incidents/job-results.h"
#include "head/incidents/run-memory.h"
#include "head/roles/job-queue.h"
#include "head/store/store.h"

/* What is known of an app's target in this run. A restart forgets it and asks
 * again: by then the configuration may name another database. */
struct target_question {
	bool asked;
	bool failed;
	usec retry;
};

struct database_targets {
	const struct settings *settings;
	struct target_question *questions; /* one for each app */
};

struct database_targets *
database_targets_new(const struct settings *settings)
{
	struct database_targets *t = xcalloc(1, sizeof(*t));
	t->settings = settings;
	t->questions = xcalloc(settings->n_apps, sizeof(*t->questions));
	return t;
}

void
database_targets_free(struct database_targets *t)
{
	if (!t)
		return;
	free(t->questions);
	free(t);
}

static struct target_question *
question_of(const struct database_targets *t, const struct app *app)
{
	return &t->questions[app - t->settings->apps];
}

bool
database_targets_failed(const struct database_targets *t, const struct app *app)
{
	return question_of(t, app)->failed;
}

static void
ask(struct database_targets *t, struct incidents *d, const struct app *app,
	usec now)
{
	struct target_question *question = question_of(t, app);
	struct why why;
	/* Further ahead than we ever wait: the clock was set back. */
	bool again = question->failed &&
		(now >= question->retry || question->retry > now + USEC_MINUTE);
	if (!app->database_url_file || (question->asked && !again))
		return;
	int r = job_queue_send(d->queue, FOR_TARGET, app, NULL, NULL, &why);
	if (r == 0) {
		question->asked = true;
		run_memory_sent(&d->memory, 0);
	}
	/* Where the app's hands are busy, the scheduler asks when they end. */
	else if (r != -EBUSY)
		incidents_unstarted(d, 0, r, &why, now);
}

void
database_targets_run(struct database_targets *t, struct incidents *d, usec now)
{
	for (size_t i = 0; i < t->settings->n_apps; i++) {
		ask(t, d, &t->settings->apps[i], now);
		if (t->questions[i].failed)
			incidents_due(d,
				MAX(t->questions[i].retry, now + USEC_SECOND));
	}
}

/* Promise 4 counts attempts by the database, over all apps that use it: so this
 * is kept before any fault that waited for it becomes an incident. */
static int
keep_target(struct incidents *d, const struct app *app, struct report *r,
	usec now, struct why *why)
{
	struct target target = { r->result.host, r->result.port,
		r->result.database, r->result.schema };
	return store_target_put(d->store, app->name, &target, now, why);
}

void
database_targets_take(struct database_targets *t, struct incidents *d,
	const struct app *app, struct report *r, usec now)
{
	struct target_question *question = question_of(t, app);
	struct why why;
	bool known = r->answered && r->result.outcome == OUTCOME_DONE &&
		r->result.host && r->result.database;
	question->failed = !known;
	question->retry = now + USEC_MINUTE;
	if (!known) {
		own(str) char *text =
			xprintf("app %s: its database is not known: %s",
				app->name, job_result_text(r));
		d->note(0, text);
	}
	int e = known ? keep_target(d, app, r, now, &why) : 0;
	if (e >= 0)
		e = ingest_aside(d, app, question->failed, now, &why);
	if (e < 0) {
		incidents_failed(d, 0, &why, now);
		question->failed = true;
	}
}
