/* Reads one log. The state of a reader is how far it has covered each stream,
 * and nothing else: so going on, going on after another log had the window, and
 * going on after a restart are one and the same. */
#pragma once

#include "base/clock.h"
#include "eyes/search/line-search.h"
#include "eyes/input/input.h"
#include "eyes/match/match.h"
#include "eyes/records/record-walk.h"
#include "eyes/turn.h"
#include "eyes/input/window.h"

/* What all readers of the process share, because one of them reads at a
 * time. */
struct reader_tools {
	struct window *window;
	struct prefilter *prefilter;
	struct match *match;
	struct record_walk *walk;
	struct turn turn;
};

struct reader;
/* Takes the descriptor. */
int reader_open(const struct source *source, int fd, struct reader_tools *tools,
	struct reader **ret, struct why *why);
void reader_close(struct reader *r);
OWN(reader, struct reader *, reader_close);
/* Takes the descriptor of the file that goes on where the last one ended, which
 * is final now; `base` is the offset of its first byte. */
int reader_append(
	struct reader *r, int fd, uint64_t base, usec now, struct why *why);

enum reader_got {
	READER_ALL,   /* nothing is left to read, and no batch is due */
	READER_BATCH, /* a batch, and perhaps more to read */
	READER_MORE,  /* its turn is over, and there is more to read */
};

/* Has a turn: reads until a batch is due, nothing is left to read, or the turn
 * is over. `ended`: nothing will come any more, so the last record and the last
 * line are complete. An enum reader_got, or a negative errno. */
int reader_step(struct reader *r, bool ended, usec now, struct batch *ret,
	struct why *why);
/* What rules could not tell, since the last call. */
struct match_undecided reader_undecided(struct reader *r);
/* When the reader, which has read all there is, closes a record that is open at
 * the end, should nothing continue it; USEC_NEVER if none is open. */
usec reader_due(const struct reader *r);
