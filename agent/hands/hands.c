#include "config.h"
#include "hands/hands.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "base/io/log.h"
#include "config/credentials.h"
#include "config/label-keys.h"
#include "config/load-settings.h"
#include "hands/container/container-url.h"
#include "hands/container/inside.h"
#include "hands/jobs/context.h"
#include "hands/jobs/deployed.h"
#include "hands/jobs/look.h"
#include "hands/jobs/mend.h"
#include "hands/jobs/missing.h"
#include "hands/jobs/read-inside.h"
#include "hands/jobs/recover.h"
#include "hands/jobs/rehearse.h"
#include "hands/jobs/target.h"
#include "hands/migrators.h"
#include "hands/run/progress.h"
#include "hands/run/stop.h"
#include "hands/scout.h"
#include "hands/steps/reach.h"
#include "wire/job.h"
#include "wire/result.h"
#include "wire/role.h"

#define JOB_WAIT (10 * 1000) /* milliseconds until the one job is there */
#define JOB_TIME (60 * USEC_SECOND)
#define JOB_LONGEST USEC_HOUR
#define RECOVER_TIME (90 * USEC_SECOND)

/* After its own deadline a job may still drop its copy and look at production.
 */
#define AFTERWARDS (90 * USEC_SECOND)

static int
receive_job(int sock, struct frame *ret, struct why *why)
{
	struct pollfd p = { sock, POLLIN, 0 };
	int n;
	do
		n = poll(&p, 1, JOB_WAIT);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return because(why, -ETIMEDOUT, "no job came");
	int r = frame_recv(sock, ret);
	if (r < 0)
		return because(why, r, "the job could not be received: %s",
			strerror(-r));
	if (r == 0)
		return because(why, -EPIPE, "head went before it gave a job");
	if (ret->type != HANDS_JOB)
		return because(why, -EBADMSG, "frame %u is no job", ret->type);
	return 0;
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
arm(usec deadline)
{
	usec now = clock_mono(), time = deadline > now ? deadline - now : 0;
	struct itimerval timer = {
		.it_value.tv_sec = (time_t)((time + AFTERWARDS) / USEC_SECOND),
	};
	(void)signal(SIGALRM, SIG_DFL);
	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

static void (*const job_functions[JOBS])(const struct job_context *task,
	struct progress *t, struct result *ret) = {
	[JOB_TARGET] = target_job,
	[JOB_LOOK] = look_job,
	[JOB_REHEARSE] = rehearse_job,
	[JOB_MEND] = mend_job,
	[JOB_RECOVER] = recover_job,
	[JOB_MISSING] = missing_job,
	[JOB_DEPLOYED] = deployed_job,
};

/* Which jobs want to know what the deployed image has, where the migrations are
 * a folder of the host. */
static bool
asks_image(enum job_kind k)
{
	return k == JOB_LOOK || k == JOB_REHEARSE || k == JOB_MEND ||
		k == JOB_DEPLOYED;
}

/* What the app's keys say is inside its container comes out of it once, before
 * the job, so that all of a job has the same. */
static int
fetch(const struct job_context *task, struct app *app, struct inside *inside,
	struct progress *t, struct why *why)
{
	usec deadline = task->deadline;
	const char *store = task->settings->store;
	if (app_migrations_are_inside(app) && task->job->kind != JOB_TARGET)
		read_inside(store, app, task->migrator, deadline, inside);
	else if (asks_image(task->job->kind))
		read_deployed(store, app, task->migrator, deadline, inside);
	/* Whether an image has a migration is no question to a database. */
	if (!app->database_in_container || task->job->kind == JOB_DEPLOYED)
		return 0;
	int r = container_url_read(app, deadline, &app->database_url, why);
	if (r < 0)
		return r;
	credentials_know_database(span_of(app->database_url));
	progress_credential(t, app->database_url);
	return 0;
}

/* Jobs that act need a remedy; head asks for none without, so a job that comes
 * without one was made from another configuration. */
static void
do_job(const struct job *j, usec begun, struct settings *settings,
	struct progress *t, struct result *ret)
{
	struct app *app = (struct app *)settings_app(settings, j->app);
	own(inside) struct inside inside = { 0 };
	struct why why;
	if (!app) {
		own(str) char *text =
			xprintf("%s has no [app %s]", settings->file, j->app);
		job_context_ends(ret, OUTCOME_ERROR, "%s", text);
		return;
	}
	/* Head may be of another mind about the file. */
	if (j->migrations)
		(void)labels_take_migrations(app, j->migrations, &why);
	usec time = MIN(time_of(j, app), JOB_LONGEST);
	struct stop stop = { .sock = t->sock,
		.config = settings->file,
		.app = app->name,
		.class = j->class,
		.approved = j->approved };
	struct job_context task = {
		.settings = settings,
		.app = app,
		.migrator = migrators_pick(app),
		.job = j,
		.deadline = begun + time,
		.longest = time,
		.stop = j->kind == JOB_MEND ? &stop : NULL,
		.inside = &inside,
	};
	arm(task.deadline);
	bool acts = j->kind == JOB_REHEARSE || j->kind == JOB_MEND;
	if (acts && !app->remedy[j->class]) {
		job_context_ends(ret, OUTCOME_ERROR,
			"no remedy is configured for this class");
		return;
	}
	if (fetch(&task, app, &inside, t, &why) < 0)
		job_context_ends(ret, OUTCOME_ERROR, "%s", why.text);
	else
		job_functions[j->kind](&task, t, ret);
}

/* The job, read only behind the reach step, when the rights for that are gone.
 */
static int
begin(const char *config, usec begun, struct job *ret, struct why *why)
{
	own(frame) struct frame f = FRAME(0);
	int r = receive_job(ROLE_SOCKET, &f, why);
	const struct scout scout = { config, &f, begun };
	if (r == 0) {
		arm(begun);
		r = reach_step(scout_way, &scout, why);
	}
	return r < 0 ? r : job_get(&f, ret, why);
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
		.deployed = ANSWER_UNKNOWN,
	};
	struct why why;
	usec begun = clock_mono(); /* head counts from here, too */
	/* A child must not hold head's socket open, or speak through it. */
	(void)fcntl(ROLE_SOCKET, F_SETFD, FD_CLOEXEC);
	if (!config)
		config = CONFIG_FILE;
	int r = begin(config, begun, &job, &why);
	if (r < 0) {
		log_error("%s", why.text);
		return 2;
	}
	r = load_settings(config, &settings, &why);
	if (r < 0)
		job_context_ends(&result, OUTCOME_ERROR, "%s", why.text);
	else {
		credentials_know(settings);
		do_job(&job, begun, settings, &t, &result);
	}
	if (!result.text)
		result.text = xstrdup("");
	log_debug("%s of %s: %s: %s", job_kind_name(job.kind), job.app,
		outcome_name(result.outcome), result.text);
	progress_result(&t, &result);
	return 0;
}
