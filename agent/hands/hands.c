#include "config.h"
#include "hands/hands.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "base/escape.h"
#include "base/log.h"
#include "hands/jobs/context.h"
#include "hands/jobs/look.h"
#include "hands/jobs/mend.h"
#include "hands/jobs/recover.h"
#include "hands/jobs/rehearse.h"
#include "hands/jobs/verify.h"
#include "hands/postgres/url.h"
#include "hands/prisma/migrations.h"
#include "hands/prisma/new-migration.h"
#include "hands/run/attempt-log.h"
#include "hands/run/progress.h"
#include "wire/job.h"
#include "wire/result.h"
#include "wire/role.h"

#define JOB_WAIT (10 * 1000) /* milliseconds until the one job is there */
#define JOB_TIME (60 * USEC_SECOND)
#define JOB_LONGEST USEC_HOUR
#define RECOVER_TIME (90 * USEC_SECOND)

/* What follows a job's own deadline: dropping the copy, looking back. */
#define AFTERWARDS (90 * USEC_SECOND)

static int
receive_job(int sock, struct job *ret, struct why *why)
{
	own(frame) struct frame f = FRAME(0);
	struct pollfd p = { sock, POLLIN, 0 };
	int n;
	do
		n = poll(&p, 1, JOB_WAIT);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return because(why, -ETIMEDOUT, "no job came");
	int r = frame_recv(sock, &f);
	if (r <= 0)
		return because(why, -EPIPE, "head went before it gave a job");
	if (f.type != HANDS_JOB)
		return because(why, -EBADMSG, "frame %u is no job", f.type);
	return job_get(&f, ret, why);
}

static void
set_target(struct result *ret, const struct url *u)
{
	ret->host = escape_str(span_of(u->host), 1000, ESCAPE_LINE);
	ret->port = xstrdup(u->port);
	ret->database = escape_str(span_of(u->database), 250, ESCAPE_LINE);
	ret->schema = escape_str(span_of(u->schema), 250, ESCAPE_LINE);
}

static void
do_target(const struct job_context *task, struct result *ret)
{
	own(url) struct url u = { 0 };
	struct why why;
	int r = task->app->database_url_file
		? url_read(task->app->database_url_file, &u, &why)
		: because(&why, -EINVAL, "app %s has no `database-url-file`",
			  task->app->name);
	if (r < 0) {
		job_context_ends(ret, OUTCOME_ERROR, "%s", why.text);
		return;
	}
	set_target(ret, &u);
	own(str) char *text = url_text(&u);
	job_context_ends(ret, OUTCOME_DONE, "%s", text);
}

static void
do_look(const struct job_context *task, struct progress *t, struct result *ret)
{
	own(diagnosis) struct diagnosis d = { 0 };
	struct look_how with = {
		.app = task->app,
		.class = task->job->class,
		.object = &task->job->object,
		.deadline = task->deadline,
	};
	struct why why;
	int r = look(&with, &d, &why);
	/* What was found before it failed is worth telling too. */
	for (size_t i = 0; i < d.findings.n; i++)
		progress_finding(t, &d.findings.list[i]);
	if (d.planned)
		progress_plan(t, &d.plan);
	if (d.url.host)
		set_target(ret, &d.url);
	if (r < 0) {
		job_context_ends(ret, OUTCOME_ERROR, "%s", why.text);
		return;
	}
	ret->cause = d.cause;
	ret->fault = d.fault;
	ret->history = d.history_clean;
	ret->lasting = d.lasting;
	job_context_ends(ret, OUTCOME_DONE, "%s", d.text ? d.text : "");
}

/* Nothing but our own deadline and SIGKILL ends an act in its middle. */
static void
ignore_signals(void)
{
	static const int all[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT };
	for (size_t i = 0; i < ELEMENTS(all); i++)
		(void)signal(all[i], SIG_IGN);
}

static void
do_mend(const struct job_context *task, struct progress *t, struct result *ret)
{
	own(attempt_log) struct attempt_log *a = NULL;
	struct why why;
	own(str) char *what = xprintf("app %s, incident %llu, attempt %u",
		task->app->name, (unsigned long long)task->job->incident,
		task->job->attempt);
	ignore_signals();
	int r = attempt_log_begin(
		task->settings->store, task->job->key, what, &a, &why);
	if (r < 0) {
		/* What was begun once its own file tells about: head reads it.
		 */
		job_context_ends(ret, OUTCOME_ERROR, "%s", why.text);
		return;
	}
	t->attempt = a;
	mend(task, t, ret);
	t->attempt = NULL;
	if (attempt_log_end(a, ret) < 0)
		log_warn("incident %llu: the result did not get into the "
			 "attempt's file",
			(unsigned long long)task->job->incident);
}

/* A folder that the attempt made for nothing would be pending from now on. What
 * somebody changed since is no longer ours. */
