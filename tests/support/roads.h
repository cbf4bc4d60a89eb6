/* Random logs, and two ways to find the faults in them: the reader's, which
 * decodes next to nothing, and one that decodes and assembles everything. */
#pragma once

#include "eyes/reader.h"

/* Numbers from a seed, the same everywhere. */
struct dice {
	uint64_t state;
};
uint32_t dice_roll(struct dice *d, uint32_t sides);

/* Real output to mix: the captures, and every rule of the packs. */
struct stock {
	char **texts;
	size_t n;
	struct rules *rules;
	struct reader_tools tools;
};
void stock_open(struct stock *s);
void stock_close(struct stock *s);

/* Adds a log to `to`, Docker's or a plain one: captures, noise, broken lines,
 * both streams in turn. */
void
log_invent(struct dice *d, const struct stock *s, bool docker, struct buf *to);

/* Changes bytes of it at random, or drops or doubles a run of them. */
void log_spoil(struct dice *d, struct buf *log);

/* What was found: a line of text for each fault, sorted. */
struct found {
	char **lines;
	size_t n;
};
void found_free(struct found *f);
void found_add(
	struct found *f, const struct fault *fault, const struct rules *rules);
void found_sort(struct found *f);

/* Everything decoded, assembled and matched from the first byte on. */
void slow_road(
	const struct stock *s, struct span log, bool docker, struct found *ret);
/* The reader, over a file that grows in random steps, with batches cut, the
 * window taken away and the reader opened again from its position. */
void fast_road(struct dice *d, const struct stock *s, struct span log,
	bool docker, struct found *ret);
