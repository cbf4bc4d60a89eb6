#include "config.h"
#include "eyes/reader.h"

#include <errno.h>
#include <stdlib.h>

#include "base/hash.h"
#include "eyes/batcher.h"
#include "eyes/input/line-numbers.h"
#include "wire/batch.h"
#include "wire/fault.h"

/* A record that spreads over more of the log than this is closed. Otherwise one
 * that never ends would hold its position back for ever. */
#define OPEN_MAX (1u << 20)

/* Bytes behind what is kept of a record's text that still tell whether its end
 * is a secret. */
#define LOOKED_BEHIND 512u

struct reader {
	struct source source;
	struct input *in;
	const struct reader_tools *tools;
	struct line_search search;
	struct line_numbers numbers;
	/* Everything of the stream before this offset is in a batch. It is the
	 * start of a record, so that no record is split between two batches. */
	uint64_t covered[STREAMS];
	/* Whether a record that may match is open at the end of what was
	 * searched. */
	bool parked[STREAMS];
	struct batcher batcher;
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
	reader->search = (struct line_search){ .in = in,
		.window = tools->window,
		.prefilter = tools->prefilter,
		.format = source->format };
	reader->numbers.line = 1;
	for (int s = 0; s < STREAMS; s++)
		reader->covered[s] = source->from.offset[s];
	batcher_open(&reader->batcher, source);
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
	batcher_close(&r->batcher);
	line_search_free(&r->search);
	input_close(r->in);
	free(r);
}

bool
reader_waits(const struct reader *r)
{
	return r->covered[STREAM_STDOUT] < r->search.scanned ||
		r->covered[STREAM_STDERR] < r->search.scanned;
}

int
reader_append(struct reader *r, int fd, uint64_t base, struct why *why)
{
	return input_add(r->in, fd, base, why);
}

uint64_t
reader_offset(const struct reader *r)
{
	return r->search.scanned;
}

static uint64_t
least(const struct reader *r)
{
	return MIN(r->covered[STREAM_STDOUT], r->covered[STREAM_STDERR]);
}

/* Begins at the stream that is less far, because another log had the window or
 * this is the first time. The bytes before that place are read too: the
 * position in a batch holds their hash. */
static void
begin(struct reader *r)
{
	uint64_t from = least(r);
	uint64_t back = from - input_base(r->in, from);
	back = input_can_seek(r->in) ? MIN(back, POSITION_BEFORE) : 0;
	window_reset(r->tools->window, r, from - back);
	record_walk_reset(r->tools->walk, from);
	line_search_begin(&r->search, from);
	r->parked[STREAM_STDOUT] = r->parked[STREAM_STDERR] = false;
}

static struct log_range
range_of(const struct reader *r)
{
	return (struct log_range){
		.window = r->tools->window,
		.format = r->search.format,
		.hits = &r->search.candidates.hits,
		.base = r->search.candidates.base,
	};
}

/* The first byte of the stream that is not covered yet and still in the window,
 * at a line's start. */
static uint64_t
floor_of(const struct reader *r, enum stream s)
{
	uint64_t begin = window_begin(r->tools->window);
	if (r->covered[s] >= begin)
		return r->covered[s];
	struct span bytes =
		window_span(r->tools->window, begin, r->search.scanned);
	const char *nl = memchr(bytes.data, '\n', bytes.len);
	return nl ? begin + (uint64_t)(nl - bytes.data) + 1 : r->search.scanned;
}

/* Fills in what costs time, of a fault that is no repetition. */
static void
complete(struct reader *r, struct fault *f)
{
	f->text.len = MIN(f->text.len, FAULT_TEXT_MAX + LOOKED_BEHIND);
	fault_redact_text(f);
	f->text.len = MIN(f->text.len, FAULT_TEXT_MAX);
	if (r->source.numbered)
		f->line = line_numbers_line(
			&r->numbers, r->tools->window, r->in, f->offset);
}

/* Puts the record's faults into the batch. If they do not fit, none of them is
 * in it, and it must go out first. */
static bool
take_record(struct reader *r, const struct record *record)
{
	struct fault faults[MATCH_FAULTS];
	if (!record->hit)
		return true;
	size_t n = match_record(r->tools->match, record, &r->source, faults);
	bool fits = batcher_fits(&r->batcher, n);
	for (size_t i = 0; i < n; i++) {
		struct fault *new;
		if (!fits)
			fault_free(&faults[i]);
		else if (batcher_add(&r->batcher, &faults[i], &new))
			complete(r, new);
	}
	return fits;
}

/* Closes or keeps the record that is open at the end of what was searched. It
 * is kept, with the position at its start, as long as further lines may
 * continue it. */
