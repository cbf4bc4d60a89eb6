/* The records of one stream in a stretch of the window: back to where one
 * begins, and forward from there. */
#pragma once

#include "eyes/records/assemble.h"
#include "eyes/search/prefilter.h"
#include "eyes/input/window.h"

struct record_walk;
/* `shapes` is borrowed. */
struct record_walk *record_walk_new(const struct shapes *shapes);
void record_walk_free(struct record_walk *w);
OWN(record_walk, struct record_walk *, record_walk_free);

/* Where a walk takes place, and where in it literals were found, counted from
 * `base` on. */
struct log_range {
	const struct window *window;
	enum source_format format;
	const struct hits *hits;
	uint64_t base;
};

/* Start of the physical line that holds the byte at `at`, not before `floor`.
 */
uint64_t
record_walk_line(const struct log_range *range, uint64_t at, uint64_t floor);
/* Which streams (bit 1 << stream) have something on the line at `from`. */
unsigned
record_walk_streams(const struct log_range *range, uint64_t from, uint64_t end);
/* A line at or before `from` where a record of the stream begins for sure, or
 * `floor`, or where looking further back would cost too much. */
uint64_t record_walk_back(const struct log_range *range, enum stream stream,
	uint64_t from, uint64_t floor);

/* Begins at the line at `from`. */
void record_walk_begin(struct record_walk *w, const struct log_range *range,
	enum stream stream, uint64_t from);
/* The next record that ends before `end`, borrowed; NULL when no line is left
 * there. */
const struct record *record_walk_next(struct record_walk *w, uint64_t end);
/* Takes the end for the end of everything: what was open, record by record. */
const struct record *record_walk_finish(struct record_walk *w);
/* Offset of what is still open, or false; `hit` tells whether it may matter,
 * `whole` that nothing can be added to it. */
bool record_walk_open(
	const struct record_walk *w, uint64_t *ret, bool *hit, bool *whole);

/* Newest time seen, and broken lines beyond `from`, each counted once. */
int64_t record_walk_time(const struct record_walk *w);
uint32_t record_walk_broken(struct record_walk *w);
/* For another log: nothing was seen. */
void record_walk_reset(struct record_walk *w, uint64_t from);
