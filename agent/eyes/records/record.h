/* A record: one logical log message of one stream, a line or more. */
#pragma once

#include "eyes/records/line-prefix.h"
#include "eyes/format/log-prefix.h"
#include "wire/fault.h"

#define RECORD_KEPT 65536u /* bytes of text; further lines are a new record */

struct record {
	enum stream stream;
	uint64_t offset, end; /* first byte; behind the last line */
	int64_t first_ns, last_ns;
	uint32_t lines; /* physical, without blank ones at its end */
	bool cut;
	bool hit;                          /* a rule's literal may be in it */
	enum log_prefix_kind log_prefix;   /* of each of its lines */
	size_t base;                       /* indentation of its first line */
	char line_prefix[LINE_PREFIX_MAX]; /* learned from its lines */
	size_t line_prefix_len;
	bool line_prefix_sure; /* a second line had it too */
	struct buf text;       /* lines joined by newlines, colours and all */
};

/* What the first line had may have been its own. */
static inline struct span
record_line_prefix(const struct record *r)
{
	return (struct span){ r->line_prefix, r->line_prefix_len };
}