static bool
park(struct reader *r, enum stream s, bool ended)
{
	uint64_t open;
	bool hit, whole;
	if (!record_walk_open(r->tools->walk, &open, &hit, &whole)) {
		r->covered[s] = r->search.scanned;
		return true;
	}
	if (!ended && !whole && r->search.scanned - open < OPEN_MAX) {
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
	r->covered[s] = r->search.scanned;
	return true;
}

/* Takes the record of the stream that the hit at `at`, in the line at `line`,
 * belongs to, and those before it. False if the batch must go out first. */
static bool
take_stream(
	struct reader *r, enum stream s, uint64_t line, uint64_t at, bool ended)
{
	if (r->covered[s] > at)
		return true;
	struct record_walk *walk = r->tools->walk;
	struct log_range range = range_of(r);
	uint64_t from = floor_of(r, s);
	from = record_walk_back(&range, s, MAX(line, from), from);
	record_walk_begin(walk, &range, s, from);
	const struct record *record;
	while ((record = record_walk_next(walk, r->search.scanned))) {
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

/* Moves the stream's position to `end`, a line's start, or back to the start of
 * the record that is open there: a restart begins with whole records (promise
 * 1). Records before it were seen and hold no candidate. */
static void
settle(struct reader *r, enum stream s, uint64_t end)
{
	if (r->covered[s] >= end || r->parked[s])
		return;
	struct record_walk *walk = r->tools->walk;
	struct log_range range = range_of(r);
	uint64_t floor = floor_of(r, s), open;
	if (floor > end)
		return;
	bool hit, whole;
	record_walk_begin(
		walk, &range, s, record_walk_back(&range, s, end, floor));
	while (record_walk_next(walk, end))
		;
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

/* Hands the batch out, with everything before `end` in it. */
static int
send_batch(struct reader *r, uint64_t end, usec now, struct batch *ret)
{
	bool docker = r->search.format == FORMAT_DOCKER;
	for (int s = 0; s < STREAMS; s++)
		if (docker || s == STREAM_STDOUT)
			settle(r, (enum stream)s, end);
	if (!docker)
		r->covered[STREAM_STDERR] = r->covered[STREAM_STDOUT];
	struct position to = { .before = hash_before(r, least(r)) };
	for (int s = 0; s < STREAMS; s++)
		to.offset[s] = r->covered[s];
	r->batcher.batch.time_ns = record_walk_time(r->tools->walk);
	r->batcher.batch.broken = record_walk_broken(r->tools->walk);
	batcher_send(&r->batcher, &to, end, now, ret);
	input_forget(r->in, position_least(&to));
	return 1;
}

/* The first hit that counts again once more lines are searched, because its
 * record was open at their end. */
static uint64_t
first_parked(const struct reader *r)
{
	uint64_t first = UINT64_MAX;
	for (int s = 0; s < STREAMS; s++)
		if (r->parked[s])
			first = MIN(first, r->covered[s]);
	return first;
}

/* Reads a chunk: 0 at the end, a negative errno, or a positive number. */
static int
read_chunk(struct reader *r, struct why *why)
{
	/* Once somebody wanted a line number, and where bytes cannot be had
	 * again, lines are counted while they are in the cache anyway. */
	if (r->source.numbered && (r->numbers.offset || !input_can_jump(r->in)))
		line_numbers_keep_up(
			&r->numbers, r->tools->window, r->search.scanned);
	int n = line_search_read(&r->search, first_parked(r), why);
	if (n == LINE_SEARCH_SEARCHED)
		r->parked[STREAM_STDOUT] = r->parked[STREAM_STDERR] = false;
	return n;
}

/* Whether the hit lies in what is covered already. In a flood most of them do:
 * one record has many hits. */
static bool
is_done(const struct reader *r, uint64_t at)
{
	return at < r->covered[STREAM_STDOUT] &&
		(at < r->covered[STREAM_STDERR] ||
			r->search.format != FORMAT_DOCKER);
}

/* Takes the records of all hits in the searched lines. False if the batch must
 * go out first, with everything before *end in it. */
static bool
take_hits(struct reader *r, bool ended, uint64_t *end)
{
	struct log_range range = range_of(r);
	uint64_t begin = window_begin(range.window);
	struct candidates *c = &r->search.candidates;
	for (; c->next < c->hits.n; c->next++) {
		uint64_t at = c->base + c->hits.at[c->next];
		if (is_done(r, at))
			continue;
		uint64_t line = record_walk_line(&range, at, begin);
		unsigned streams =
			record_walk_streams(&range, line, r->search.scanned);
		for (int s = 0; s < STREAMS; s++)
			if (streams & 1u << s && !r->parked[s] &&
				!take_stream(
					r, (enum stream)s, line, at, ended)) {
				*end = line;
				return false;
			}
	}
	*end = r->search.scanned;
	return true;
}

/* Closes what is open at the end of the log. False if the batch must go out
 * first. */
static bool
take_open(struct reader *r, enum reader_end end)
{
	uint64_t at;
	if (end == READER_ENDED)
		line_search_finish(&r->search, first_parked(r));
	r->search.candidates.next = 0;
	r->parked[STREAM_STDOUT] = r->parked[STREAM_STDERR] = false;
	if (!take_hits(r, true, &at))
		return false;
	for (int s = 0; s < STREAMS; s++)
		r->covered[s] = MAX(r->covered[s], r->search.scanned);
	return true;
}

int
reader_step(struct reader *r, enum reader_end end, usec now, struct batch *ret,
	struct why *why)
{
	if (window_owner(r->tools->window) != r)
		begin(r);
	for (;;) {
		uint64_t done;
		if (!take_hits(r, false, &done))
			return send_batch(r, done, now, ret);
		if (batcher_is_full(&r->batcher, done))
			return send_batch(r, done, now, ret);
		int n = read_chunk(r, why);
		if (n < 0)
			return n;
		if (n == 0)
			break;
	}
	if (end != READER_GOES_ON && !take_open(r, end))
		return send_batch(r, r->search.scanned, now, ret);
	if (end == READER_ENDED) {
		r->batcher.batch.end = true;
		return send_batch(r, r->search.scanned, now, ret);
	}
	if (batcher_is_due(&r->batcher, r->search.scanned, now))
		return send_batch(r, r->search.scanned, now, ret);
	for (int s = 0; s < STREAMS; s++)
		settle(r, (enum stream)s, r->search.scanned);
	return 0;
}
