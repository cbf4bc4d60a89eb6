#include "config.h"
#include "hands/jobs/recover.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "config/settings.h"
#include "hands/diagnose/catalog.h"
#include "hands/diagnose/census.h"
#include "hands/jobs/to-commit.h"
#include "hands/jobs/verify.h"
#include "hands/migrator/history.h"
#include "hands/migrator/migrator.h"
#include "hands/migrator/unit.h"
#include "hands/postgres/app-url.h"
#include "hands/postgres/session.h"
#include "hands/postgres/url.h"
#include "hands/run/attempt-log.h"
#include "hands/sql/script.h"

#define POLL_EVERY 200 /* milliseconds */

struct recovery {
	const struct recover_how *how;
	struct session *s;
	struct progress *t;
	char *name; /* the application_name that it had */
};

/* *ret_pid is NULL where nothing runs any more. *ret_idle: it waits for what
 * its client says next. */
static int
still_runs(struct recovery *v, char **ret_pid, bool *ret_idle, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	int r = session_rows(v->s,
		"SELECT pid, state LIKE 'idle%'"
		" FROM pg_catalog.pg_stat_activity"
		" WHERE application_name = $1"
		" AND pid <> pg_catalog.pg_backend_pid() LIMIT 1",
		&rows, why, v->name);
	if (r < 0)
		return r;
	free(*ret_pid);
	bool any = PQntuples(rows) > 0;
	*ret_pid = any ? xstrdup(cell(rows, 0, 0)) : NULL;
	*ret_idle = any && *cell(rows, 0, 1) == 't';
	return 0;
}

/* The process has nobody left to report to. When the server ends it, it rolls
 * back. */
static int
end_backend(struct recovery *v, const char *pid, bool idle, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	progress_step(v->t,
		idle ? "the server's process %s of this attempt is idle, and "
		       "its client is gone: ending it"
		     : "the server's process %s still runs for this attempt: "
		       "ending it",
		pid);
	return session_rows(v->s,
		"SELECT pg_catalog.pg_terminate_backend(pid)"
		" FROM pg_catalog.pg_stat_activity"
		" WHERE pid = $1::pg_catalog.int4 AND application_name = $2",
		&rows, why, pid, v->name);
}

/* A server goes on with a script whose client died, and may still commit it. So
 * recovery waits for half of its time, ends the process, and waits for that: it
 * judges nothing while anything of the attempt still runs. One that is idle
 * waits for a client that will say nothing more, and holds the migrator's lock
 * meanwhile, for as long as nobody tells the server (a container that is
 * removed takes its network with it without a word): it is ended at once. */
static int
await_end(struct recovery *v, struct why *why)
{
	usec half = clock_mono() + (v->how->deadline - clock_mono()) / 2;
	own(str) char *pid = NULL;
	own(str) char *ended = NULL;
	for (;;) {
		bool idle = false;
		int r = still_runs(v, &pid, &idle, why);
		if (r < 0 || !pid)
			return r;
		if (clock_mono() >= v->how->deadline)
			return because(why, -ETIMEDOUT,
				"the server's process %s still works for this "
				"attempt",
				pid);
		bool due = idle || clock_mono() >= half;
		if (due && (!ended || strcmp(ended, pid) != 0)) {
			r = end_backend(v, pid, idle, why);
			if (r < 0)
				return r;
			free(ended);
			ended = xstrdup(pid);
		}
		(void)poll(NULL, 0, POLL_EVERY);
	}
}

/* What the attempt's rows say together. */
struct tally {
	unsigned finished, rolled_back, open;
};

static bool
is_ours(const struct recovery *v, const struct history_row *r)
{
	return v->how->migrator->is_own_row(r, v->how->key);
}

static struct tally
count_rows(const struct recovery *v, const struct history *h)
{
	struct tally t = { 0 };
	for (size_t i = 0; i < h->n; i++) {
		const struct history_row *r = &h->rows[i];
		if (!is_ours(v, r))
			continue;
		if (r->finished)
			t.finished++;
		else if (r->rolled_back)
			t.rolled_back++;
		else
			t.open++;
	}
	return t;
}

