#include "config.h"
#include "eyes/search/line-search.h"

#include "base/hash.h"
#include "eyes/format/detect.h"

/* Half the window at the most, so that a record before it still fits. */
#define CHUNK (512u << 10)
/* A longer line is searched up to here; its rest is skipped, so that a log
 * without newlines takes no memory. */
#define LINE_RAW_MAX (1u << 20)

void
line_search_begin(struct line_search *s, uint64_t from)
{
	s->scanned = from;
	s->fresh = true;
	s->skipping = false;
	candidates_clear(&s->candidates, from);
}

void
line_search_free(struct line_search *s)
{
	hits_free(&s->candidates.hits);
}

static void
search(struct line_search *s, uint64_t end, uint64_t keep)
{
	uint64_t from = s->scanned;
	struct span bytes = window_span(s->window, from, end);
	if (s->format == FORMAT_AUTO)
		s->format = detect_format(bytes);
	candidates_keep(&s->candidates, MIN(keep, from));
	candidates_add(&s->candidates, s->prefilter, s->format, bytes, from);
	s->scanned = end;
}

void
line_search_finish(struct line_search *s, uint64_t keep)
{
	uint64_t last = window_end(s->window);
	if (last > s->scanned && !s->skipping)
		search(s, last, keep);
}

/* Whether the place where reading begins lies in the middle of a line, whose
 * rest is no line of its own then. Docker's torn lines are the exception: whole
 * records are found again inside them. */
static bool
begins_inside(struct line_search *s)
{
	if (s->scanned <= window_begin(s->window))
		return false;
	if (s->format == FORMAT_AUTO)
		s->format = detect_log_format(s->in);
	struct span before = window_span(s->window, s->scanned - 1, s->scanned);
	return s->format != FORMAT_DOCKER && before.data[0] != '\n';
}

/* Skips the rest of the line that a position lies in, or of a line that is too
 * long; false if the line does not end in the window. */
static bool
skip_rest(struct line_search *s)
{
	if (s->fresh)
		s->skipping = begins_inside(s);
	s->fresh = false;
	if (!s->skipping)
		return true;
	uint64_t end = window_end(s->window);
	struct span bytes = window_span(s->window, s->scanned, end);
	const char *nl = memchr(bytes.data, '\n', bytes.len);
	s->skipping = !nl;
	s->scanned = nl ? s->scanned + (uint64_t)(nl - bytes.data) + 1 : end;
	return nl != NULL;
}

int
line_search_read(struct line_search *s, uint64_t keep, struct why *why)
{
	struct window *w = s->window;
	char *to = window_room(w, CHUNK);
	ssize_t n = input_read(s->in, window_end(w), to, CHUNK, why);
	if (n <= 0)
		return (int)n;
	window_add(w, (size_t)n);
	/* The window begins some bytes before the place. */
	if (s->fresh && window_end(w) <= s->scanned)
		return LINE_SEARCH_READ;
	if (!skip_rest(s))
		return LINE_SEARCH_READ;
	uint64_t end = window_end(w);
	struct span bytes = window_span(w, s->scanned, end);
	const char *nl = memrchr(bytes.data, '\n', bytes.len);
	if (!nl && bytes.len < LINE_RAW_MAX)
		return LINE_SEARCH_READ;
	/* What stands behind the last newline waits for the next chunk. */
	s->skipping = !nl;
	search(s, nl ? s->scanned + (uint64_t)(nl - bytes.data) + 1 : end,
		keep);
	return LINE_SEARCH_SEARCHED;
}

uint64_t
line_search_floor(const struct line_search *s, uint64_t from)
{
	uint64_t begin = window_begin(s->window);
	if (from >= begin)
		return from;
	struct span bytes = window_span(s->window, begin, s->scanned);
	const char *nl = memchr(bytes.data, '\n', bytes.len);
	return nl ? begin + (uint64_t)(nl - bytes.data) + 1 : s->scanned;
}

uint64_t
line_search_before(const struct line_search *s, uint64_t offset)
{
	uint64_t base = input_base(s->in, offset);
	uint64_t from = offset - MIN(offset - base, POSITION_BEFORE);
	char bytes[POSITION_BEFORE];
	if (from >= window_begin(s->window) && offset <= window_end(s->window))
		return hash64(window_span(s->window, from, offset));
	if (!input_can_seek(s->in))
		return 0;
	ssize_t n =
		input_read(s->in, from, bytes, (size_t)(offset - from), NULL);
	return hash64((struct span){ bytes, n > 0 ? (size_t)n : 0 });
}
