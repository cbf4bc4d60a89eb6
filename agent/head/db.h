/* SQLite, as the store uses it: the settings that make a commit durable, set
 * and asserted; a schema that is upgraded in place; statements that are
 * prepared once. Errors are a negative errno and a sentence. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/own.h"
#include "base/span.h"
#include "base/why.h"

struct db;
struct query;

/* Creates the file (0600) where missing. */
int db_open(const char *path, struct db **ret, struct why *why);
void db_close(struct db *db);
OWN(db, struct db *, db_close);
/* Brings the schema to version n, the number of scripts: script i leads from
 * version i to i + 1. All in one transaction. -EPROTONOSUPPORT: it is at a
 * later version. */
int db_upgrade(
	struct db *db, const char *const *scripts, unsigned n, struct why *why);

/* -EBUSY if one is open already. */
int db_begin(struct db *db, struct why *why);
/* Whatever goes wrong: the transaction is over, and nothing of it was done. */
int db_commit(struct db *db, struct why *why);
void db_rollback(struct db *db);
bool db_in_transaction(const struct db *db);
/* Rows that the last change touched, and the id of the last inserted one. */
uint64_t db_changes(const struct db *db);
uint64_t db_last_id(const struct db *db);

/* A statement, empty again and ready to be filled; `sql` must stay where it is
 * and is how it is found again. Never NULL: what is wrong with it is told by
 * query_step(). Values are numbered from 1, columns from 0. */
struct query *query_of(struct db *db, const char *sql);
void query_u64(struct query *q, int at, uint64_t v);
void query_i64(struct query *q, int at, int64_t v);
/* NULL is NULL. The text is copied. */
void query_str(struct query *q, int at, const char *s);
void query_blob(struct query *q, int at, struct span s);
/* 1: a row; 0: the end; the statement is reset then, and on an error. */
int query_step(struct query *q, struct why *why);
/* query_step() for what gives no row. */
int query_run(struct query *q, struct why *why);
uint64_t query_get_u64(struct query *q, int column);
int64_t query_get_i64(struct query *q, int column);
/* Owned; NULL for NULL. Bytes behind a NUL are dropped. */
char *query_get_str(struct query *q, int column);
/* Borrowed until the next step. */
struct span query_get_span(struct query *q, int column);
/* Leaves a statement before its last row. Accepts NULL. */
void query_end(struct query *q);
OWN(query, struct query *, query_end);
