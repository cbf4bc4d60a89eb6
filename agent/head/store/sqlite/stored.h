/* How values are written into columns, and read again. */
#pragma once

#include "head/store/sqlite/query.h"
#include "wire/fault.h"

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
