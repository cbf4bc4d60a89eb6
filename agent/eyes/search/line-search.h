/* Reads a log chunk by chunk into the window, and searches its whole lines for
 * the rules' literals before anything of it is decoded. */
#pragma once

#include "eyes/input/input.h"
#include "eyes/input/window.h"
#include "eyes/search/candidates.h"
#include "eyes/search/prefilter.h"

struct line_search {
	struct input *in;
	struct window *window;
	struct prefilter *prefilter;
	enum source_format format;    /* FORMAT_AUTO until lines were seen */
	struct candidates candidates; /* in what was searched */
	uint64_t scanned;             /* everything before it was searched */
	bool fresh;    /* nothing was read since line_search_begin() */
	bool skipping; /* in the rest of a line that is not looked at */
};

/* Begins at `from`, with an empty window. */
void line_search_begin(struct line_search *s, uint64_t from);
void line_search_free(struct line_search *s);

enum line_search_read {
	LINE_SEARCH_END,      /* nothing is there to read */
	LINE_SEARCH_READ,     /* a chunk was read, no whole line was searched */
	LINE_SEARCH_SEARCHED, /* `scanned` and the candidates have changed */
};

/* Reads one chunk: an enum line_search_read, or a negative errno. Candidates
 * before `keep` are forgotten if lines are searched; those behind it are to be
 * looked at again. */
int line_search_read(struct line_search *s, uint64_t keep, struct why *why);
/* The first start of a line at or behind `from` that is still in the window; at
 * most what was searched. */
uint64_t line_search_floor(const struct line_search *s, uint64_t from);
/* hash64() of the up to POSITION_BEFORE bytes of the file before `offset`; 0 if
 * nobody can read them again. */
uint64_t line_search_before(const struct line_search *s, uint64_t offset);
/* The log has ended: searches the last line although it has no newline. */
void line_search_finish(struct line_search *s, uint64_t keep);
