#include "config.h"
#include "hands/prisma/apply.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "hands/migrator/unit.h"
#include "hands/postgres/lock-holders.h"
#include "hands/postgres/session.h"
#include "hands/prisma/history-table.h"
#include "hands/prisma/row-id.h"
#include "hands/run/progress.h"
#include "hands/run/stop.h"
#include "hands/sql/script.h"

#define PAUSE_FIRST (200 * USEC_SECOND / 1000)
#define PAUSE_MOST (5 * USEC_SECOND)

/* The text that Prisma's engine writes for a failed migration. */
static char *
render_log(const char *name, const char *state, const char *error)
{
	return xprintf("A migration failed to apply. New migrations cannot be "
		       "applied before the error is recovered from. Read more "
		       "about how to resolve migration issues in a production "
		       "database: https://pris.ly/d/migrate-resolve\n\n"
		       "Migration name: %s\n\nDatabase error code: %s\n\n"
		       "Database error:\n%s\n",
		name, state, error);
}

/* The row that this run writes for the unit. */
struct row_id {
	char text[KEY_TEXT];
};

static struct row_id
row_of(const struct migrator_run *run, size_t i)
{
	struct row_id id;
	prisma_row_id(run->key, run->list[i].unit->name, id.text);
	return id;
}

static int
start_row(struct session *s, const struct migrator_run *run, size_t i,
	size_t later, struct why *why)
{
	return history_table_start(s, run->schema, row_of(run, i).text,
		run->list[i].unit, later, why);
}

static int
finish_row(struct session *s, const struct migrator_run *run, size_t i,
	struct why *why)
{
	return history_table_finish(s, run->schema, row_of(run, i).text, why);
}

static int
fail_row(struct session *s, const struct migrator_run *run, size_t i,
	const char *log, bool undone, struct why *why)
{
	return history_table_fail(
		s, run->schema, row_of(run, i).text, log, undone, why);
}

/* What stop_asked() ends a run with; nothing else here gives it. */
#define STOPPED (-EINTR)

static int
go_on(const struct migrator_run *run, struct why *why)
{
	return stop_asked(run->stop, why) ? STOPPED : 0;
}

/* COMMIT in a transaction that failed is no error to the server: it answers
 * ROLLBACK, which only the command tag tells. */
static int
commit(struct session *s, const struct migrator_run *run, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	int r = go_on(run, why);
	if (r == 0)
		r = session_ask(s, "COMMIT", NULL, 0, &rows, why);
	if (r < 0)
		return r;
	if (strcmp(PQcmdStatus(rows), "COMMIT") != 0)
		return because(why, -ECANCELED,
			"the server rolled back instead of committing");
	return 0;
}

/* A script as one message. Whatever it makes of the time-outs and of
 * search_path, each of its statements finds ours (promise 4). */
static int
run_script(struct session *s, const struct unit_script *u, struct why *why)
{
	const char *settings = session_settings_sql(s);
	own(str) char *text =
		script_with(buf_span(&u->unit->text), u->script, settings);
	int r = session_script(s, settings, why);
	return r < 0 ? r : session_script(s, text, why);
}

/* All scripts and the end of their rows in one transaction. `failed` tells
 * which of them it was. */
static int
run_together(struct session *s, const struct migrator_run *run,
	struct progress *t, size_t *failed, struct why *why)
{
	int r = session_do(s, "BEGIN", why);
	for (size_t i = 0; i < run->n && r == 0; i++) {
		const struct unit *u = run->list[i].unit;
		*failed = i;
		r = go_on(run, why);
		if (r < 0)
			break;
		progress_step(t, "applying %s%s", u->name, run->place);
		r = run_script(s, &run->list[i], why);
		if (r == 0)
			r = finish_row(s, run, i, why);
	}
	return r == 0 ? commit(s, run, why) : r;
}

/* Who waits for a lock stands in the way of all that come behind, so a try is
 * as short as `lock-timeout`; from one to the next the pause doubles, and a
 * random part keeps it from meeting the same work of the application again and
 * again.
 */
