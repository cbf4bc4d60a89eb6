#include "config.h"
#include "hands/prisma/history-table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Prisma counts ordinary tables only, and not those of PostGIS. */
static const char find_table[] =
	"SELECT EXISTS (SELECT FROM pg_catalog.pg_class c"
	"  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
	"  WHERE n.nspname = $1 AND c.relname = '" HISTORY_TABLE "'"
	"  AND c.relkind = 'r'),"
	" EXISTS (SELECT FROM pg_catalog.pg_class c"
	"  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
	"  WHERE n.nspname = $1 AND c.relkind = 'r' AND c.relname NOT IN"
	"  ('" HISTORY_TABLE "', 'spatial_ref_sys')),"
	" (SELECT min(n.nspname) FROM pg_catalog.pg_class c"
	"  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
	"  WHERE n.nspname <> $1 AND n.nspname NOT LIKE 'pg\\_%'"
	"  AND c.relname = '" HISTORY_TABLE "' AND c.relkind = 'r')";

#define COLUMNS                                             \
	"id, checksum, finished_at, migration_name, logs, " \
	"rolled_back_at, started_at, applied_steps_count"
#define N_COLUMNS 8

/* A statement around the table's name, which the schema makes whole. */
struct table_sql {
	const char *before, *behind;
};

static const struct table_sql
	/* Prisma's own definition. */
	create = { "CREATE TABLE",
		"(id VARCHAR(36) PRIMARY KEY NOT NULL, "
		"checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, "
		"migration_name VARCHAR(255) NOT NULL, logs TEXT, "
		"rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL "
		"DEFAULT now(), applied_steps_count INTEGER NOT NULL "
		"DEFAULT 0)" },
	/* left(): a log is shown, not kept whole. One row more than is taken
	 * tells that there are too many. */
	select_rows = { "SELECT id, checksum, migration_name, "
			"left(logs, 20000), to_char(started_at AT TIME ZONE "
			"'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), finished_at "
			"IS NOT NULL, rolled_back_at IS NOT NULL FROM",
		"ORDER BY started_at, id LIMIT 5001" },
	select_all = { "SELECT " COLUMNS " FROM", "LIMIT 5000" },
	insert_all = { "INSERT INTO",
		"(" COLUMNS ") VALUES ($1, $2, $3::pg_catalog.timestamptz, $4, "
		"$5, $6::pg_catalog.timestamptz, $7::pg_catalog.timestamptz, "
		"$8::pg_catalog.int4)" },
	start = { "INSERT INTO",
		"(id, checksum, started_at, migration_name) VALUES ($1, $2, "
		"pg_catalog.clock_timestamp() + $4::pg_catalog.interval, $3)" },
	/* Prisma counts and finishes with two statements, too. */
	count_step = { "UPDATE",
		"SET applied_steps_count = applied_steps_count + 1 "
		"WHERE id = $1" },
	finish = { "UPDATE",
		"SET finished_at = pg_catalog.clock_timestamp() "
		"WHERE id = $1" },
	fail = { "UPDATE",
		"SET logs = $2, rolled_back_at = CASE WHEN "
		"$3::pg_catalog.bool THEN pg_catalog.clock_timestamp() END "
		"WHERE id = $1 AND finished_at IS NULL" },
	forget = { "DELETE FROM",
		"WHERE id = $1 AND finished_at IS NULL AND rolled_back_at IS "
		"NULL" },
	lock = { "LOCK TABLE", "IN ACCESS EXCLUSIVE MODE NOWAIT" },
	any_row = { "SELECT id FROM", "LIMIT 1" },
	unmake = { "DROP TABLE", "" };

static int
ask_table(struct session *s, const char *schema, const struct table_sql *sql,
	const char *const *params, size_t n, PGresult **ret, struct why *why)
{
	own(str) char *quoted = session_quote(s, schema);
	own(str) char *text = xprintf(
		"%s %s." HISTORY_TABLE " %s", sql->before, quoted, sql->behind);
	return session_ask(s, text, params, n, ret, why);
}

/* A change that is to meet one row, no less. */
static int
change_row(struct session *s, const char *schema, const struct table_sql *sql,
	const char *const *params, size_t n, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	int r = ask_table(s, schema, sql, params, n, &rows, why);
	if (r < 0)
		return r;
	if (strcmp(PQcmdTuples(rows), "1") != 0)
		return because(why, -ENOENT,
			"the migration's row in " HISTORY_TABLE " is gone");
	return 0;
}

static bool
is_true(const PGresult *rows, int row, int column)
{
	return strcmp(cell(rows, row, column), "t") == 0;
}

static struct history_row
row_of(const PGresult *rows, int i)
{
	return (struct history_row){
		.id = xstrdup(cell(rows, i, 0)),
		.checksum = xstrdup(cell(rows, i, 1)),
		.name = xstrdup(cell(rows, i, 2)),
		.logs = PQgetisnull(rows, i, 3) ? NULL
						: xstrdup(cell(rows, i, 3)),
		.started = xstrdup(cell(rows, i, 4)),
		.finished = is_true(rows, i, 5),
		.rolled_back = is_true(rows, i, 6),
	};
}

