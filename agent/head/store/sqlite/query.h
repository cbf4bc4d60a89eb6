/* Statements of a database, prepared once. */
#pragma once

#include <stdint.h>

#include "base/own.h"
#include "base/span.h"
#include "base/why.h"

struct db;
struct query;

/* Where the statements of a database are found again. Freed before it. */
struct queries;
struct queries *queries_new(struct db *db);
void queries_free(struct queries *all);

/* A statement, empty again and ready to be filled; `sql` must stay where it is
 * and is how it is found again. Never NULL: what is wrong with it is told by
 * query_step(). Values are numbered from 1, columns from 0. */
struct query *query_of(struct queries *all, const char *sql);
void query_u64(struct query *q, int at, uint64_t v);
void query_i64(struct query *q, int at, int64_t v);
/* NULL is NULL. The text is copied. */
void query_str(struct query *q, int at, const char *s);
void query_blob(struct query *q, int at, struct span s);
/* 1: a row; 0: the end; the statement is reset then, and on an error. */
int query_step(struct query *q, struct why *why);
/* query_step() for what gives no row. */
int query_run(struct query *q, struct why *why);

/* How the rows of a statement become a list. */
struct row_type {
	size_t size; /* of an element */
	/* Fills the zeroed element. Negative ends the list, and what the
	 * element holds by then is dropped with the rest. */
	int (*read)(struct query *q, void *to, struct why *why);
	/* Frees n elements and the list; NULL: elements own nothing. */
	void (*drop)(void *list, size_t n);
};

/* Every row that is left; the statement is reset then, and on an error. On
 * success the list is the caller's (`ret` points to a pointer to elements, NULL
 * where there are none). */
int query_list(struct query *q, const struct row_type *type, void *ret,
	size_t *n, struct why *why);
uint64_t query_get_u64(struct query *q, int column);
int64_t query_get_i64(struct query *q, int column);
/* Owned; NULL for NULL. Bytes behind a NUL are dropped. */
char *query_get_str(struct query *q, int column);
/* Borrowed until the next step. */
struct span query_get_span(struct query *q, int column);
/* Leaves a statement before its last row. Accepts NULL. */
void query_end(struct query *q);
OWN(query, struct query *, query_end);
