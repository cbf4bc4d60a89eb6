#include "config.h"
#include "head/incidents/attempts/uncommitted.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "config/settings.h"
#include "head/incidents/job-results.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/store/store.h"
#include "wire/finding.h"
#include "wire/report.h"

/* Docker tells when a container begins to run; this is for what it did not
 * tell. */
#define AGAIN USEC_HOUR
/* For a Docker that failed, and for one that replaces the containers. */
#define AGAIN_UNTOLD (5 * USEC_MINUTE)
#define AGAIN_SOON USEC_MINUTE
/* Containers of an app that crashes at start begin to run again and again. */
#define PAUSE (10 * USEC_SECOND)

/* What was asked of an app's image, a round over all of its proposals. A
 * restart forgets it and asks again. */
struct image_question {
	char **asked;       /* the keys of their attempts, in this round */
	char key[KEY_TEXT]; /* hands are at this one */
	bool started;       /* a container began to run since they began */
	usec again;         /* when the next round begins */
	usec next;          /* no question before that */
};

struct uncommitted {
	const struct settings *settings;
	struct image_question *questions; /* one for each app */
};

struct uncommitted *
uncommitted_new(const struct settings *settings)
{
	struct uncommitted *u = xcalloc(1, sizeof(*u));
	u->settings = settings;
	u->questions = xcalloc(settings->n_apps, sizeof(*u->questions));
	for (size_t i = 0; i < settings->n_apps; i++)
		u->questions[i].again = USEC_NEVER;
	return u;
}

void
uncommitted_free(struct uncommitted *u)
{
	if (!u)
		return;
	for (size_t i = 0; i < u->settings->n_apps; i++)
		strings_free(u->questions[i].asked);
	free(u->questions);
	free(u);
}

static struct image_question *
question_of(const struct uncommitted *u, const struct app *app)
{
	return &u->questions[app - u->settings->apps];
}

static void
begin_round(struct image_question *q)
{
	strings_free(take(q->asked));
	q->again = USEC_NEVER;
}

static bool
was_asked(const struct image_question *q, const char *key)
{
	for (char **k = q->asked; k && *k; k++)
		if (strcmp(*k, key) == 0)
			return true;
	return false;
}

static void
ask(struct uncommitted *u, struct incidents *d, const struct attempt *a,
	usec now)
{
	own(incident) struct incident i = { 0 };
	struct why why;
	if (store_incident_get(d->store, a->incident, &i, &why) < 0) {
		incidents_failed(d, a->incident, &why, now);
		return;
	}
	const struct app *app = incidents_app(d, &i);
	if (!app || !app->docker_socket)
		return;
	struct image_question *q = question_of(u, app);
	/* Further ahead than we ever wait: the clock was set back. */
	if (q->asked && (now >= q->again || q->again > now + AGAIN))
		begin_round(q);
	if (was_asked(q, a->key)) {
		incidents_due(d, q->again);
		return;
	}
	if (now < q->next && q->next <= now + PAUSE) {
		incidents_due(d, q->next);
		return;
	}
	if (incidents_held(d, i.id, now) ||
		!incidents_send(d, FOR_DEPLOYED, &i, a, now))
		return;
	memcpy(q->key, a->key, sizeof(q->key));
	q->started = false;
	q->next = now + PAUSE;
}

void
uncommitted_run(struct uncommitted *u, struct incidents *d, usec now)
{
	struct attempt *list = NULL;
	struct why why;
	size_t n = 0;
	if (store_uncommitted(d->store, 0, &list, &n, &why) < 0)
		incidents_failed(d, 0, &why, now);
	for (size_t k = 0; k < n; k++)
		ask(u, d, &list[k], now);
	attempts_free(list, n);
}

void
uncommitted_started(struct uncommitted *u, const struct app *app)
{
	struct image_question *q = question_of(u, app);
	begin_round(q);
	q->started = true;
}

/* Of that image it was asked. Where another began to run meanwhile, it is asked
 * anew. */
static void
end_question(struct image_question *q, usec wait, usec now)
{
	if (!q->started) {
		strings_add(&q->asked, q->key);
		q->again = MIN(q->again, now + wait);
	}
	q->key[0] = '\0';
}

/* The timeline gets a line where the answer is a new one. */
static void
store_answer(struct incidents *d, struct incident *i, struct attempt *a,
	enum answer deployed, const char *said, usec now)
{
	if (a->deployed == deployed && a->deployed_text &&
		strcmp(a->deployed_text, said) == 0)
		return;
	own(str) char *name =
		escape_str(span_of(a->proposal.name), 255, ESCAPE_LINE);
	own(str) char *text = xprintf("%s: %s%s", name, said,
		deployed == ANSWER_YES ? "; nobody is reminded any more" : "");
	a->deployed = deployed;
	a->uncommitted = deployed != ANSWER_YES;
	incident_set(&a->deployed_text, said);
	const struct change c = {
		.incident = i, .kind = "commit", .text = text, .ended = a
	};
	(void)transition_try(d, &c, now);
}

static usec
wait_after(const struct report *r)
{
	if (!r->answered || r->result.again == AGAIN_FAILED)
		return AGAIN_UNTOLD;
	return r->result.again == AGAIN_SETTLING ? AGAIN_SOON : AGAIN;
}

void
uncommitted_take(struct uncommitted *u, struct incidents *d,
	const struct app *app, struct incident *i, const struct report *r,
	usec now)
{
	struct image_question *q = question_of(u, app);
	bool answered = r->answered && r->result.outcome == OUTCOME_DONE;
	enum answer deployed = answered ? r->result.deployed : ANSWER_UNKNOWN;
	own(str) char *said = xprintf("%s%s",
		answered ? ""
			 : "whether the deployed image has it could not be "
			   "told: ",
		job_result_text(r));
	struct attempt *list = NULL;
	struct why why;
	size_t n = 0;
	/* Somebody may have closed the incident meanwhile. */
	if (store_uncommitted(d->store, i->id, &list, &n, &why) < 0)
		incidents_failed(d, i->id, &why, now);
	for (size_t k = 0; k < n; k++)
		if (strcmp(list[k].key, q->key) == 0)
			store_answer(d, i, &list[k], deployed, said, now);
	attempts_free(list, n);
	end_question(q, wait_after(r), now);
}
