/* Rows in memory that a transaction can take back. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct row_kind {
	size_t size;
	/* Gives the row, which is a copy of another one, parts of its own. */
	void (*own_parts)(void *row);
	void (*free_parts)(void *row);
};

struct table {
	const struct row_kind *kind;
	char *rows;
	size_t n, room;
	/* Of the transaction that is open. */
	bool begun, changed;
	char *old_rows; /* a copy, once a row was changed or removed */
	size_t old_n;
};

void *table_row(const struct table *t, size_t k);
/* A new row, zeroed, at the end. */
void *table_add(struct table *t);
/* Before a row is changed. */
void table_change(struct table *t);
void table_remove(struct table *t, size_t k);
/* A copy with parts of its own. */
void table_copy_row(const struct table *t, size_t k, void *to);

void table_begin(struct table *t);
void table_commit(struct table *t);
void table_rollback(struct table *t);
void table_free(struct table *t);
