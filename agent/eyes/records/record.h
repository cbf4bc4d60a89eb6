/* A record: one logical log message of one stream, a line or more. */
#pragma once

#include "eyes/records/line-prefix.h"
#include "eyes/format/log-prefix.h"
#include "wire/fault.h"

#define RECORD_KEPT 65536u /* bytes of text; further lines are a new record */

struct record {
	enum stream stream;
	uint64_t offset, end; /* of its first byte; behind its last line */
	int64_t first_ns, last_ns;
	uint32_t lines; /* physical lines, less blank ones at its end */
	bool cut;
	bool hit;                          /* a rule's literal may be in it */
	enum log_prefix_kind log_prefix;   /* of each of its lines */
	size_t base;                       /* indentation of its first line */
	char line_prefix[LINE_PREFIX_MAX]; /* what stands before every line, as
					      the lines tell */
	size_t line_prefix_len;
	bool line_prefix_sure; /* a second line has it too */
	struct buf text;       /* its lines, joined by newlines, with colours */
};

/* The line prefix, if it has one. Unless a second line has it too, it may be
 * words of the first. */
static inline struct span
record_line_prefix(const struct record *r)
{
	return (struct span){ r->line_prefix, r->line_prefix_len };
}
