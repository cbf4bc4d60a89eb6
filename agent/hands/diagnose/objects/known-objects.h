/* The tables and columns that scripts leave behind when they run in their
 * order, and those that they took away again. Nothing is asked of a database.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "hands/sql/script.h"

/* Tables and columns of the past, at most. Those that are awaited get as many
 * again, so that a long past takes no place from them. */
#define KNOWN_OBJECTS_MOST 8192u
/* In place of a script's number: what made it is no script. */
#define KNOWN_BY_NO_SCRIPT SIZE_MAX

struct known_object {
	char *schema; /* NULL: the default one */
	char *table;
	char *column; /* NULL: the table itself */
	bool awaited; /* a script makes it that may not have run */
	size_t by;    /* the number of the last script that makes it */
};

struct gone_object {
	char *schema, *table, *column; /* as above */
	char *renamed;                 /* to this; NULL: dropped */
	size_t by;                     /* the script that did it */
};

struct known_objects {
	const char *schema; /* the default one; borrowed */
	struct known_object *list;
	size_t n;
	struct gone_object *gone; /* in the order of the scripts */
	size_t n_gone;
};

void known_objects_free(struct known_objects *k);
static inline void
known_objects_let_go(struct known_objects *k)
{
	known_objects_free(k);
}

/* What the script makes and takes away. `by` is its number for who asks later.
 */
void known_objects_run(struct known_objects *k, const struct script *script,
	bool awaited, size_t by);
/* A table that something else than a script knows. */
void known_objects_add_table(struct known_objects *k, const char *table);
/* `schema` NULL: the default one; `column` NULL: the table. NULL: no script
 * leaves it behind. */
const struct known_object *known_objects_find(const struct known_objects *k,
	const char *schema, const char *table, const char *column);
/* What took it away last, it or its table; NULL: nothing did. */
const struct gone_object *known_objects_gone(const struct known_objects *k,
	const char *schema, const char *table, const char *column);