/* Whether a script that was begun left nothing behind: it ran inside a
 * transaction, or none of what it creates is there. */
static bool
left_nothing(struct recovery *v, const struct unit *u)
{
	own(script) struct script script = { 0 };
	own(census) struct census *c = NULL;
	const struct census_catalog catalog = catalog_of(v->s);
	const struct unit_script one = { u, &script };
	if (u->problem)
		return false;
	script_parse(buf_span(&u->text), v->how->deadline, &script);
	/* Any other script may have committed a part that makes nothing. */
	if (!script_is_atomic(&script))
		return false;
	return census_take(&catalog, v->how->url->schema, &one, 1, &c, NULL) ==
		0 &&
		census_count(c, 0)->conflicts == 0;
}

static struct unit_folder *
read_folder(const struct recovery *v, const char *path)
{
	struct unit_folder *ret = NULL;
	/* Without the folder the doubt stays, and a person is asked. */
	if (path)
		(void)v->how->migrator->read_folder(path, &ret, NULL);
	return ret;
}

static bool
all_left_nothing(struct recovery *v, const struct history *h)
{
	own(unit_folder) struct unit_folder *folder =
		read_folder(v, v->how->app->migrations);
	own(unit_folder) struct unit_folder *proposals =
		read_folder(v, v->how->app->proposals);
	for (size_t i = 0; i < h->n; i++) {
		const struct history_row *r = &h->rows[i];
		if (!is_ours(v, r) || !history_row_failed(r))
			continue;
		const struct unit *u =
			folder ? unit_folder_find(folder, r->name) : NULL;
		if (!u && proposals)
			u = unit_folder_find(proposals, r->name);
		if (!u || strcmp(u->checksum, r->checksum) != 0 ||
			!left_nothing(v, u))
			return false;
	}
	return true;
}

