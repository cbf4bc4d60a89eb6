#include "config.h"
#include "hands/rehearse.h"

#include <errno.h>

#include "hands/beyond.h"
#include "hands/copy.h"
#include "hands/verify.h"

static void
rehearse_on(const struct task *task, const struct diagnosis *d,
	struct copy *copy, struct teller *t, struct result *ret)
{
	own(session) struct session *s = NULL;
	struct session_how with = task_session(task, "logmend rehearsal");
	struct prisma_run run = task_run(task, d);
	run.key = "rehearsal";
	run.place = " on the copy";
	struct why why;
	int r = session_open(&copy->url, &with, &s, &why);
	if (r == 0)
		r = prisma_lock(s, task->deadline, &why);
	if (r < 0) {
		task_ends(ret, OUTCOME_IMPOSSIBLE,
			"the copy cannot be used: %s", why.text);
		return;
	}
	if (prisma_apply(s, &run, t, &why) != PRISMA_APPLIED) {
		task_ends(ret, OUTCOME_BROKE, "the plan fails on a copy: %s",
			why.text);
		return;
	}
	session_close(take(s));
	verify_copy(task, d, &copy->url, ret);
}

static int
read_server(const struct diagnosis *d, struct url *ret, struct why *why)
{
	const struct remedy *r = diagnosis_remedy(d);
	if (r->rehearse == REHEARSE_OFF)
		return because(why, -EOPNOTSUPP,
			"rehearsals are switched off for remedy %s", r->name);
	if (r->rehearse == REHEARSE_URL)
		return url_read(r->rehearse_url_file, ret, why);
	*ret = url_copy(&d->migrate_url);
	return 0;
}

void
rehearse(const struct task *task, struct teller *t, struct result *ret)
{
	own(diagnosis) struct diagnosis d = { 0 };
	own(url) struct url server = { 0 };
	own(copy) struct copy copy = { 0 };
	struct why why;
	int r = task_look(task, 0, task->deadline, &d, &why);
	if (r < 0) {
		task_ends(ret, OUTCOME_ERROR, "%s", why.text);
		return;
	}
	if (!task_is_current(task, &d, ret))
		return;
	own(str) char *beyond = beyond_of(d.run, d.n_run);
	if (beyond) {
		task_ends(ret, OUTCOME_IMPOSSIBLE, "%s", beyond);
		return;
	}
	r = read_server(&d, &server, &why);
	struct copy_how with = {
		.from = &d.migrate_url,
		.server = &server,
		.pg_dump = diagnosis_remedy(&d)->pg_dump,
		.deadline = task->deadline,
	};
	if (r == 0)
		r = copy_make(&with, t, &copy, &why);
	if (r < 0) {
		task_ends(ret, OUTCOME_IMPOSSIBLE, "%s", why.text);
		return;
	}
	rehearse_on(task, &d, &copy, t, ret);
	if (copy_drop(&copy, &why) < 0)
		teller_step(t, "the scratch database %s stays: %s",
			copy.url.database, why.text);
}
