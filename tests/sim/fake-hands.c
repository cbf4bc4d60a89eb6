#include "config.h"
#include "sim/fake-hands.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct job_queue {
	struct job_queue_calls calls;
};

struct fake_file {
	struct fake_file *next;
	char key[KEY_TEXT];
	enum attempt_file_state state;
	bool begun;
	int signal;
	enum outcome outcome;
	char *text;
	struct proposal proposal;
};

static struct fake_job *jobs;
static struct fake_file *files;
static fake_hands_sent *on_sent;
static void *sent_arg;
static fake_hands_killed *on_killed;
static void *killed_arg;
static int refusal, file_error;

void
fake_hands_watch(fake_hands_sent *sent, void *arg)
{
	on_sent = sent;
	sent_arg = arg;
}

void
fake_hands_on_kill(fake_hands_killed *killed, void *arg)
{
	on_killed = killed;
	killed_arg = arg;
}

void
fake_hands_refuse(int error)
{
	refusal = error;
}

/* --- head/roles/job-queue.h
 * ---------------------------------------------------- */

struct job_queue *
job_queue_new(
	sd_event *loop, const char *config, const struct job_queue_calls *calls)
{
	(void)loop;
	(void)config;
	struct job_queue *q = xcalloc(1, sizeof(*q));
	q->calls = *calls;
	return q;
}

static void
drop(struct fake_job *job)
{
	struct fake_job **at = &jobs;
	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
	object_free(&job->object);
	free(job->stopped);
	free(job);
}

void
job_queue_free(struct job_queue *q)
{
	if (!q)
		return;
	for (struct fake_job *job = jobs, *next; job; job = next) {
		next = job->next;
		if (job->queue != q)
			continue;
		job->queue = NULL;
		if (job->purpose != FOR_MEND && job->purpose != FOR_RECOVERY)
			drop(job);
	}
	free(q);
}

int
job_queue_send(struct job_queue *q, enum job_purpose purpose,
	const struct app *app, const struct incident *i,
	const struct attempt *a, struct why *why)
{
	if (job_queue_at_app(q, app))
		return because(why, -EBUSY, "hands are at work");
	if (refusal < 0)
		return because(why, refusal, "hands cannot be started");
	struct fake_job *job = xcalloc(1, sizeof(*job)), **at = &jobs;
	job->queue = q;
	job->purpose = purpose;
	job->app = app;
	job->due = USEC_NEVER;
	const struct remedy *remedy = i ? app->remedy[i->class] : NULL;
	job->most = (remedy ? remedy->deadline : USEC_MINUTE) + OVERDUE_GRACE;
	if (i) {
		job->incident = i->id;
		job->class = i->class;
		job->object = object_copy(&i->object);
		memcpy(job->plan_hash, i->plan.hash, sizeof(job->plan_hash));
	}
	if (a) {
		memcpy(job->key, a->key, sizeof(job->key));
		memcpy(job->plan_hash, a->plan_hash, sizeof(job->plan_hash));
	}
	while (*at)
		at = &(*at)->next;
	*at = job;
	if (on_sent)
		on_sent(sent_arg, job);
	return 0;
}

static bool
is_at_it(const struct job_queue *q, const struct fake_job *job)
{
	return job->queue == q && job->overdue.stage != OVERDUE_GIVEN_UP;
}

bool
job_queue_mends(const struct job_queue *q)
{
	for (const struct fake_job *job = jobs; job; job = job->next)
		if (is_at_it(q, job) && job->purpose == FOR_MEND &&
			!job->stopped)
			return true;
	return false;
}

void
job_queue_stop(struct job_queue *q, const char *why)
{
	for (struct fake_job *job = jobs; job; job = job->next)
		if (is_at_it(q, job) && job->purpose == FOR_MEND &&
			!job->stopped)
			job->stopped = xstrdup(why);
}

/* A history has no labels. */
void
job_queue_stop_app(struct job_queue *q, const struct app *app, bool approved,
	const char *why)
{
	(void)q;
	(void)app;
	(void)approved;
	(void)why;
}

void
job_queue_reload(struct job_queue *q, const struct settings *settings)
{
	(void)settings; /* a history has the same apps in all of them */
	for (struct fake_job *job = jobs; job; job = job->next)
		job->stale |= job->queue == q && job->purpose != FOR_MEND &&
			job->purpose != FOR_RECOVERY;
}

static const struct app *
app_of(const struct fake_job *job)
{
	return job->stale ? NULL : job->app;
}

/* Does what the stage says. Their end changes the list. */
static void
hurry(struct fake_job *job)
{
	struct job_queue *q = job->queue;
	struct report stuck = { .killed = true, .stuck = true };
	if (job->overdue.stage == OVERDUE_KILLED && !job->immortal && on_killed)
		on_killed(killed_arg, job);
	else if (job->overdue.stage == OVERDUE_GIVEN_UP)
		q->calls.on_done(q->calls.arg, job->purpose, app_of(job),
			job->incident, &stuck);
}

usec
job_queue_tend(struct job_queue *q, usec steady)
{
	usec next = USEC_NEVER;
	for (struct fake_job *job = jobs, *then; job; job = then) {
		then = job->next;
		if (!is_at_it(q, job))
			continue;
		bool due = overdue_step(&job->overdue, steady, job->most);
		if (job->overdue.stage != OVERDUE_GIVEN_UP)
			next = MIN(next, job->overdue.next);
		if (due)
			hurry(job);
	}
	return next;
}

