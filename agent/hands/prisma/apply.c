#include "config.h"
#include "hands/prisma/apply.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"

#define LOCK_WAIT (10 * USEC_SECOND)

int
prisma_lock(struct session *s, usec deadline, struct why *why)
{
	usec until = MIN(deadline, clock_mono() + LOCK_WAIT);
	for (;;) {
		own(rows) PGresult *rows = NULL;
		int r = session_ask(s,
			"SELECT pg_catalog.pg_try_advisory_lock(72707369)",
			NULL, 0, &rows, why);
		if (r < 0)
			return r;
		if (*cell(rows, 0, 0) == 't')
			return 0;
		if (clock_mono() >= until)
			return because(why, -EBUSY,
				"somebody else holds Prisma's migration lock");
		(void)poll(NULL, 0, 250);
	}
}

void
prisma_row_id(const char *key, const char *name, char ret[KEY_TEXT])
{
	struct sha256 *h = sha256_new();
	char hex[SHA256_HEX];
	sha256_field(h, SPAN("logmend row"));
	sha256_field(h, span_of(key));
	sha256_field(h, span_of(name));
	sha256_end(h, hex);
	/* RFC 9562, version 8: bits of the maker's own. */
	hex[12] = '8';
	hex[16] = "89ab"[hex[16] & 3];
	snprintf(ret, KEY_TEXT, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8,
		hex + 12, hex + 16, hex + 20);
}

/* Prisma's own definition of its table. */
static int
make_history(struct session *s, const char *schema, struct why *why)
{
	own(str) char *quoted = session_quote(s, schema);
	own(str) char *sql = xprintf("CREATE TABLE %s._prisma_migrations ("
				     "id VARCHAR(36) PRIMARY KEY NOT NULL, "
				     "checksum VARCHAR(64) NOT NULL, "
				     "finished_at TIMESTAMPTZ, "
				     "migration_name VARCHAR(255) NOT NULL, "
				     "logs TEXT, rolled_back_at TIMESTAMPTZ, "
				     "started_at TIMESTAMPTZ NOT NULL "
				     "DEFAULT now(), applied_steps_count "
				     "INTEGER NOT NULL DEFAULT 0)",
		quoted);
	return session_do(s, sql, why);
}

/* A statement on the history's rows, with the schema's quoted name put in. */
static int
change_row(struct session *s, const char *schema, const char *const parts[2],
	const char *const *params, size_t n, struct why *why)
{
	own(str) char *quoted = session_quote(s, schema);
	own(str) char *sql = xprintf(
		"%s %s._prisma_migrations %s", parts[0], quoted, parts[1]);
	own(rows) PGresult *rows = NULL;
	int r = session_ask(s, sql, params, n, &rows, why);
	if (r < 0)
		return r;
	if (strcmp(PQcmdTuples(rows), "1") != 0)
		return because(why, -ENOENT,
			"the migration's row in _prisma_migrations is gone");
	return 0;
}

static int
start_row(struct session *s, const struct prisma_run *run,
	const struct migration *m, size_t index, struct why *why)
{
	char id[KEY_TEXT];
	prisma_row_id(run->key, m->name, id);
	/* Prisma orders rows by their start, so no two may begin at once. */
	own(str) char *later = xprintf("%zu ms", index);
	const char *const params[] = { id, m->checksum, m->name, later };
	return change_row(s, run->schema,
		(const char *const[]){ "INSERT INTO",
			"(id, checksum, started_at, migration_name) VALUES "
			"($1, $2, pg_catalog.clock_timestamp() + "
			"$4::pg_catalog.interval, $3)" },
		params, ELEMENTS(params), why);
}

/* Prisma does this with two statements; the row is the same. */
static int
finish_row(struct session *s, const struct prisma_run *run,
	const struct migration *m, struct why *why)
{
	char id[KEY_TEXT];
	prisma_row_id(run->key, m->name, id);
	const char *const params[] = { id };
	int r = change_row(s, run->schema,
		(const char *const[]){ "UPDATE",
			"SET applied_steps_count = applied_steps_count + 1 "
			"WHERE id = $1" },
		params, 1, why);
	if (r < 0)
		return r;
	return change_row(s, run->schema,
		(const char *const[]){ "UPDATE",
			"SET finished_at = pg_catalog.clock_timestamp() "
			"WHERE id = $1" },
		params, 1, why);
}

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

/* Writes the log; where everything was rolled back for sure, the row says so
 * too, or it would block every later deploy with P3009 for nothing. */
static int
fail_row(struct session *s, const struct prisma_run *run,
	const struct migration *m, const char *log, bool undone,
	struct why *why)
{
	char id[KEY_TEXT];
	prisma_row_id(run->key, m->name, id);
	const char *const params[] = { id, log };
	return change_row(s, run->schema,
		(const char *const[]){ "UPDATE",
			undone ? "SET logs = $2, rolled_back_at = "
				 "pg_catalog.clock_timestamp() WHERE id = $1"
			       : "SET logs = $2 WHERE id = $1" },
		params, 2, why);
}

