#include "config.h"
#include "eyes/reader.h"

#include <errno.h>
#include <stdlib.h>

#include "base/hash.h"
#include "eyes/batcher.h"
#include "eyes/format/detect.h"
#include "eyes/input/line-numbers.h"
#include "eyes/search/candidates.h"
#include "wire/batch.h"
#include "wire/fault.h"

#define CHUNK (512u << 10)
#define LINE_RAW_MAX (1u << 20) /* a longer line is read up to here */
#define OPEN_MAX (1u << 20)     /* a record spreads over no more of the log */

struct reader {
	struct source source; /* its format is found out */
	struct input *in;
	const struct reader_tools *tools;
	struct line_numbers numbers;
	uint64_t covered[STREAMS]; /* all before it is done; a record's start */
	bool parked[STREAMS];      /* it is open at `scanned`, and it matters */
	uint64_t region, scanned;  /* whole lines that were searched last */
	struct candidates candidates; /* in them, and in open records */
	bool fresh;    /* nothing of this visit is searched yet */
	bool skipping; /* in the rest of a line that is too long */
	struct batcher bundle;
};

int
reader_open(const struct source *source, int fd,
	const struct reader_tools *tools, struct reader **ret, struct why *why)
{
	struct input *in;
	int r = input_open(fd, source->base, &in, why);
	if (r < 0)
		return r;
	struct reader *reader = xcalloc(1, sizeof(*reader));
	reader->source = *source;
	reader->in = in;
	reader->tools = tools;
	reader->numbers.line = 1;
	for (int s = 0; s < STREAMS; s++)
		reader->covered[s] = source->from.offset[s];
	batcher_open(&reader->bundle, source);
	*ret = reader;
	return 0;
}

void
reader_close(struct reader *r)
{
	if (!r)
		return;
	if (window_owner(r->tools->window) == r)
		window_reset(r->tools->window, NULL, 0);
	batcher_close(&r->bundle);
	hits_free(&r->candidates.hits);
	input_close(r->in);
	free(r);
}

bool
reader_waits(const struct reader *r)
{
	return r->covered[STREAM_STDOUT] < r->scanned ||
		r->covered[STREAM_STDERR] < r->scanned;
}

int
reader_append(struct reader *r, int fd, uint64_t base, struct why *why)
{
	return input_add(r->in, fd, base, why);
}

uint64_t
reader_offset(const struct reader *r)
{
	return r->scanned;
}

static uint64_t
least(const struct reader *r)
{
	return MIN(r->covered[STREAM_STDOUT], r->covered[STREAM_STDERR]);
}

/* The window was another's, or this is the first time. */
static void
visit(struct reader *r)
{
	uint64_t from = least(r);
	uint64_t back = from - input_base(r->in, from);
	back = input_can_seek(r->in) ? MIN(back, POSITION_BEFORE) : 0;
	window_reset(r->tools->window, r, from - back);
	record_walk_reset(r->tools->walk, from);
	r->region = r->scanned = from;
	candidates_clear(&r->candidates, from);
	r->parked[STREAM_STDOUT] = r->parked[STREAM_STDERR] = false;
	r->fresh = true;
	r->skipping = false;
}

static struct log_range
terrain(const struct reader *r)
{
	return (struct log_range){
		.window = r->tools->window,
		.format = r->source.format,
		.hits = &r->candidates.hits,
		.base = r->candidates.base,
	};
}

/* Everything before it is done, or no longer in the window. */
static uint64_t
floor_of(const struct reader *r, enum stream s)
{
	uint64_t begin = window_begin(r->tools->window);
	if (r->covered[s] >= begin)
		return r->covered[s];
	struct span bytes = window_span(r->tools->window, begin, r->scanned);
	const char *nl = memchr(bytes.data, '\n', bytes.len);
	return nl ? begin + (uint64_t)(nl - bytes.data) + 1 : r->scanned;
}

/* Puts the record's faults into the batch; false if it must go out first. */
static bool
take_record(struct reader *r, const struct record *record)
{
	struct fault faults[MATCH_FAULTS];
	if (!record->hit)
		return true;
	size_t n = match_record(r->tools->match, record, &r->source, faults);
	bool fits = batcher_fits(&r->bundle, n);
	for (size_t i = 0; i < n; i++) {
		struct fault *new;
		if (!fits)
			fault_free(&faults[i]);
		else if (batcher_add(&r->bundle, &faults[i], &new) &&
			r->source.numbered)
			new->line = line_numbers_line(&r->numbers,
				r->tools->window, r->in, new->offset);
	}
	return fits;
}

