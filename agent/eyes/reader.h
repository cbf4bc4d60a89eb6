/* Reads one log. The state of a reader is how far it has covered each stream,
 * and nothing else: so going on, going on after another log had the window, and
 * going on after a restart are one and the same. */
#pragma once

#include "base/clock.h"
#include "eyes/search/line-search.h"
#include "eyes/input/input.h"
#include "eyes/match/match.h"
#include "eyes/records/record-walk.h"
#include "eyes/input/window.h"

/* What all readers of the process share, because one of them reads at a
 * time. */
struct reader_tools {
	struct window *window;
	struct prefilter *prefilter;
	struct match *match;
	struct record_walk *walk;
};

struct reader;
/* Takes the descriptor. */
int reader_open(const struct source *source, int fd,
	const struct reader_tools *tools, struct reader **ret, struct why *why);
void reader_close(struct reader *r);
OWN(reader, struct reader *, reader_close);
/* Takes the descriptor of the file that goes on where the last one ended, which
 * is final now; `base` is the offset of its first byte. */
int reader_append(struct reader *r, int fd, uint64_t base, struct why *why);

enum reader_end {
	READER_GOES_ON, /* further lines may continue the last record */
	READER_PAUSED,  /* nothing came for a while: the last record is complete
			 */
	READER_ENDED,   /* nothing will come: so is the last line */
};

/* Reads until a batch is due or nothing is left to read. 1: a batch; 0: all is
 * read and no batch is due; or a negative errno. */
int reader_step(struct reader *r, enum reader_end end, usec now,
	struct batch *ret, struct why *why);
/* Whether a record is open at the end of what was read. */
bool reader_waits(const struct reader *r);
/* How far the log was read, counted from its start. */
uint64_t reader_offset(const struct reader *r);
