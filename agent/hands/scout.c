#include "config.h"
#include "hands/scout.h"

#include <string.h>

#include "config/load-settings.h"
#include "config/settings.h"
#include "hands/container/container-url.h"
#include "hands/postgres/app-url.h"
#include "hands/postgres/route.h"
#include "hands/postgres/url.h"
#include "wire/job.h"

#define WAY_TIME (15 * USEC_SECOND) /* less than the step waits */

/* The job's time runs already, and half of it is for the job. */
static usec
deadline_of(const struct scout *s, const struct job *j)
{
	return s->begun + (j->time ? MIN(WAY_TIME, j->time / 2) : WAY_TIME);
}

/* The application's, and the one to mend through: mostly they are the same. The
 * first that has to be reached from inside a network decides. */
static void
find(const struct app *app, usec deadline, struct reach_way *ret)
{
	static int (*const all[])(const struct app *app, struct url *ret,
		struct why *why) = { app_url_read, app_url_read_mend };
	own(str) char *before = NULL;
	struct why why;
	for (size_t i = 0; i < ELEMENTS(all) && ret->ns < 0; i++) {
		own(url) struct url u = { 0 };
		if (all[i](app, &u, &why) < 0)
			continue;
		if (!before || strcmp(before, u.host) != 0)
			route_way(&u, deadline, ret);
		str_free(before);
		before = xstrdup(u.host);
	}
}

void
scout_way(const void *arg, struct reach_way *ret)
{
	const struct scout *s = arg;
	own(settings) struct settings *settings = NULL;
	own(job) struct job job = { 0 };
	struct frame f = *s->job; /* read anew, from its beginning */
	struct why why;
	if (job_get(&f, &job, &why) < 0 || job.kind == JOB_TARGET ||
		job.kind == JOB_DEPLOYED ||
		load_settings(s->config, &settings, &why) < 0)
		return;
	struct app *app = (struct app *)settings_app(settings, job.app);
	usec deadline = deadline_of(s, &job);
	if (!app || !app->docker_socket || clock_mono() >= deadline)
		return;
	if (app->database_in_container &&
		container_url_read(app, deadline, &app->database_url, &why) < 0)
		return;
	find(app, deadline, ret);
}
