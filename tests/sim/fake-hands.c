#include "config.h"
#include "sim/fake-hands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct job_queue {
	struct job_queue_calls calls;
};

struct fake_file {
	struct fake_file *next;
	char key[KEY_TEXT];
	enum attempt_file_state state;
	enum outcome outcome;
	char *text;
};

static struct fake_job *jobs;
static struct fake_file *files;
static fake_hands_sent *on_sent;
static void *sent_arg;
static int refusal, file_error;

void
fake_hands_watch(fake_hands_sent *sent, void *arg)
{
	on_sent = sent;
	sent_arg = arg;
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

bool
job_queue_at_app(const struct job_queue *q, const struct app *app)
{
	for (const struct fake_job *job = jobs; job; job = job->next)
		if (job->queue == q && job->app == app)
			return true;
	return false;
}

bool
job_queue_at_incident(const struct job_queue *q, uint64_t incident)
{
	for (const struct fake_job *job = jobs; job; job = job->next)
		if (job->queue == q && incident && job->incident == incident)
			return true;
	return false;
}

size_t
job_queue_count(const struct job_queue *q)
{
	size_t n = 0;
	for (const struct fake_job *job = jobs; job; job = job->next)
		n += job->queue == q;
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
	const struct app *app = job->app;
	uint64_t incident = job->incident;
	drop(job); /* the app is free before anybody is told */
	if (q)
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
			.text = xstrdup(f->text) };
	return 0;
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
		free(f);
	}
	on_sent = NULL;
	refusal = file_error = 0;
}
