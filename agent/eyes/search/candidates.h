/* The places in a stretch of a log that are worth decoding. */
#pragma once

#include "eyes/format/docker-json.h"
#include "eyes/search/prefilter.h"

struct candidates {
	struct hits hits; /* ascending */
	uint64_t base;    /* what they are counted from */
	size_t next;      /* not looked at yet */
};

/* Forgets all; `base` is the next stretch's start. */
void candidates_clear(struct candidates *c, uint64_t base);
/* Forgets those before `keep`; the others are to be looked at again. */
void candidates_keep(struct candidates *c, uint64_t keep);
/* Adds those in `bytes`, whole lines at `offset`: literals, pieces of long
 * lines that could hold a part of one, or every line if a rule has none. */
void candidates_add(struct candidates *c, struct prefilter *prefilter,
	enum source_format format, struct span bytes, uint64_t offset);
