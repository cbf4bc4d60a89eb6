/* The records of one stream in a stretch of the window: back to where one
 * begins, and forward from there. */
#pragma once

#include "eyes/assemble.h"
#include "eyes/find.h"
#include "eyes/window.h"

struct walk;
struct walk *walk_new(void);
void walk_free(struct walk *w);
OWN(walk, struct walk *, walk_free);

/* Where a walk takes place, and where in it literals were found, counted from
 * `base` on. */
struct terrain {
	const struct window *window;
	enum source_format format;
	const struct hits *hits;
	uint64_t base;
};

/* Start of the physical line that holds the byte at `at`, not before `floor`.
 */
uint64_t walk_line(const struct terrain *t, uint64_t at, uint64_t floor);
/* Which streams (bit 1 << stream) have something on the line at `from`. */
unsigned walk_streams(const struct terrain *t, uint64_t from, uint64_t end);
/* A line at or before `from` where a record of the stream begins for sure, or
 * `floor`, or where looking further back would cost too much. */
uint64_t walk_back(const struct terrain *t, enum stream stream, uint64_t from,
	uint64_t floor);

/* Begins at the line at `from`. */
void walk_begin(struct walk *w, const struct terrain *t, enum stream stream,
	uint64_t from);
/* The next record that ends before `end`, borrowed; NULL when no line is left
 * there. */
const struct record *walk_next(struct walk *w, uint64_t end);
/* Takes the end for the end of everything: what was open, record by record. */
const struct record *walk_finish(struct walk *w);
/* Offset of what is still open, or false; `hit` tells whether it may matter,
 * `whole` that nothing can be added to it. */
bool walk_open(const struct walk *w, uint64_t *ret, bool *hit, bool *whole);

/* Newest time seen, and broken lines beyond `from`, each counted once. */
int64_t walk_time(const struct walk *w);
uint32_t walk_broken(struct walk *w);
/* For another log: nothing was seen. */
void walk_reset(struct walk *w, uint64_t from);
