/* A record's text as rules see it: without colours and the heads that others
 * put before lines; JSON and inspected values with each value on lines of its
 * own; without the source excerpts and query parameters that Prisma prints,
 * which are not its words. */
#pragma once

#include "eyes/records/record.h"
#include "rule/shapes.h"

void flatten_text(struct buf *to, const struct record *record,
	const struct shapes *shapes);
