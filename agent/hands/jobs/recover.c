#include "config.h"
#include "hands/jobs/recover.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "config/settings.h"
#include "hands/diagnose/census.h"
#include "hands/jobs/verify.h"
#include "hands/postgres/session.h"
#include "hands/postgres/url.h"
#include "hands/prisma/apply.h"
#include "hands/prisma/history.h"
#include "hands/prisma/migrations.h"
#include "hands/prisma/new-migration.h"
#include "hands/run/attempt-log.h"
#include "hands/sql/script.h"

#define POLL_EVERY 200 /* milliseconds */

struct recovery {
	const struct recover_how *how;
	struct session *s;
	struct progress *t;
	char *name; /* the application_name that it had */
};

static int
still_runs(struct recovery *v, char **ret_pid, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	int r = session_rows(v->s,
		"SELECT pid FROM pg_catalog.pg_stat_activity"
		" WHERE application_name = $1"
		" AND pid <> pg_catalog.pg_backend_pid() LIMIT 1",
		&rows, why, v->name);
	if (r < 0)
		return r;
	free(*ret_pid);
	*ret_pid = PQntuples(rows) ? xstrdup(cell(rows, 0, 0)) : NULL;
	return 0;
}

/* It has nobody left to report to; ended by the server, it rolls back. */
static int
end_backend(struct recovery *v, const char *pid, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	progress_step(v->t,
		"the server's process %s still runs for this attempt: ending "
		"it",
		pid);
	return session_rows(v->s,
		"SELECT pg_catalog.pg_terminate_backend(pid)"
		" FROM pg_catalog.pg_stat_activity"
		" WHERE pid = $1::pg_catalog.int4 AND application_name = $2",
		&rows, why, pid, v->name);
}

static int
await_end(struct recovery *v, struct why *why)
{
	usec half = clock_mono() + (v->how->deadline - clock_mono()) / 2;
	bool ended = false;
	own(str) char *pid = NULL;
	for (;;) {
		int r = still_runs(v, &pid, why);
		if (r < 0 || !pid)
			return r;
		if (clock_mono() >= v->how->deadline)
			return because(why, -ETIMEDOUT,
				"the server's process %s still works for this "
				"attempt",
				pid);
		if (!ended && clock_mono() >= half) {
			r = end_backend(v, pid, why);
			if (r < 0)
				return r;
			ended = true;
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
	char id[KEY_TEXT];
	prisma_row_id(v->how->key, r->name, id);
	return strcmp(id, r->id) == 0;
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
left_nothing(struct recovery *v, const struct migration *m)
{
	if (m->problem)
		return false;
	struct migration copy = { .name = m->name, .text = m->text };
	script_parse(buf_span(&m->text), v->how->deadline, &copy.script);
	bool clean = copy.script.known && script_is_atomic(&copy.script);
	struct migration *list[] = { &copy };
	if (copy.script.known && clean)
		clean = census_take(v->s, v->how->url->schema, list, 1, NULL) ==
				0 &&
			copy.conflicts == 0;
	script_free(&copy.script);
	free(copy.conflict);
	return clean;
}

static bool
all_left_nothing(struct recovery *v, const struct history *h)
{
	own(migrations) struct migrations *folder = NULL;
	own(migrations) struct migrations *proposals = NULL;
	/* What is not readable leaves the doubt that there is. */
	if (v->how->app->migrations)
		(void)migrations_read(v->how->app->migrations, &folder, NULL);
	if (v->how->app->proposals)
		(void)migrations_read(v->how->app->proposals, &proposals, NULL);
	for (size_t i = 0; i < h->n; i++) {
		const struct history_row *r = &h->rows[i];
		if (!is_ours(v, r) || !history_row_failed(r))
			continue;
		const struct migration *m =
			folder ? migrations_find(folder, r->name) : NULL;
		if (!m && proposals)
			m = migrations_find(proposals, r->name);
		if (!m || strcmp(m->checksum, r->checksum) != 0 ||
			!left_nothing(v, m))
			return false;
	}
	return true;
}

static int
mark_rolled_back(struct recovery *v, const struct history *h, struct why *why)
{
	own(str) char *schema = session_quote(v->s, v->how->url->schema);
	own(str) char *sql = xprintf("UPDATE %s._prisma_migrations SET "
				     "rolled_back_at = "
				     "pg_catalog.clock_timestamp(), logs = $2 "
				     "WHERE id = $1 AND finished_at IS NULL",
		schema);
	for (size_t i = 0; i < h->n; i++) {
		if (!is_ours(v, &h->rows[i]) ||
			!history_row_failed(&h->rows[i]))
			continue;
		own(rows) PGresult *rows = NULL;
		int r = session_rows(v->s, sql, &rows, why, h->rows[i].id,
			"The process that applied this migration was ended "
			"before it committed; nothing of it was left.");
		if (r < 0)
			return r;
	}
	return 0;
}

static enum outcome
judge(struct recovery *v, const struct history *h, char **ret_text)
{
	struct tally t = count_rows(v, h);
	struct why why;
	if (t.finished && !t.open && !t.rolled_back) {
		*ret_text = xprintf("its %u migrations are recorded as applied",
			t.finished);
		return OUTCOME_APPLIED;
	}
	if (t.finished) {
		*ret_text =
			xprintf("%u of its migrations are applied, %u are not",
				t.finished, t.open + t.rolled_back);
		return OUTCOME_IN_DOUBT;
	}
	if (!t.open) {
		*ret_text = xstrdup(t.rolled_back
				? "it was rolled back, and its rows say so"
				: "it left no row in the history: nothing was "
				  "begun");
		return OUTCOME_NOT_APPLIED;
	}
	if (!all_left_nothing(v, h)) {
		*ret_text = xstrdup(
			"a migration was begun and did not finish, "
			"and some of it may be there: the row "
			"blocks every deploy (P3009) until it is resolved");
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

static int
read_rows(struct recovery *v, struct history **ret, struct why *why)
{
	int r = await_end(v, why);
	/* A deploy that runs now may be changing the same rows. */
	if (r == 0)
		r = prisma_lock(v->s, v->how->deadline, why);
	if (r == 0)
		r = history_read(v->s, v->how->url->schema, ret, why);
	return r;
}

enum outcome
recover(const struct recover_how *how, struct progress *t, char **ret_text)
{
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
		*ret_text = xprintf("nobody can tell yet: %s", why.text);
		return OUTCOME_ERROR;
	}
	return judge(&v, h, ret_text);
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

void
recover_job(
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
