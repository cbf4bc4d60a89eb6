/* Lines as they were written: the 16 KiB pieces that dockerd makes of a long
 * one are joined again, for each stream of its own. */
#pragma once

#include "eyes/decode.h"

#define LINE_KEPT 65536u /* bytes of a line that are kept; a record's cap */

/* Where a physical line lies. */
struct place {
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
struct lines;
struct lines *lines_new(enum stream stream);
void lines_free(struct lines *l);
OWN(lines, struct lines *, lines_free);

/* Feeds an entry; 0, 1 or 2 lines are complete then: a changed time ends an
 * unfinished line that is no full piece, because all pieces of one carry the
 * same: the writer died in the middle of it. */
size_t lines_feed(struct lines *l, const struct entry *e,
	const struct place *at, struct line ret[2]);
/* The unfinished line as it is; false if there is none. */
bool lines_flush(struct lines *l, struct line *ret);
/* The unfinished line without its text; false if there is none. */
bool lines_begun(const struct lines *l, struct line *ret);
/* Forgets an unfinished line. */
void lines_reset(struct lines *l);
