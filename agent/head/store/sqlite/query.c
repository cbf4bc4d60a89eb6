#include "config.h"
#include "head/store/sqlite/query.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "head/store/sqlite/db-inside.h"

#define QUERIES 96

struct query {
	struct db *db;
	const char *sql;
	sqlite3_stmt *stmt;
	int failed; /* SQLite's code of a prepare or bind that failed */
};

struct queries {
	struct db *db;
	struct query list[QUERIES];
	size_t n;
};

struct queries *
queries_new(struct db *db)
{
	struct queries *all = xcalloc(1, sizeof(*all));
	all->db = db;
	return all;
}

void
queries_free(struct queries *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < all->n; i++)
		sqlite3_finalize(all->list[i].stmt);
	free(all);
}

/* A statement is found by the address of its text, which is a constant of the
 * program: comparing the texts would cost more than the statement. */
struct query *
query_of(struct queries *all, const char *sql)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].sql == sql) {
			query_end(&all->list[i]);
			return &all->list[i];
		}
	assert(all->n < QUERIES);
	struct query *q = &all->list[all->n++];
	*q = (struct query){ .db = all->db, .sql = sql };
	q->failed = sqlite3_prepare_v3(all->db->sqlite, sql, -1,
		SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL);
	if (q->failed != SQLITE_OK)
		all->n--; /* the place serves the next one */
	return q;
}

/* Callers bind without checking; the first failure is told by the step. */
static void
note(struct query *q, int code)
{
	if (q->failed == SQLITE_OK)
		q->failed = code;
}

void
query_u64(struct query *q, int at, uint64_t v)
{
	query_i64(q, at, (int64_t)v);
}

void
query_i64(struct query *q, int at, int64_t v)
{
	if (q->failed == SQLITE_OK)
		note(q, sqlite3_bind_int64(q->stmt, at, v));
}

void
query_str(struct query *q, int at, const char *s)
{
	if (q->failed == SQLITE_OK)
		note(q,
			sqlite3_bind_text(
				q->stmt, at, s, -1, SQLITE_TRANSIENT));
}

void
query_blob(struct query *q, int at, struct span s)
{
	if (q->failed == SQLITE_OK)
		note(q,
			sqlite3_bind_blob64(
				q->stmt, at, s.data, s.len, SQLITE_TRANSIENT));
}

int
query_step(struct query *q, struct why *why)
{
	struct db *db = q->db;
	/* A change that is a transaction of its own. */
	bool alone = !db->begun && q->stmt && !sqlite3_stmt_readonly(q->stmt);
	int r = alone ? db_check_file(db, why) : db_check(db, why);
	if (r < 0)
		return r;
	int code = q->failed;
	if (code == SQLITE_OK)
		code = sqlite3_step(q->stmt);
	if (code == SQLITE_ROW)
		return 1;
	r = code == SQLITE_DONE
		? 0
		: db_failed(db, code, "a statement failed", why);
	if (alone || (r < 0 && q->stmt && !sqlite3_stmt_readonly(q->stmt)))
		db_wrote(db, r);
	if (r == 0 && alone)
		r = db_check_file(db, why);
	query_end(q);
	return r;
}

int
query_run(struct query *q, struct why *why)
{
	int r = query_step(q, why);
	query_end(q);
	return MIN(r, 0);
}

int
query_list(struct query *q, const struct row_type *type, void *ret, size_t *n,
	struct why *why)
{
	char *list = NULL;
	size_t count = 0;
	int r;
	while ((r = query_step(q, why)) > 0) {
		list = xrealloc(list, count + 1, type->size);
		char *one = list + count++ * type->size;
		memset(one, 0, type->size);
		r = type->read(q, one, why);
		if (r < 0)
			break;
	}
	if (r < 0) {
		query_end(q);
		if (type->drop)
			type->drop(list, count);
		else
			free(list);
		return r;
	}
	memcpy(ret, &list, sizeof(list)); /* the pointer's type is theirs */
	*n = count;
	return 0;
}

uint64_t
query_get_u64(struct query *q, int column)
{
	return (uint64_t)query_get_i64(q, column);
}

int64_t
query_get_i64(struct query *q, int column)
{
	return sqlite3_column_int64(q->stmt, column);
}

struct span
query_get_span(struct query *q, int column)
{
	const char *data = sqlite3_column_blob(q->stmt, column);
	int len = sqlite3_column_bytes(q->stmt, column);
	return (struct span){ data, (size_t)len };
}

char *
query_get_str(struct query *q, int column)
{
	const char *text = (const char *)sqlite3_column_text(q->stmt, column);
	return xstrdup(text);
}

void
query_end(struct query *q)
{
	if (!q || !q->stmt)
		return;
	/* SQLite returns the error of the last step again; query_step() has
	 * told it. */
	(void)sqlite3_reset(q->stmt);
	(void)sqlite3_clear_bindings(q->stmt);
	q->failed = SQLITE_OK;
}
