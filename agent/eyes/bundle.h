/* The batch of a log that is on its way: faults are folded into it until it is
 * due. */
#pragma once

#include "base/clock.h"
#include "wire/source.h"

struct bundle {
	struct batch batch;
	struct position sent; /* where the last one ended */
	uint64_t told;        /* bytes before it were in one */
	usec since;           /* when the last one went */
	bool fold;            /* as the source says */
};

void bundle_open(struct bundle *b, const struct source *source);
void bundle_close(struct bundle *b);

bool bundle_fits(const struct bundle *b, size_t faults);
/* Takes the fault; true if it is a new one and not a repetition of one that is
 * here already: then its place in the batch may be filled in. */
bool bundle_add(struct bundle *b, struct fault *f, struct fault **ret);

/* Whether it must go out, now that everything before `end` was read. */
bool bundle_is_full(const struct bundle *b, uint64_t end);
bool bundle_is_due(const struct bundle *b, uint64_t end, usec now);
/* Hands it out as one that leads to `to`, and begins the next. */
void bundle_send(struct bundle *b, const struct position *to, uint64_t end,
	usec now, struct batch *ret);
