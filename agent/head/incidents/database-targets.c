#include "config.h"
#include "head/incidents/database-targets.h"

#include <errno.h>
#include <stdlib.h>

#include "config/settings.h"
#include "head/incidents/ingest.h"
#include "head/incidents/job-results.h"
#include "head/incidents/run-memory.h"
#include "head/model/ranking.h"
#include "head/roles/job-queue.h"
#include "head/store/store.h"

/* What a database lacks is measured again after this, and not more often than
 * takes a twentieth of the time. */
#define MISSING_PAUSE (30 * USEC_SECOND)
#define MISSING_SHARE 20u
#define MISSING_PAUSE_MOST (10 * USEC_MINUTE)

/* What is known of an app's target in this run. A restart forgets it and asks
 * again: by then the configuration may name another database. */
struct target_question {
	bool asked;
	bool failed;
	usec retry;
	usec unstarted_until; /* hands could not be started; 0 */
	/* what its database lacks */
	bool measured; /* or at least asked for */
	bool unknown;  /* it could not be told the last time */
	usec sent, again;
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

/* Whether hands may be started now. The scheduler comes by every second, and
 * would else say each time that they cannot be. */
static bool
may_start(struct target_question *q, struct incidents *d, usec now)
{
	/* Further ahead than we ever wait: the clock was set back. */
	if (now >= q->unstarted_until ||
		q->unstarted_until > now + USEC_MINUTE) {
		q->unstarted_until = 0;
		return true;
	}
	incidents_due(d, q->unstarted_until);
	return false;
}

/* Sends them. Where the app's hands are busy, the scheduler asks when they end;
 * where they cannot be started, it is tried again a little later. */
static bool
send_hands(struct target_question *q, struct incidents *d,
	enum job_purpose purpose, const struct app *app, usec now)
{
	struct why why;
	int r = job_queue_send(d->queue, purpose, app, NULL, NULL, &why);
	if (r == 0)
		run_memory_sent(&d->memory, 0);
	else if (r != -EBUSY)
		q->unstarted_until = incidents_unstarted(d, 0, r, &why, now);
	return r == 0;
}

static void
ask(struct database_targets *t, struct incidents *d, const struct app *app,
	usec now)
{
	struct target_question *question = question_of(t, app);
	/* Further ahead than we ever wait: the clock was set back. */
	bool again = question->failed &&
		(now >= question->retry || question->retry > now + USEC_MINUTE);
	if (!app_has_database(app) || (question->asked && !again) ||
		!may_start(question, d, now))
		return;
	if (send_hands(question, d, FOR_TARGET, app, now))
		question->asked = true;
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

/* Asked once in each run, and then where it may change what becomes of a fault:
 * as long as no limit holds any back, nobody needs it. */
static void
ask_missing(struct database_targets *t, struct incidents *d,
	const struct app *app, usec now)
{
	struct target_question *q = question_of(t, app);
	bool wanted = !q->measured || ranking_pressed(d->ranking, app->name);
	if (!app_has_database(app) || !wanted || !may_start(q, d, now))
		return;
	/* Further ahead than we ever wait: the clock was set back. */
	if (now < q->again && q->again <= now + MISSING_PAUSE_MOST) {
		incidents_due(d, q->again);
		return;
	}
	if (!send_hands(q, d, FOR_MISSING, app, now))
		return;
	q->measured = true;
	q->sent = now;
	q->again = now + MISSING_PAUSE;
}

void
database_targets_run_missing(
	struct database_targets *t, struct incidents *d, usec now)
{
	for (size_t i = 0; i < t->settings->n_apps; i++)
		ask_missing(t, d, &t->settings->apps[i], now);
}

/* Their unit did not start the hands: nothing was asked. */
static void
ask_again(struct target_question *q, struct incidents *d,
	const struct report *r, usec now)
{
	struct why why;
	(void)because(&why, 0, "%s", r->unstarted);
	d->memory.unlaunched++;
	q->unstarted_until = incidents_unstarted(d, 0, -EAGAIN, &why, now);
}

/* What is not known is said once, not each time. */
static void
say_unknown(struct incidents *d, const struct app *app, const struct report *r)
{
	own(str) char *text = xprintf("app %s: what its database lacks is not "
				      "known: %s",
		app->name, job_result_text(r));
	d->note(0, text);
}

void
database_targets_take_missing(struct database_targets *t, struct incidents *d,
	const struct app *app, struct report *r, usec now)
{
	struct target_question *q = question_of(t, app);
	bool known = r->answered && r->result.outcome == OUTCOME_DONE;
	struct why why;
	if (r->unstarted) {
		q->measured = false;
		q->again = 0;
		ask_again(q, d, r, now);
		return;
	}
	if (known)
		ranking_set(d->ranking, app->name, &r->missing);
	else if (!q->unknown)
		say_unknown(d, app, r);
	q->unknown = !known;
	usec took = now > q->sent ? now - q->sent : 0;
	q->again = now + MISSING_PAUSE;
	if (took <= MISSING_PAUSE_MOST / MISSING_SHARE)
		q->again = MAX(q->again, now + took * MISSING_SHARE);
	const struct ingest_aside how = { q->failed, true, known };
	int e = ingest_aside(d, app, &how, now, &why);
	if (e >= 0 && known) {
		ranking_relieve(d->ranking, app->name);
	} else if (e < 0) {
		incidents_failed(d, 0, &why, now);
		ranking_press(d->ranking, app->name);
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
	if (r->unstarted) {
		question->asked = false;
		ask_again(question, d, r, now);
		return;
	}
	question->failed = !known;
	question->retry = now + USEC_MINUTE;
	if (!known) {
		own(str) char *text =
			xprintf("app %s: its database is not known: %s",
				app->name, job_result_text(r));
		d->note(0, text);
	}
	int e = known ? keep_target(d, app, r, now, &why) : 0;
	if (known)
		ranking_place(
			d->ranking, app->name, r->result.host, r->result.port);
	const struct ingest_aside how = { question->failed, false, false };
	if (e >= 0)
		e = ingest_aside(d, app, &how, now, &why);
	if (e < 0) {
		incidents_failed(d, 0, &why, now);
		question->failed = true;
	}
}