static int
commit(struct session *s, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	int r = session_ask(s, "COMMIT", NULL, 0, &rows, why);
	if (r < 0)
		return r;
	if (strcmp(PQcmdStatus(rows), "COMMIT") != 0)
		return because(why, -ECANCELED,
			"the server rolled back instead of committing");
	return 0;
}

/* All scripts and the end of their rows in one transaction. `failed` tells
 * which of them it was. */
static int
run_together(struct session *s, const struct prisma_run *run,
	struct progress *t, size_t *failed, struct why *why)
{
	int r = session_do(s, "BEGIN", why);
	for (size_t i = 0; i < run->n && r == 0; i++) {
		struct migration *m = run->list[i];
		*failed = i;
		progress_step(t, "applying %s%s", m->name, run->place);
		r = session_script(s, buf_str(&m->text), why);
		if (r == 0)
			r = finish_row(s, run, m, why);
	}
	return r == 0 ? commit(s, why) : r;
}

static enum prisma_end
undo_together(struct session *s, const struct prisma_run *run, size_t failed,
	struct progress *t, struct why *why)
{
	own(str) char *log =
		render_log(run->list[failed]->name, session_state(s),
			*session_error(s) ? session_error(s) : why->text);
	struct why inner;
	if (session_do(s, "ROLLBACK", &inner) < 0)
		return PRISMA_LOST;
	progress_step(t, "rolled back: %s", why->text);
	for (size_t i = 0; i < run->n; i++) {
		const char *text = i == failed
			? log
			: "not run: another migration of the same transaction "
			  "failed";
		if (fail_row(s, run, run->list[i], text, true, &inner) < 0)
			return PRISMA_LOST;
	}
	return PRISMA_ROLLED_BACK;
}

static enum prisma_end
apply_together(struct session *s, const struct prisma_run *run,
	struct progress *t, struct why *why)
{
	size_t failed = 0;
	int r = session_do(s, "BEGIN", why);
	for (size_t i = 0; i < run->n && r == 0; i++)
		r = start_row(s, run, run->list[i], i, why);
	if (r == 0)
		r = commit(s, why);
	if (r < 0 && session_lost(s))
		return PRISMA_LOST;
	if (r < 0) {
		/* No row was left behind. */
		(void)session_do(s, "ROLLBACK", NULL);
		return session_lost(s) ? PRISMA_LOST : PRISMA_ROLLED_BACK;
	}
	r = run_together(s, run, t, &failed, why);
	if (r == 0)
		return PRISMA_APPLIED;
	return session_lost(s) ? PRISMA_LOST
			       : undo_together(s, run, failed, t, why);
}

/* As Prisma does it: a script a message, which may hold transactions of its
 * own, so that a failure may leave anything behind. */
static enum prisma_end
apply_one(struct session *s, const struct prisma_run *run, size_t i,
	struct progress *t, struct why *why)
{
	struct migration *m = run->list[i];
	struct why inner;
	int r = start_row(s, run, m, 0, why);
	if (r < 0)
		return session_lost(s) ? PRISMA_LOST
			: i == 0       ? PRISMA_ROLLED_BACK
				       : PRISMA_PARTLY;
	progress_step(t, "applying %s%s", m->name, run->place);
	r = session_script(s, buf_str(&m->text), why);
	if (r < 0 && session_lost(s))
		return PRISMA_LOST;
	if (r < 0) {
		own(str) char *log =
			render_log(m->name, session_state(s), session_error(s));
		/* An aborted transaction of the script's own would swallow the
		 * log (prisma/prisma#15295). */
		(void)session_do(s, "ROLLBACK", NULL);
		if (fail_row(s, run, m, log, false, &inner) < 0)
			progress_step(
				t, "its log was not written: %s", inner.text);
		return PRISMA_PARTLY;
	}
	if (finish_row(s, run, m, why) < 0)
		return session_lost(s) ? PRISMA_LOST : PRISMA_PARTLY;
	return PRISMA_APPLIED;
}

enum prisma_end
prisma_apply(struct session *s, const struct prisma_run *run,
	struct progress *t, struct why *why)
{
	if (run->makes_history) {
		progress_step(t, "creating _prisma_migrations%s", run->place);
		int r = make_history(s, run->schema, why);
		if (r < 0)
			return session_lost(s) ? PRISMA_LOST
					       : PRISMA_ROLLED_BACK;
	}
	if (run->atomic)
		return apply_together(s, run, t, why);
	for (size_t i = 0; i < run->n; i++) {
		enum prisma_end end = apply_one(s, run, i, t, why);
		if (end != PRISMA_APPLIED)
			return end;
	}
	return PRISMA_APPLIED;
}
