/* The text of a record as rules see it: without colours and prefixes; with each
 * value of an object or of a logger's line on lines of its own; without what a
 * program prints but did not write itself, such as excerpts of source and the
 * parameters of queries. */
#pragma once

#include "eyes/records/record.h"
#include "rule/shapes.h"

void flatten_text(struct buf *to, const struct record *record,
	const struct shapes *shapes);