bool
job_queue_at_app(const struct job_queue *q, const struct app *app)
{
	for (const struct fake_job *job = jobs; job; job = job->next)
		if (is_at_it(q, job) && job->app == app)
			return true;
	return false;
}

bool
job_queue_at_incident(const struct job_queue *q, uint64_t incident)
{
	for (const struct fake_job *job = jobs; job; job = job->next)
		if (is_at_it(q, job) && incident && job->incident == incident)
			return true;
	return false;
}

size_t
job_queue_count(const struct job_queue *q)
{
	size_t n = 0;
	for (const struct fake_job *job = jobs; job; job = job->next)
		n += is_at_it(q, job);
	return n;
}

/* --- what the test says --------------------------------------------------- */

struct fake_job *
fake_hands_at(size_t k)
{
	struct fake_job *job = jobs;
	while (job && k-- > 0)
		job = job->next;
	return job;
}

void
fake_hands_step(struct fake_job *job, const char *text)
{
	if (job->queue)
		job->queue->calls.on_step(
			job->queue->calls.arg, job->incident, text);
}

void
fake_hands_end(struct fake_job *job, struct report *report)
{
	struct job_queue *q = job->queue;
	enum job_purpose purpose = job->purpose;
	const struct app *app = app_of(job);
	uint64_t incident = job->incident;
	bool given_up = job->overdue.stage == OVERDUE_GIVEN_UP;
	report->killed = job->overdue.stage >= OVERDUE_KILLED;
	drop(job); /* the app is free before anybody is told */
	if (q && !given_up)
		q->calls.on_done(q->calls.arg, purpose, app, incident, report);
}

/* --- wire/attempt-file.h -------------------------------------------------- */

static struct fake_file *
file_of(const char *key)
{
	struct fake_file *f = files;
	while (f && strcmp(f->key, key) != 0)
		f = f->next;
	return f;
}

int
fake_file_make(const char *key)
{
	if (file_error < 0)
		return file_error;
	if (file_of(key))
		return -EEXIST;
	struct fake_file *f = xcalloc(1, sizeof(*f));
	memcpy(f->key, key, strlen(key));
	f->state = ATTEMPT_FILE_RUNNING;
	f->next = files;
	files = f;
	return 0;
}

void
fake_file_end(const char *key, enum attempt_file_state state,
	const struct result *result)
{
	struct fake_file *f = file_of(key);
	f->state = state;
	f->outcome = result ? result->outcome : OUTCOME_ERROR;
	free(f->text);
	f->text = xstrdup(result ? result->text : NULL);
	proposal_free(&f->proposal);
	if (result)
		f->proposal = proposal_copy(&result->proposal);
}

void
fake_file_begins(const char *key)
{
	file_of(key)->begun = true;
}

int
fake_file_signal(const char *key)
{
	const struct fake_file *f = file_of(key);
	return f ? f->signal : 0;
}

void
fake_file_break(int error)
{
	file_error = error;
}

int
attempt_file_withdraw(
	const char *store, const char *key, const char *text, struct why *why)
{
	(void)store;
	(void)text;
	int r = fake_file_make(key);
	if (r < 0)
		return because(why, r, "the attempt's file cannot be made");
	fake_file_end(key, ATTEMPT_FILE_WITHDRAWN, NULL);
	return 0;
}

int
attempt_file_read(const char *store, const char *key,
	enum attempt_file_state *state, struct result *ret, struct why *why)
{
	(void)store;
	if (file_error < 0)
		return because(
			why, file_error, "the attempt's file cannot be read");
	const struct fake_file *f = file_of(key);
	*state = f ? f->state : ATTEMPT_FILE_NONE;
	if (*state == ATTEMPT_FILE_ENDED)
		*ret = (struct result){ .outcome = f->outcome,
			.fault = ANSWER_UNKNOWN,
			.history = ANSWER_UNKNOWN,
			.text = xstrdup(f->text),
			.proposal = proposal_copy(&f->proposal) };
	return 0;
}

int
attempt_file_set_aside(const char *store, const char *key, struct why *why)
{
	(void)store;
	struct fake_file *f = file_of(key);
	if (file_error < 0 || !f || f->state == ATTEMPT_FILE_RUNNING)
		return because(why, file_error < 0 ? file_error : -EWOULDBLOCK,
			"the attempt's file cannot be set aside");
	snprintf(f->key, sizeof(f->key), "aside");
	return 0;
}

void
attempt_file_sweep(const char *store)
{
	(void)store;
}

int
attempt_file_holder(const char *store, const char *key,
	struct attempt_holder *ret, struct why *why)
{
	(void)store;
	(void)key;
	(void)why;
	*ret = (struct attempt_holder){ 0 };
	return 0;
}

int
attempt_file_signal(
	const char *store, const char *key, int sig, struct why *why)
{
	(void)store;
	struct fake_file *f = file_of(key);
	if (f)
		f->signal = sig;
	for (struct fake_job *job = jobs; job; job = job->next) {
		if (job->purpose != FOR_MEND || strcmp(job->key, key) != 0 ||
			!f || f->state != ATTEMPT_FILE_RUNNING)
			continue;
		if (sig == SIGKILL && !job->immortal && on_killed)
			on_killed(killed_arg, job);
		return 0;
	}
	return because(why, -ESRCH, "nobody has the file");
}

void
fake_hands_forget(void)
{
	while (jobs)
		drop(jobs);
	while (files) {
		struct fake_file *f = files;
		files = f->next;
		free(f->text);
		proposal_free(&f->proposal);
		free(f);
	}
	on_sent = NULL;
	on_killed = NULL;
	refusal = file_error = 0;
}