static usec
pause_after(unsigned tries)
{
	unsigned char random = 0;
	(void)!getrandom(&random, sizeof(random), 0);
	usec most = MIN(PAUSE_FIRST << MIN(tries, 10u), PAUSE_MOST);
	return most / 2 + most / 2 * random / 255;
}

/* Whether the transaction, which ended with `r`, may be tried again: the server
 * refused it for want of a lock, and there is time. Then it was rolled back,
 * and the pause is over. */
static bool
wait_for_lock(struct session *s, const struct migrator_run *run, int r,
	struct progress *t, unsigned tries, char **holders)
{
	usec pause = pause_after(tries);
	if (r != -EBADMSG || strcmp(session_state(s), "55P03") != 0 ||
		clock_mono() + pause >= run->retry_until ||
		session_do(s, "ROLLBACK", NULL) < 0)
		return false;
	own(str) char *tables =
		unit_tables(run->list, run->n, run->schema, NULL);
	free(*holders);
	*holders = lock_holders(s, tables);
	progress_step(t, "a lock is held: %s; tried again in %llu ms",
		*holders ? *holders : "by whom is not seen any more",
		(unsigned long long)pause / 1000);
	(void)poll(NULL, 0, (int)(pause / 1000));
	return true;
}

static int
run_with_patience(struct session *s, const struct migrator_run *run,
	struct progress *t, size_t *failed, struct why *why)
{
	own(str) char *holders = NULL;
	int r = run_together(s, run, t, failed, why);
	for (unsigned tries = 0; r < 0 && r != STOPPED && !session_lost(s) &&
		wait_for_lock(s, run, r, t, tries, &holders);
		tries++)
		r = run_together(s, run, t, failed, why);
	if (r < 0 && holders && strcmp(session_state(s), "55P03") == 0) {
		own(str) char *text = xstrdup(why->text);
		(void)because(why, r, "%s: %s", text, holders);
	}
	return r;
}

static enum migrator_end
undo_together(struct session *s, const struct migrator_run *run, size_t failed,
	struct progress *t, struct why *why)
{
	own(str) char *log =
		render_log(run->list[failed].unit->name, session_state(s),
			*session_error(s) ? session_error(s) : why->text);
	struct why inner;
	if (session_do(s, "ROLLBACK", &inner) < 0)
		return MIGRATOR_LOST;
	progress_step(t, "rolled back: %s", why->text);
	for (size_t i = 0; i < run->n; i++) {
		const char *text = i == failed
			? log
			: "not run: another migration of the same transaction "
			  "failed";
		if (fail_row(s, run, i, text, true, &inner) < 0)
			return MIGRATOR_LOST;
	}
	return MIGRATOR_ROLLED_BACK;
}

/* Nothing failed, so no row is to say so: they are taken back. A role that may
 * not delete them marks them as rolled back, which blocks no deploy either. */
static enum migrator_end
take_rows_back(struct session *s, const struct migrator_run *run,
	struct progress *t, const struct why *why)
{
	struct why inner;
	if (session_do(s, "ROLLBACK", &inner) < 0)
		return MIGRATOR_LOST;
	progress_step(t, "rolled back: %s", why->text);
	for (size_t i = 0; i < run->n; i++) {
		if (history_table_forget(
			    s, run->schema, row_of(run, i).text, &inner) == 0)
			continue;
		if (session_lost(s) ||
			fail_row(s, run, i, "not run: it was held back", true,
				&inner) < 0)
			return MIGRATOR_LOST;
	}
	return MIGRATOR_STOPPED;
}

static enum migrator_end
leave_rows_out(struct session *s, bool stopped)
{
	/* No row was left behind. */
	(void)session_do(s, "ROLLBACK", NULL);
	return session_lost(s) ? MIGRATOR_LOST
		: stopped      ? MIGRATOR_STOPPED
			       : MIGRATOR_ROLLED_BACK;
}

