/* Walks over the records of one stream in a stretch of the window: back to
 * where a record begins, and forward from there. */
#pragma once

#include "eyes/records/assemble.h"
#include "eyes/search/prefilter.h"
#include "eyes/input/window.h"

struct record_walk;
/* `shapes` is borrowed. */
struct record_walk *record_walk_new(const struct shapes *shapes);
void record_walk_free(struct record_walk *w);
OWN(record_walk, struct record_walk *, record_walk_free);

/* A stretch of the log, and the literals that were found in it. Hits count from
 * `base` on. */
struct log_range {
	const struct window *window;
	enum source_format format;
	const struct hits *hits;
	uint64_t base;
};

/* Start of the physical line that holds the byte at `at`, but not before
 * `floor`. */
uint64_t
record_walk_line(const struct log_range *range, uint64_t at, uint64_t floor);
/* Which streams, a bit (1 << stream) for each, have something on the physical
 * line at `from`; *next is where the following line begins. */
unsigned record_walk_streams(const struct log_range *range, uint64_t from,
	uint64_t end, uint64_t *next);
/* Looks back for a line at or before `from` where a record of the stream
 * begins for sure. It stops at `floor`, and where going further would cost
 * too much. */
uint64_t record_walk_back(const struct log_range *range, enum stream stream,
	uint64_t from, uint64_t floor);

/* Begins a walk at the line at `from`. */
void record_walk_begin(struct record_walk *w, const struct log_range *range,
	enum stream stream, uint64_t from);
/* The next record that is complete before `end`, borrowed until the next call;
 * NULL when no line is left there. */
const struct record *record_walk_next(struct record_walk *w, uint64_t end);
/* Takes the end of the stretch for the end of everything: returns what is open,
 * record by record, then NULL. */
const struct record *record_walk_finish(struct record_walk *w);
/* The record that is open where the walk stands. */
struct open_record {
	uint64_t begin, end; /* of its first byte; behind its last line */
	bool hit;            /* it may match */
	bool whole;          /* nothing can continue it */
};
/* False if none is open. */
bool record_walk_open(const struct record_walk *w, struct open_record *ret);

/* The newest time that was seen; and how many broken lines, each counted once,
 * since the last call. */
int64_t record_walk_time(const struct record_walk *w);
uint32_t record_walk_broken(struct record_walk *w);
/* Forgets both, for another log that begins at `from`. */
void record_walk_reset(struct record_walk *w, uint64_t from);