static void
withdraw(const struct job_context *task, struct progress *t)
{
	char checksum[SHA256_HEX];
	own(str) char *name = attempt_log_proposal(
		task->settings->store, task->job->key, checksum);
	const char *folder = task->app->proposals;
	own(migrations) struct migrations *all = NULL;
	struct why why;
	if (!name || !folder || migrations_read(folder, &all, &why) < 0)
		return;
	const struct migration *m = migrations_find(all, name);
	if (!m || strcmp(m->checksum, checksum) != 0)
		return;
	if (new_migration_remove(folder, m, &why) == 0)
		progress_step(t, "removed %s/%s again", folder, name);
	else
		progress_step(t, "%s", why.text);
}

static void
do_recover(
	const struct job_context *task, struct progress *t, struct result *ret)
{
	own(url) struct url u = { 0 };
	struct why why;
	const char *file = task->app->migrate_url_file
		? task->app->migrate_url_file
		: task->app->database_url_file;
	int r = file
		? url_read(file, &u, &why)
		: because(&why, -EINVAL, "app %s has no `database-url-file`",
			  task->app->name);
	if (r < 0) {
		job_context_ends(ret, OUTCOME_ERROR, "%s", why.text);
		return;
	}
	struct recover_how with = {
		.app = task->app,
		.url = &u,
		.key = task->job->key,
		.deadline = task->deadline,
	};
	own(str) char *text = NULL;
	enum outcome outcome = recover(&with, t, &text);
	if (outcome == OUTCOME_NOT_APPLIED)
		withdraw(task, t);
	job_context_ends(ret, outcome,
		"the process at work ended without an answer; found "
		"afterwards: %s",
		text);
	verify_production(task, ret);
}

/* How long the job may take; a mend has the remedy's own deadline. */
static usec
time_of(const struct job *j, const struct app *a)
{
	if (j->kind == JOB_MEND && a->remedy[j->class])
		return a->remedy[j->class]->deadline;
	if (j->kind == JOB_RECOVER)
		return j->time ? j->time : RECOVER_TIME;
	return j->time ? j->time : JOB_TIME;
}

/* Should anything block in spite of every deadline, the kernel ends us. */
static void
arm(usec time)
{
	struct itimerval timer = {
		.it_value.tv_sec = (time_t)((time + AFTERWARDS) / USEC_SECOND),
	};
	(void)signal(SIGALRM, SIG_DFL);
	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

static void
do_job(const struct job *j, const struct settings *settings, struct progress *t,
	struct result *ret)
{
	const struct app *app = settings_app(settings, j->app);
	if (!app) {
		own(str) char *text =
			xprintf("%s has no [app %s]", settings->file, j->app);
		job_context_ends(ret, OUTCOME_ERROR, "%s", text);
		return;
	}
	usec time = MIN(time_of(j, app), JOB_LONGEST);
	struct job_context task = {
		.settings = settings,
		.app = app,
		.job = j,
		.deadline = clock_mono() + time,
	};
	arm(time);
	bool acts = j->kind == JOB_REHEARSE || j->kind == JOB_MEND;
	if (acts && !app->remedy[j->class]) {
		job_context_ends(ret, OUTCOME_ERROR,
			"no remedy is configured for this class");
		return;
	}
	switch (j->kind) {
	case JOB_TARGET:
		do_target(&task, ret);
		break;
	case JOB_LOOK:
		do_look(&task, t, ret);
		break;
	case JOB_REHEARSE:
		rehearse(&task, t, ret);
		break;
	case JOB_MEND:
		do_mend(&task, t, ret);
		break;
	case JOB_RECOVER:
		do_recover(&task, t, ret);
		break;
	case JOBS:
		break;
	}
}

int
hands_main(const char *config)
{
	struct progress t = { .sock = ROLE_SOCKET };
	own(job) struct job job = { 0 };
	own(settings) struct settings *settings = NULL;
	own(result) struct result result = {
		.outcome = OUTCOME_ERROR,
		.fault = ANSWER_UNKNOWN,
		.history = ANSWER_UNKNOWN,
	};
	struct why why;
	/* Children of ours have no business with head's socket. */
	(void)fcntl(ROLE_SOCKET, F_SETFD, FD_CLOEXEC);
	int r = receive_job(ROLE_SOCKET, &job, &why);
	if (r < 0) {
		log_error("%s", why.text);
		return 2;
	}
	r = settings_load(config ? config : CONFIG_FILE, &settings, &why);
	if (r < 0)
		job_context_ends(&result, OUTCOME_ERROR, "%s", why.text);
	else
		do_job(&job, settings, &t, &result);
	if (!result.text)
		result.text = xstrdup("");
	log_debug("%s of %s: %s: %s", job_kind_name(job.kind), job.app,
		outcome_name(result.outcome), result.text);
	progress_result(&t, &result);
	return 0;
}