static enum migrator_end
apply_together(struct session *s, const struct migrator_run *run,
	struct progress *t, struct why *why)
{
	size_t failed = 0;
	int r = session_do(s, "BEGIN", why);
	for (size_t i = 0; i < run->n && r == 0; i++)
		r = start_row(s, run, i, i, why);
	if (r == 0)
		r = commit(s, run, why);
	if (r < 0 && session_lost(s))
		return MIGRATOR_LOST;
	if (r < 0)
		return leave_rows_out(s, r == STOPPED);
	r = run_with_patience(s, run, t, &failed, why);
	if (r == 0)
		return MIGRATOR_APPLIED;
	if (session_lost(s))
		return MIGRATOR_LOST;
	return r == STOPPED ? take_rows_back(s, run, t, why)
			    : undo_together(s, run, failed, t, why);
}

/* The server rolls a message back as a whole unless it has transactions of its
 * own, so of most scripts nothing is left, and their rows need block nobody. */
static enum migrator_end
end_failed(struct session *s, const struct migrator_run *run, size_t i,
	struct progress *t, struct why *why)
{
	const struct unit_script *u = &run->list[i];
	bool undone = script_is_atomic(u->script);
	struct why inner;
	own(str) char *log =
		render_log(u->unit->name, session_state(s), session_error(s));
	/* An aborted transaction of the script's own would swallow the log
	 * (prisma/prisma#15295). */
	(void)session_do(s, "ROLLBACK", NULL);
	int r = fail_row(s, run, i, log, undone, &inner);
	if (r < 0)
		progress_step(t, "its log was not written: %s", inner.text);
	if (r < 0 || !undone)
		return MIGRATOR_PARTLY;
	if (i == 0)
		return MIGRATOR_ROLLED_BACK;
	own(str) char *text = xstrdup(why->text);
	(void)because(why, 0, "%s; those before it are applied", text);
	return MIGRATOR_FAILED;
}

/* As Prisma does it: a script a message, which may hold transactions of its
 * own, so that a failure may leave anything behind. */
static enum migrator_end
apply_one(struct session *s, const struct migrator_run *run, size_t i,
	struct progress *t, struct why *why)
{
	const struct unit *u = run->list[i].unit;
	int r = go_on(run, why);
	if (r < 0)
		return i == 0 ? MIGRATOR_STOPPED : MIGRATOR_CUT;
	r = start_row(s, run, i, 0, why);
	if (r < 0)
		return session_lost(s) ? MIGRATOR_LOST
			: i == 0       ? MIGRATOR_ROLLED_BACK
				       : MIGRATOR_PARTLY;
	progress_step(t, "applying %s%s", u->name, run->place);
	r = run_script(s, &run->list[i], why);
	if (r < 0 && session_lost(s))
		return MIGRATOR_LOST;
	if (r < 0)
		return end_failed(s, run, i, t, why);
	if (finish_row(s, run, i, why) < 0)
		return session_lost(s) ? MIGRATOR_LOST : MIGRATOR_PARTLY;
	return MIGRATOR_APPLIED;
}

static enum migrator_end
apply_all(struct session *s, const struct migrator_run *run, struct progress *t,
	struct why *why)
{
	if (run->atomic)
		return apply_together(s, run, t, why);
	for (size_t i = 0; i < run->n; i++) {
		enum migrator_end end = apply_one(s, run, i, t, why);
		if (end != MIGRATOR_APPLIED)
			return end;
	}
	return MIGRATOR_APPLIED;
}

/* The history's table is made outside the transaction, as Prisma makes it. */
enum migrator_end
prisma_apply(struct session *s, const struct migrator_run *run,
	struct progress *t, struct why *why)
{
	struct why inner;
	if (go_on(run, why) < 0)
		return MIGRATOR_STOPPED;
	if (run->makes_history) {
		progress_step(t, "creating " HISTORY_TABLE "%s", run->place);
		int r = history_table_make(s, run->schema, why);
		if (r < 0)
			return session_lost(s) ? MIGRATOR_LOST
					       : MIGRATOR_ROLLED_BACK;
	}
	enum migrator_end end = apply_all(s, run, t, why);
	if (end == MIGRATOR_STOPPED && run->makes_history &&
		history_table_unmake(s, run->schema, &inner) < 0)
		progress_step(t, HISTORY_TABLE " stays: %s", inner.text);
	return end;
}