/* What remains open at the end of what was searched. */
static bool
park(struct reader *r, enum stream s, bool ended)
{
	uint64_t open;
	bool hit, whole;
	if (!record_walk_open(r->tools->walk, &open, &hit, &whole)) {
		r->covered[s] = r->scanned;
		return true;
	}
	if (!ended && !whole && r->scanned - open < OPEN_MAX) {
		r->covered[s] = open;
		r->parked[s] = hit;
		return true;
	}
	const struct record *record;
	while ((record = record_walk_finish(r->tools->walk)))
		if (!take_record(r, record)) {
			r->covered[s] = record->offset;
			return false;
		}
	r->covered[s] = r->scanned;
	return true;
}

/* Takes the stream's record that the hit at `at`, in the line at `line`,
 * belongs to, and those before it; false if the batch must go out first. */
static bool
take_stream(
	struct reader *r, enum stream s, uint64_t line, uint64_t at, bool ended)
{
	if (r->covered[s] > at)
		return true;
	struct record_walk *walk = r->tools->walk;
	struct log_range t = terrain(r);
	uint64_t from = floor_of(r, s);
	from = record_walk_back(&t, s, MAX(line, from), from);
	record_walk_begin(walk, &t, s, from);
	const struct record *record;
	while ((record = record_walk_next(walk, r->scanned))) {
		if (!take_record(r, record)) {
			r->covered[s] = record->offset;
			return false;
		}
		uint64_t open;
		bool hit, whole;
		if (record_walk_open(walk, &open, &hit, &whole) && open > at) {
			r->covered[s] = open;
			return true;
		}
	}
	return park(r, s, ended);
}

/* Start of the stream's record that is open at `end`, a line's start. */
static void
settle(struct reader *r, enum stream s, uint64_t end)
{
	if (r->covered[s] >= end || r->parked[s])
		return;
	struct record_walk *walk = r->tools->walk;
	struct log_range t = terrain(r);
	uint64_t floor = floor_of(r, s), open;
	if (floor > end)
		return;
	bool hit, whole;
	record_walk_begin(walk, &t, s, record_walk_back(&t, s, end, floor));
	while (record_walk_next(walk, end))
		; /* seen and found to be no candidate */
	bool is_open = record_walk_open(walk, &open, &hit, &whole);
	r->covered[s] = is_open && !whole ? open : end;
}

static uint64_t
hash_before(const struct reader *r, uint64_t offset)
{
	const struct window *w = r->tools->window;
	uint64_t base = input_base(r->in, offset);
	uint64_t from = offset - MIN(offset - base, POSITION_BEFORE);
	char bytes[POSITION_BEFORE];
	if (from >= window_begin(w) && offset <= window_end(w))
		return hash64(window_span(w, from, offset));
	if (!input_can_seek(r->in))
		return 0;
	ssize_t n =
		input_read(r->in, from, bytes, (size_t)(offset - from), NULL);
	return hash64((struct span){ bytes, n > 0 ? (size_t)n : 0 });
}

/* Hands the batch out; all before `end` is in it. */
static int
send_batch(struct reader *r, uint64_t end, usec now, struct batch *ret)
{
	bool docker = r->source.format == FORMAT_DOCKER;
	for (int s = 0; s < STREAMS; s++)
		if (docker || s == STREAM_STDOUT)
			settle(r, (enum stream)s, end);
	if (!docker)
		r->covered[STREAM_STDERR] = r->covered[STREAM_STDOUT];
	struct position to = { .before = hash_before(r, least(r)) };
	for (int s = 0; s < STREAMS; s++)
		to.offset[s] = r->covered[s];
	r->bundle.batch.time_ns = record_walk_time(r->tools->walk);
	r->bundle.batch.broken = record_walk_broken(r->tools->walk);
	batcher_send(&r->bundle, &to, end, now, ret);
	input_forget(r->in, position_least(&to));
	return 1;
}

static void
search(struct reader *r, uint64_t end)
{
	uint64_t keep = r->region = r->scanned;
	r->scanned = end;
	/* Those in open records count again when more is there. */
	for (int s = 0; s < STREAMS; s++) {
		if (r->parked[s])
			keep = MIN(keep, r->covered[s]);
		r->parked[s] = false;
	}
	struct span bytes = window_span(r->tools->window, r->region, end);
	if (r->source.format == FORMAT_AUTO)
		r->source.format = detect_format(bytes);
	candidates_keep(&r->candidates, keep);
	candidates_add(&r->candidates, r->tools->find, r->source.format, bytes,
		r->region);
}

/* Steps over what a position inside a line, or a line without end, leaves.
 * false if it goes on. */