/* An open row would block every deploy for something that never happened. */
static int
mark_rolled_back(struct recovery *v, const struct history *h, struct why *why)
{
	for (size_t i = 0; i < h->n; i++) {
		if (!is_ours(v, &h->rows[i]) ||
			!history_row_failed(&h->rows[i]))
			continue;
		int r = v->how->migrator->mark_rolled_back(v->s,
			v->how->url->schema, &h->rows[i],
			"The process that applied this migration was ended "
			"before it committed; nothing of it was left.",
			why);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Rows that are open, none of them finished: is anything of them there? */
static enum outcome
judge_open(struct recovery *v, const struct history *h, char **ret_text)
{
	struct why why;
	if (!all_left_nothing(v, h)) {
		*ret_text = xprintf(
			"a migration was begun and did not finish, and some of "
			"it may be there: the row blocks every deploy%s until "
			"it is resolved",
			v->how->migrator->describe.failed_code);
		return OUTCOME_IN_DOUBT;
	}
	if (mark_rolled_back(v, h, &why) < 0) {
		*ret_text = xprintf("nothing of it is there, but its row could "
				    "not be marked rolled back: %s",
			why.text);
		return OUTCOME_IN_DOUBT;
	}
	*ret_text = xstrdup("it had begun and committed nothing; its rows are "
			    "marked rolled back, so that no deploy is blocked");
	return OUTCOME_NOT_APPLIED;
}

/* Only rows whose id comes from the attempt's key are counted. Where they do
 * not tell, nothing is guessed: in doubt a person is asked (promise 4). */
static void
judge(struct recovery *v, const struct history *h, struct recovered *ret)
{
	struct tally t = count_rows(v, h);
	if (t.finished && !t.open && !t.rolled_back) {
		ret->outcome = OUTCOME_APPLIED;
		ret->text = xprintf("its %u migrations are recorded as applied",
			t.finished);
	} else if (t.finished) {
		ret->outcome = OUTCOME_IN_DOUBT;
		ret->text =
			xprintf("%u of its migrations are applied, %u are not",
				t.finished, t.open + t.rolled_back);
	} else if (t.open) {
		ret->outcome = judge_open(v, h, &ret->text);
	} else {
		ret->outcome = OUTCOME_NOT_APPLIED;
		ret->unbegun = !t.rolled_back;
		ret->text = xstrdup(t.rolled_back
				? "it was rolled back, and its rows say so"
				: "it left no row in the history: nothing was "
				  "begun");
	}
}

/* The unit that the attempt said it would make, where it is applied. */
static void
find_proposal(
	const struct recovery *v, const struct history *h, struct proposal *ret)
{
	char checksum[SHA256_HEX];
	own(str) char *name =
		attempt_log_proposal(v->how->store, v->how->key, checksum);
	for (size_t i = 0; name && v->how->app->proposals && i < h->n; i++)
		if (is_ours(v, &h->rows[i]) && h->rows[i].finished &&
			strcmp(h->rows[i].name, name) == 0) {
			*ret = to_commit_proposal(v->how->app, name, checksum);
			return;
		}
}

static int
read_rows(struct recovery *v, struct history **ret, struct why *why)
{
	int r = await_end(v, why);
	/* A deploy that runs now may be changing the same rows. */
	if (r == 0)
		r = v->how->migrator->lock(v->s, v->how->deadline, why);
	if (r == 0)
		r = v->how->migrator->read_history(
			v->s, v->how->url->schema, ret, why);
	return r;
}

void
recover(const struct recover_how *how, struct progress *t,
	struct recovered *ret)
{
	*ret = (struct recovered){ .outcome = OUTCOME_ERROR };
	own(session) struct session *s = NULL;
	own(history) struct history *h = NULL;
	own(str) char *name = xprintf("logmend:%s", how->key);
	struct session_how with = {
		.kind = SESSION_WORK,
		.name = "logmend recovery",
		.lock_timeout = 5 * USEC_SECOND,
		.statement_timeout = 20 * USEC_SECOND,
		.deadline = how->deadline,
	};
	struct why why;
	int r = session_open(how->url, &with, &s, &why);
	struct recovery v = { .how = how, .s = s, .t = t, .name = name };
	if (r == 0)
		r = read_rows(&v, &h, &why);
	if (r < 0) {
		ret->text = xprintf("nobody can tell yet: %s", why.text);
	} else {
		judge(&v, h, ret);
		find_proposal(&v, h, &ret->proposal);
	}
}

/* Where somebody changed the folder since, it is no longer ours. */
void
recover_withdraw(const struct job_context *task, struct progress *t)
{
	char checksum[SHA256_HEX];
	own(str) char *name = attempt_log_proposal(
		task->settings->store, task->job->key, checksum);
	const char *path = task->app->proposals;
	own(unit_folder) struct unit_folder *folder = NULL;
	struct why why;
	if (!name || !path)
		return;
	if (task->migrator->read_folder(path, &folder, &why) < 0) {
		progress_step(t, "%s/%s stays: %s", path, name, why.text);
		return;
	}
	const struct unit *u = unit_folder_find(folder, name);
	if (!u || strcmp(u->checksum, checksum) != 0)
		return;
	if (task->migrator->remove_unit(path, u, &why) == 0)
		progress_step(t, "removed %s/%s again", path, name);
	else
		progress_step(t, "%s", why.text);
}

void
recover_job(
	const struct job_context *task, struct progress *t, struct result *ret)
{
	own(url) struct url u = { 0 };
	struct why why;
	if (app_url_read_mend(task->app, &u, &why) < 0) {
		job_context_ends(ret, OUTCOME_ERROR, "%s", why.text);
		return;
	}
	struct recover_how with = {
		.app = task->app,
		.migrator = task->migrator,
		.url = &u,
		.store = task->settings->store,
		.key = task->job->key,
		.deadline = task->deadline,
	};
	struct recovered found;
	recover(&with, t, &found);
	if (found.outcome == OUTCOME_NOT_APPLIED)
		recover_withdraw(task, t);
	ret->proposal = found.proposal;
	own(str) char *next = to_commit(task->app, &ret->proposal);
	job_context_ends(ret, found.outcome,
		"the process at work ended without an answer; found "
		"afterwards: %s%s",
		found.text, next);
	ret->unbegun = found.unbegun;
	free(found.text);
	verify_production(task, ret);
}
