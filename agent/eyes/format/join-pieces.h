/* Lines as they were written: the 16 KiB pieces that dockerd makes of a long
 * one are joined again, for each stream of its own. */
#pragma once

#include "eyes/format/docker-json.h"

#define LINE_KEPT 65536u /* bytes of a line that are kept; a record's cap */

/* Where a physical line lies. */
struct line_place {
	uint64_t offset, end;
	bool hit; /* a literal was found in it */
};

struct line {
	enum stream stream;
	struct span text; /* borrowed until the next call */
	uint64_t offset, end;
	int64_t time_ns;
	uint32_t physical; /* lines of the file */
	bool cut;
	bool hit; /* a literal was found, or could lie across pieces */
};

/* One stream's. */
struct join;
struct join *join_new(enum stream stream);
void join_free(struct join *l);
OWN(join, struct join *, join_free);

/* Feeds an entry; 0, 1 or 2 lines are complete then: a changed time ends an
 * unfinished line that is no full piece, because all pieces of one carry the
 * same: the writer died in the middle of it. */
size_t join_feed(struct join *l, const struct log_entry *e,
	const struct line_place *at, struct line ret[2]);
/* The unfinished line as it is; false if there is none. */
bool join_flush(struct join *l, struct line *ret);
/* The unfinished line without its text; false if there is none. */
bool join_begun(const struct join *l, struct line *ret);
/* Forgets an unfinished line. */
void join_reset(struct join *l);
