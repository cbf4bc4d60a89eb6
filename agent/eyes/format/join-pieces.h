/* Lines as the app wrote them: dockerd and containerd split a long one into
 * pieces of 16 KiB, which are joined again here, each stream for itself. */
#pragma once

#include "eyes/format/docker-json.h"

#define LINE_KEPT                                                   \
	65536u /* bytes of a line that are kept; no record has more \
		*/

/* Where a physical line lies in the log. */
struct line_place {
	uint64_t offset, end;
	bool hit; /* a rule's literal was found in it */
};

struct line {
	enum stream stream;
	struct span text; /* borrowed until the next call */
	uint64_t offset, end;
	int64_t time_ns;
	uint32_t physical; /* physical lines that it was made of */
	bool cut;
	bool hit; /* a literal was found in it, or may lie across its pieces */
};

/* The unfinished line of one stream. */
struct join;
struct join *join_new(enum stream stream);
void join_free(struct join *l);
OWN(join, struct join *, join_free);

/* Feeds an entry, after which 0, 1 or 2 lines are complete. All pieces of a
 * line carry the same time: a changed time ends an unfinished line unless its
 * last piece is full, because its writer died in the middle of it. */
size_t join_feed(struct join *l, const struct log_entry *e,
	const struct line_place *at, struct line ret[2]);
/* Ends the unfinished line as it is; false if there is none. */
bool join_flush(struct join *l, struct line *ret);
/* The unfinished line without its text; false if there is none. */
bool join_begun(const struct join *l, struct line *ret);
/* Forgets an unfinished line. */
void join_reset(struct join *l);
