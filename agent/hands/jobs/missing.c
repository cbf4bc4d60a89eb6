#include "config.h"
#include "hands/jobs/missing.h"

#include "hands/diagnose/objects/missing-objects.h"
#include "hands/postgres/app-url.h"
#include "hands/postgres/session.h"

#define STATEMENT (10 * USEC_SECOND)

/* A history or a folder that cannot be read leaves the rest to be told. */
static int
find(const struct job_context *task, const struct url *url, struct session *s,
	struct missing_list *ret, struct why *why)
{
	own(unit_folder) struct unit_folder *folder = NULL;
	own(history) struct history *history = NULL;
	struct why inner;
	int r = task->migrator->read_history(s, url->schema, &history, &inner);
	if (r < 0 && session_lost(s))
		return because(why, r, "%s", inner.text);
	if (task->app->migrations)
		(void)task->migrator->read_folder(
			task->app->migrations, &folder, &inner);
	const struct missing_question q = {
		.app = task->app,
		.migrator = task->migrator,
		.schema = url->schema,
		.folder = folder,
		.history = history,
		.deadline = task->deadline,
	};
	return missing_objects_find(&q, s, ret, why);
}

void
missing_job(
	const struct job_context *task, struct progress *t, struct result *ret)
{
	own(url) struct url url = { 0 };
	own(session) struct session *s = NULL;
	own(missing) struct missing_list missing = { 0 };
	const struct session_how how = { .kind = SESSION_LOOK,
		.name = "logmend missing",
		.lock_timeout = USEC_SECOND,
		.statement_timeout = STATEMENT,
		.deadline = task->deadline };
	struct why why;
	int r = app_url_read(task->app, &url, &why);
	if (r >= 0)
		r = session_open(&url, &how, &s, &why);
	if (r >= 0)
		r = find(task, &url, s, &missing, &why);
	if (r < 0) {
		job_context_ends(ret, OUTCOME_ERROR, "%s", why.text);
		return;
	}
	progress_missing(t, &missing);
	job_context_ends(ret, OUTCOME_DONE,
		"the database lacks %zu of the objects that its migrations "
		"and its schema know",
		missing.n);
}
