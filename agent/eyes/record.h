/* A record: one logical log message of one stream, a line or more. */
#pragma once

#include "eyes/lead.h"
#include "eyes/shape.h"
#include "wire/fault.h"

#define RECORD_KEPT 65536u /* bytes of text; further lines are a new record */

struct record {
	enum stream stream;
	uint64_t offset, end; /* first byte; behind the last line */
	int64_t first_ns, last_ns;
	uint32_t lines; /* physical, without blank ones at its end */
	bool cut;
	bool hit;            /* a rule's literal may be in it */
	enum head_kind head; /* what stands before each line */
	size_t base;         /* indentation of its first line */
	char lead[LEAD_MAX]; /* the like, learned from the record itself */
	size_t lead_len;
	bool lead_sure;  /* a second line had it too */
	struct buf text; /* lines joined by newlines, colours and all */
};

/* What the first line had may have been its own. */
static inline struct span
record_lead(const struct record *r)
{
	return (struct span){ r->lead, r->lead_len };
}