static bool
skip_rest(struct reader *r)
{
	struct window *w = r->tools->window;
	uint64_t end = window_end(w);
	if (r->fresh && r->scanned > window_begin(w)) {
		/* Docker's records are found again inside a torn line. */
		if (r->source.format == FORMAT_AUTO)
			r->source.format = detect_log_format(r->in);
		r->skipping = r->source.format != FORMAT_DOCKER &&
			*window_span(w, r->scanned - 1, r->scanned).data !=
				'\n';
	}
	r->fresh = false;
	if (!r->skipping)
		return true;
	struct span bytes = window_span(w, r->scanned, end);
	const char *nl = memchr(bytes.data, '\n', bytes.len);
	r->skipping = !nl;
	r->scanned = nl ? r->scanned + (uint64_t)(nl - bytes.data) + 1 : end;
	return nl != NULL;
}

/* Reads a chunk and searches its whole lines: 1, or 0 at the end. */
static int
read_chunk(struct reader *r, struct why *why)
{
	struct window *w = r->tools->window;
	/* Once somebody wanted a number, count what is in the cache anyway. */
	if (r->source.numbered && (r->numbers.offset || !input_can_jump(r->in)))
		line_numbers_keep_up(&r->numbers, w, r->scanned);
	char *to = window_room(w, CHUNK);
	ssize_t n = input_read(r->in, window_end(w), to, CHUNK, why);
	if (n <= 0)
		return (int)n;
	window_add(w, (size_t)n);
	if (r->fresh && window_end(w) <= r->scanned)
		return 1; /* still before the place */
	if (!skip_rest(r))
		return 1;
	uint64_t end = window_end(w);
	struct span bytes = window_span(w, r->scanned, end);
	const char *nl = memrchr(bytes.data, '\n', bytes.len);
	if (nl) {
		search(r, r->scanned + (uint64_t)(nl - bytes.data) + 1);
	} else if (bytes.len >= LINE_RAW_MAX) {
		search(r, end);
		r->skipping = true;
	}
	return 1;
}

/* A flood's hits mostly lie in what is done already. */
static bool
is_done(const struct reader *r, uint64_t at)
{
	return at < r->covered[STREAM_STDOUT] &&
		(at < r->covered[STREAM_STDERR] ||
			r->source.format != FORMAT_DOCKER);
}

/* Takes what the searched lines hold; false if the batch must go out first,
 * with everything before *end in it. */
static bool
take_hits(struct reader *r, bool ended, uint64_t *end)
{
	struct log_range t = terrain(r);
	uint64_t begin = window_begin(t.window);
	struct candidates *c = &r->candidates;
	for (; c->next < c->hits.n; c->next++) {
		uint64_t at = c->base + c->hits.at[c->next];
		if (is_done(r, at))
			continue;
		uint64_t line = record_walk_line(&t, at, begin);
		unsigned streams = record_walk_streams(&t, line, r->scanned);
		for (int s = 0; s < STREAMS; s++)
			if (streams & 1u << s && !r->parked[s] &&
				!take_stream(
					r, (enum stream)s, line, at, ended)) {
				*end = line;
				return false;
			}
	}
	*end = r->scanned;
	return true;
}

/* At the end of the log: what is open there is closed. */
static bool
take_open(struct reader *r, enum reader_end end)
{
	uint64_t last = window_end(r->tools->window), at;
	if (end == READER_ENDED && last > r->scanned && !r->skipping)
		search(r, last);
	r->candidates.next = 0;
	r->parked[STREAM_STDOUT] = r->parked[STREAM_STDERR] = false;
	if (!take_hits(r, true, &at))
		return false;
	for (int s = 0; s < STREAMS; s++)
		r->covered[s] = MAX(r->covered[s], r->scanned);
	return true;
}

int
reader_step(struct reader *r, enum reader_end end, usec now, struct batch *ret,
	struct why *why)
{
	if (window_owner(r->tools->window) != r)
		visit(r);
	for (;;) {
		uint64_t done;
		if (!take_hits(r, false, &done))
			return send_batch(r, done, now, ret);
		if (batcher_is_full(&r->bundle, done))
			return send_batch(r, done, now, ret);
		int n = read_chunk(r, why);
		if (n < 0)
			return n;
		if (n == 0)
			break;
	}
	if (end != READER_GOES_ON && !take_open(r, end))
		return send_batch(r, r->scanned, now, ret);
	if (end == READER_ENDED) {
		r->bundle.batch.end = true;
		return send_batch(r, r->scanned, now, ret);
	}
	if (batcher_is_due(&r->bundle, r->scanned, now))
		return send_batch(r, r->scanned, now, ret);
	for (int s = 0; s < STREAMS; s++)
		settle(r, (enum stream)s, r->scanned);
	return 0;
}