static int
read_rows(struct session *s, const char *schema, struct history *h,
	struct why *why)
{
	own(rows) PGresult *rows = NULL;
	struct why inner;
	int r = ask_table(s, schema, &select_rows, NULL, 0, &rows, &inner);
	if (r < 0)
		return because(why,
			strcmp(session_state(s), "42501") == 0 ? -EACCES : r,
			HISTORY_TABLE " cannot be read: %s", inner.text);
	size_t n = (size_t)PQntuples(rows);
	if (n > HISTORY_TABLE_ROWS)
		return because(why, -E2BIG,
			HISTORY_TABLE " has more than %d rows",
			HISTORY_TABLE_ROWS);
	h->rows = xcalloc(n, sizeof(*h->rows));
	for (; h->n < n; h->n++)
		h->rows[h->n] = row_of(rows, (int)h->n);
	return 0;
}

int
history_table_read(struct session *s, const char *schema, struct history **ret,
	struct why *why)
{
	own(history) struct history *h = xcalloc(1, sizeof(*h));
	own(rows) PGresult *found = NULL;
	int r = session_rows(s, find_table, &found, why, schema);
	if (r < 0)
		return r;
	h->exists = is_true(found, 0, 0);
	h->other_tables = is_true(found, 0, 1);
	if (h->exists)
		r = read_rows(s, schema, h, why);
	else if (!PQgetisnull(found, 0, 2))
		h->elsewhere = xstrdup(cell(found, 0, 2));
	if (r == 0)
		*ret = take(h);
	return r;
}

int
history_table_make(struct session *s, const char *schema, struct why *why)
{
	own(rows) PGresult *none = NULL;
	return ask_table(s, schema, &create, NULL, 0, &none, why);
}

/* The rows pass through this process: only values cross, and no text that the
 * other server would run. */
int
history_table_copy(struct session *from, struct session *to, const char *schema,
	struct why *why)
{
	own(rows) PGresult *there = NULL;
	own(rows) PGresult *rows = NULL;
	int r = session_rows(from, find_table, &there, why, schema);
	if (r < 0 || !is_true(there, 0, 0))
		return r;
	r = ask_table(from, schema, &select_all, NULL, 0, &rows, why);
	for (int i = 0; r == 0 && i < PQntuples(rows); i++) {
		const char *values[N_COLUMNS];
		for (int k = 0; k < N_COLUMNS; k++)
			values[k] = PQgetisnull(rows, i, k) ? NULL
							    : cell(rows, i, k);
		r = change_row(to, schema, &insert_all, values, N_COLUMNS, why);
	}
	return r;
}

int
history_table_start(struct session *s, const char *schema, const char *id,
	const struct unit *u, size_t index, struct why *why)
{
	own(str) char *later = xprintf("%zu ms", index);
	const char *const params[] = { id, u->checksum, u->name, later };
	return change_row(s, schema, &start, params, ELEMENTS(params), why);
}

int
history_table_finish(
	struct session *s, const char *schema, const char *id, struct why *why)
{
	const char *const params[] = { id };
	int r = change_row(s, schema, &count_step, params, 1, why);
	return r < 0 ? r : change_row(s, schema, &finish, params, 1, why);
}

int
history_table_fail(struct session *s, const char *schema, const char *id,
	const char *log, bool undone, struct why *why)
{
	const char *const params[] = { id, log, undone ? "t" : "f" };
	return change_row(s, schema, &fail, params, ELEMENTS(params), why);
}

int
history_table_forget(
	struct session *s, const char *schema, const char *id, struct why *why)
{
	const char *const params[] = { id };
	return change_row(s, schema, &forget, params, ELEMENTS(params), why);
}

static int
ask_nothing(struct session *s, const char *schema, const struct table_sql *sql,
	struct why *why)
{
	own(rows) PGresult *none = NULL;
	return ask_table(s, schema, sql, NULL, 0, &none, why);
}

/* Nobody can add a row between the look and the DROP: the table is locked. */
int
history_table_unmake(struct session *s, const char *schema, struct why *why)
{
	own(rows) PGresult *row = NULL;
	int r = session_do(s, "BEGIN", why);
	if (r == 0)
		r = ask_nothing(s, schema, &lock, why);
	if (r == 0)
		r = ask_table(s, schema, &any_row, NULL, 0, &row, why);
	if (r == 0 && PQntuples(row) > 0)
		r = because(why, -EEXIST, HISTORY_TABLE " has rows");
	if (r == 0)
		r = ask_nothing(s, schema, &unmake, why);
	if (r == 0)
		r = session_do(s, "COMMIT", why);
	if (r < 0)
		(void)session_do(s, "ROLLBACK", NULL);
	return r;
}
