/* The batch of a log that is on its way: faults are folded into it until it is
 * due. */
#pragma once

#include "base/clock.h"
#include "wire/source.h"

struct batcher {
	struct batch batch;
	struct position sent; /* where the last one ended */
	uint64_t told;        /* bytes before it were in one */
	usec since;           /* when the last one went */
	bool fold;            /* as the source says */
};

void batcher_open(struct batcher *b, const struct source *source);
void batcher_close(struct batcher *b);

bool batcher_fits(const struct batcher *b, size_t faults);
/* Takes the fault; true if it is a new one and not a repetition of one that is
 * here already: then its place in the batch may be filled in. */
bool batcher_add(struct batcher *b, struct fault *f, struct fault **ret);

/* Whether it must go out, now that everything before `end` was read. */
bool batcher_is_full(const struct batcher *b, uint64_t end);
bool batcher_is_due(const struct batcher *b, uint64_t end, usec now);
/* Hands it out as one that leads to `to`, and begins the next. */
void batcher_send(struct batcher *b, const struct position *to, uint64_t end,
	usec now, struct batch *ret);
