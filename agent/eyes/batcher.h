/* The batch of one log that eyes are filling. A fault that repeats is folded
 * into the one before it; the batch goes out when it is due. */
#pragma once

#include "base/clock.h"
#include "wire/source.h"

struct batcher {
	struct batch batch;
	struct position sent; /* where the last batch ended */
	uint64_t told;        /* a batch has told of the bytes before it */
	usec since;           /* when the last batch went out */
	bool fold;            /* whether the source allows folding */
	size_t room;          /* that the faults take of a frame */
};

void batcher_open(struct batcher *b, const struct source *source);
void batcher_close(struct batcher *b);

/* Whether there is room for the faults of one more record. */
bool
batcher_fits(const struct batcher *b, const struct fault *faults, size_t n);
/* Takes the fault. True if it is a new one: then *ret is its place in the
 * batch, which the caller may fill in further. False if it repeats a fault that
 * the batch has. */
bool batcher_add(struct batcher *b, struct fault *f, struct fault **ret);

/* Whether the batch must go out, now that everything before `end` is in it:
 * because it is full, or because its time has come. Then it tells how far was
 * read, or that the position has `moved` since the last one. */
bool batcher_is_full(const struct batcher *b, uint64_t end);
bool
batcher_is_due(const struct batcher *b, uint64_t end, bool moved, usec now);
/* Hands the batch out as one that leads to `to`, and begins the next one
 * there. */
void batcher_send(struct batcher *b, const struct position *to, uint64_t end,
	usec now, struct batch *ret);
