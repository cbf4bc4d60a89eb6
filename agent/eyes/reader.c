#include "config.h"
#include "eyes/reader.h"

#include <errno.h>
#include <stdlib.h>

#include "eyes/batcher.h"
#include "eyes/input/line-numbers.h"
#include "eyes/pause.h"
#include "eyes/reader-inside.h"
#include "wire/batch.h"

int
reader_open(const struct source *source, int fd, struct reader_tools *tools,
	struct reader **ret, struct why *why)
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

struct match_undecided
reader_undecided(struct reader *r)
{
	struct match_undecided ret = r->undecided;
	r->undecided = (struct match_undecided){ 0 };
	return ret;
}

usec
reader_due(const struct reader *r)
{
	return MIN(pause_due(&r->pauses[STREAM_STDOUT]),
		pause_due(&r->pauses[STREAM_STDERR]));
}

int
reader_append(
	struct reader *r, int fd, uint64_t base, usec now, struct why *why)
{
	/* The record that is open at the end of the last file may continue in
	 * this one. */
	for (int s = 0; s < STREAMS; s++)
		pause_renew(&r->pauses[s], now);
	return input_add(r->in, fd, base, why);
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
	r->held_open[STREAM_STDOUT] = r->held_open[STREAM_STDERR] = false;
}

/* Hands the batch out, with everything before `end` in it. */
static int
send_batch(struct reader *r, uint64_t end, usec now, struct batch *ret)
{
	bool docker = r->search.format == FORMAT_DOCKER;
	for (int s = 0; s < STREAMS; s++)
		if (docker || s == STREAM_STDOUT)
			reader_settle(r, (enum stream)s, end);
	if (!docker)
		r->covered[STREAM_STDERR] = r->covered[STREAM_STDOUT];
	struct position to = { .before = line_search_before(
				       &r->search, least(r)) };
	for (int s = 0; s < STREAMS; s++)
		to.offset[s] = r->covered[s];
	r->batcher.batch.time_ns = record_walk_time(r->tools->walk);
	r->batcher.batch.broken = record_walk_broken(r->tools->walk);
	batcher_send(&r->batcher, &to, end, now, ret);
	input_forget(r->in, position_least(&to));
	return READER_BATCH;
}

/* Ends the turn with everything before `end` taken. The next log has the window
 * then, so what need not be read again is left behind. */
static int
end_turn(struct reader *r, uint64_t end, usec now, struct batch *ret)
{
	if (batcher_is_due(&r->batcher, end, false, now))
		return send_batch(r, end, now, ret);
	for (int s = 0; s < STREAMS; s++)
		reader_settle(r, (enum stream)s, end);
	return READER_MORE;
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
	int n = line_search_read(&r->search, reader_first_held(r), why);
	if (n == LINE_SEARCH_SEARCHED)
		r->held_open[STREAM_STDOUT] = r->held_open[STREAM_STDERR] =
			false;
	return n;
}

/* Whether the records that were closed since the last batch move the
 * position. */
static bool
has_moved(const struct reader *r)
{
	const struct position *sent = &r->batcher.sent;
	return r->covered[STREAM_STDOUT] > sent->offset[STREAM_STDOUT] ||
		(r->covered[STREAM_STDERR] > sent->offset[STREAM_STDERR] &&
			r->search.format == FORMAT_DOCKER);
}

int
reader_step(struct reader *r, bool ended, usec now, struct batch *ret,
	struct why *why)
{
	if (window_owner(r->tools->window) != r)
		begin(r);
	turn_begin(&r->tools->turn);
	for (;;) {
		uint64_t done;
		enum taken taken = reader_take_hits(r, 0, &done);
		if (taken == TAKEN_FULL || batcher_is_full(&r->batcher, done))
			return send_batch(r, done, now, ret);
		if (taken == TAKEN_TURN || reader_is_over(r, done))
			return end_turn(r, done, now, ret);
		r->reached = MAX(r->reached, done);
		int n = read_chunk(r, why);
		if (n < 0)
			return n;
		if (n == 0)
			break;
	}
	if (ended)
		line_search_finish(&r->search, reader_first_held(r));
	unsigned closing = ended ? ALL_STREAMS : reader_look_at_open(r, now);
	if (closing && !reader_take_open(r, closing))
		return send_batch(r, r->search.scanned, now, ret);
	r->batcher.batch.end = ended;
	if (ended ||
		batcher_is_due(
			&r->batcher, r->search.scanned, has_moved(r), now))
		return send_batch(r, r->search.scanned, now, ret);
	return READER_ALL;
}
