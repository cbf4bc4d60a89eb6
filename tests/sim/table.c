#include "config.h"
#include "sim/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/own.h"

void *
table_row(const struct table *t, size_t k)
{
	return t->rows + k * t->kind->size;
}

void *
table_add(struct table *t)
{
	if (t->n == t->room) {
		t->room = t->room ? 2 * t->room : 8;
		t->rows = xrealloc(t->rows, t->room, t->kind->size);
	}
	void *row = table_row(t, t->n++);
	memset(row, 0, t->kind->size);
	return row;
}

void
table_copy_row(const struct table *t, size_t k, void *to)
{
	memcpy(to, table_row(t, k), t->kind->size);
	t->kind->own_parts(to);
}

/* Rows that are only added need no copy: the transaction takes back what is
 * behind the old end. */
void
table_change(struct table *t)
{
	if (!t->begun || t->changed)
		return;
	t->changed = true;
	t->old_rows = xcalloc(MAX(t->old_n, 1), t->kind->size);
	for (size_t k = 0; k < t->old_n; k++)
		table_copy_row(t, k, t->old_rows + k * t->kind->size);
}

void
table_remove(struct table *t, size_t k)
{
	table_change(t);
	char *row = table_row(t, k);
	t->kind->free_parts(row);
	t->n--;
	memmove(row, row + t->kind->size, (t->n - k) * t->kind->size);
}

static void
free_rows(const struct table *t, char *rows, size_t from, size_t n)
{
	for (size_t k = from; k < n; k++)
		t->kind->free_parts(rows + k * t->kind->size);
}

void
table_begin(struct table *t)
{
	t->begun = true;
	t->old_n = t->n;
}

void
table_commit(struct table *t)
{
	if (t->changed)
		free_rows(t, t->old_rows, 0, t->old_n);
	free(t->old_rows);
	t->old_rows = NULL;
	t->begun = t->changed = false;
}

void
table_rollback(struct table *t)
{
	if (!t->begun)
		return;
	free_rows(t, t->rows, t->changed ? 0 : t->old_n, t->n);
	if (t->changed) {
		free(t->rows);
		t->rows = t->old_rows;
		t->room = MAX(t->old_n, 1);
	}
	t->n = t->old_n;
	t->old_rows = NULL;
	t->begun = t->changed = false;
}

void
table_free(struct table *t)
{
	table_rollback(t);
	free_rows(t, t->rows, 0, t->n);
	free(t->rows);
	t->rows = NULL;
	t->n = t->room = 0;
}
