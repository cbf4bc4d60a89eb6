#include "config.h"
#include "hands/jobs/target.h"

#include "hands/postgres/app-url.h"
#include "hands/postgres/url.h"

void
target_job(
	const struct job_context *task, struct progress *t, struct result *ret)
{
	own(url) struct url u = { 0 };
	struct why why;
	(void)t; /* there is nothing to tell but the result */
	int r = app_url_read(task->app, &u, &why);
	if (r < 0) {
		job_context_ends(ret, OUTCOME_ERROR, "%s", why.text);
		return;
	}
	job_context_target(ret, &u);
	own(str) char *text = url_text(&u);
	job_context_ends(ret, OUTCOME_DONE, "%s", text);
}
