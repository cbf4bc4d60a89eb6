/* What the gate of a part needs to know, out of the parse tree. Runs in the
 * throw-away child only. */
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "hands/sql/rules/part.h"

struct PgQuery__ColumnDef;
struct PgQuery__RangeVar;

/* Where the node stands. */
struct part_place {
	const struct PgQuery__RangeVar *table;   /* of ALTER TABLE; NULL */
	const struct PgQuery__ColumnDef *column; /* that it adds; NULL */
};

/* Fills what is known of a node of this kind; the row is set already. */
void part_read(struct guard_part *p, const struct part_place *at,
	const ProtobufCMessage *m);
