/* The inside of the store, for its own files (store*.c) only. */
#pragma once

#include "head/store/db.h"
#include "head/store/query.h"
#include "head/store/store.h"

/* Statements over all columns of an incident, made once from their table. Those
 * that read end with the id. */
struct incident_sql {
	char *insert, *save, *get, *newest, *list, *live;
};

struct store {
	struct db *db;
	int lock;
	struct incident_sql sql;
};

void columns_sql(struct incident_sql *ret);
void incident_sql_free(struct incident_sql *sql);
/* Fills insert (all), or save. */
void columns_bind(struct query *q, const struct incident *i, bool all);
/* -EBADMSG: a name that this program does not know. Free only after 0. */
int columns_read(struct query *q, struct incident *ret, struct why *why);

/* The earlier of the stored log time and the one bound as `value`, where 0 is
 * no time at all. */
#define FIRST_OF(value)                                       \
	"CASE WHEN first = 0 OR (" #value " != 0 AND " #value \
	" < first) THEN " #value " ELSE first END"

/* An object as the JSON that is stored, and back. */
char *object_dump(enum fault_class c, const struct object *o);
void object_load(struct span text, struct object *ret);
/* Log text is kept as bytes. NULL for NULL. */
char *sample_load(struct query *q, int column);
