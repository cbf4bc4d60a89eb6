/* The places in a stretch of a log that are worth decoding. */
#pragma once

#include "eyes/format/docker-json.h"
#include "eyes/search/prefilter.h"

struct candidates {
	struct hits hits; /* ascending */
	uint64_t base;    /* the offset that hits count from */
	size_t next;      /* the first hit that was not looked at yet */
};

/* Forgets all; the next stretch begins at `base`. */
void candidates_clear(struct candidates *c, uint64_t base);
/* Forgets those before `keep`; the others are to be looked at again, because
 * more of their records is there. */
void candidates_keep(struct candidates *c, uint64_t keep);
/* Adds the candidates in `bytes`, whole lines at `offset`: literals, pieces of
 * long lines, or every line if a rule has no literal. */
void candidates_add(struct candidates *c, struct prefilter *prefilter,
	enum source_format format, struct span bytes, uint64_t offset);
