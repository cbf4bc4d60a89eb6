/* What reader.c and reader-records.c share: the one reads and sends batches,
 * the other takes records out of what was read. */
#pragma once

#include "eyes/batcher.h"
#include "eyes/input/line-numbers.h"
#include "eyes/pause.h"
#include "eyes/reader.h"

#define ALL_STREAMS ((1u << STREAMS) - 1)

struct reader {
	struct source source;
	struct input *in;
	struct reader_tools *tools;
	struct line_search search;
	struct line_numbers numbers;
	/* Everything of the stream before this offset is in a batch. It is the
	 * start of a record, so that no record is split between two batches. */
	uint64_t covered[STREAMS];
	/* Whether a record that may match is open at the end of what was
	 * searched. */
	bool held_open[STREAMS];
	/* Where the record ends that begins at `covered`. */
	uint64_t open_end[STREAMS];
	struct pause pauses[STREAMS];
	struct match_undecided undecided;
	uint64_t farthest; /* of what was ever read at the end of the log */
	/* Hits before it were taken already, so a turn that looks at them again
	 * has not come on yet. */
	uint64_t reached;
	struct batcher batcher;
};

enum taken {
	TAKEN_ALL,
	TAKEN_FULL, /* the batch must go out first */
	TAKEN_TURN, /* the turn is over */
};

/* Takes the records of all hits in the searched lines, and those that are open
 * at their end in the streams whose bit is in `closing`. Everything before *end
 * is taken. */
enum taken reader_take_hits(struct reader *r, unsigned closing, uint64_t *end);
/* Closes what is open at the end of the log in the streams whose bit is in
 * `closing`. False if the batch must go out first. */
bool reader_take_open(struct reader *r, unsigned closing);
/* Looks at the record of each stream that is open at the end of the log, and
 * returns a bit for each stream whose record is complete. */
unsigned reader_look_at_open(struct reader *r, usec now);
/* Moves the stream's position to `end`, a line's start, or back to the start of
 * the record that is open there. */
void reader_settle(struct reader *r, enum stream s, uint64_t end);
/* Whether the turn is over, with everything before `at` taken. */
bool reader_is_over(struct reader *r, uint64_t at);
/* The first hit that counts again once more lines are searched, because its
 * record was open at their end. */
uint64_t reader_first_held(const struct reader *r);
