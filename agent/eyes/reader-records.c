#include "config.h"
#include "eyes/batcher.h"
#include "eyes/input/input.h"
#include "eyes/input/line-numbers.h"
#include "eyes/input/window.h"
#include "eyes/match/match.h"
#include "eyes/pause.h"
#include "eyes/reader-inside.h"
#include "eyes/records/record-walk.h"
#include "eyes/search/line-search.h"
#include "eyes/turn.h"
#include "wire/fault.h"

/* A record that spreads over more of the log than this is closed. Otherwise one
 * that never ends would hold its position back for ever. */
#define OPEN_MAX (1u << 20)
/* A walk over records that follow each other ends here, so that the records of
 * the other stream are not far behind. */
#define WALK_MAX (64u << 10)

/* Whether the turn is over. Each turn comes on by something; and where bytes
 * cannot be had again at once, the turn lasts until the batch is full. */
bool
reader_is_over(struct reader *r, uint64_t at)
{
	return at > r->reached && input_can_jump(r->in) &&
		turn_is_over(&r->tools->turn, at);
}

/* The first hit that counts again once more lines are searched, because its
 * record was open at their end. */
uint64_t
reader_first_held(const struct reader *r)
{
	uint64_t first = UINT64_MAX;
	for (int s = 0; s < STREAMS; s++)
		if (r->held_open[s])
			first = MIN(first, r->covered[s]);
	return first;
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

/* Head counts what rules could not tell, so that no fault is lost in silence.
 */
static void
count_undecided(struct reader *r)
{
	struct match_undecided u = match_undecided(r->tools->match);
	if (!u.times)
		return;
	r->batcher.batch.undecided += u.times;
	u.times += r->undecided.times;
	r->undecided = u;
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
	count_undecided(r);
	bool fits = batcher_fits(&r->batcher, faults, n);
	for (size_t i = 0; i < n; i++) {
		struct fault *new;
		if (!fits)
			fault_free(&faults[i]);
		else if (batcher_add(&r->batcher, &faults[i], &new) &&
			r->source.numbered)
			new->line = line_numbers_line(&r->numbers,
				r->tools->window, r->in, new->offset);
	}
	return fits;
}

/* Whether further lines behind `end` may continue the record. */
static bool
stays_open(const struct open_record *open, uint64_t end)
{
	return !open->whole && end - open->begin < OPEN_MAX;
}

/* Closes or keeps the record that is open at the end of what was searched. It
 * is kept, with the position at its start, as long as further lines may
 * continue it. */
static bool
close_or_hold(struct reader *r, enum stream s, bool ended)
{
	struct open_record open;
	if (!record_walk_open(r->tools->walk, &open)) {
		r->covered[s] = r->search.scanned;
		return true;
	}
	if (!ended && stays_open(&open, r->search.scanned)) {
		r->covered[s] = open.begin;
		r->open_end[s] = open.end;
		r->held_open[s] = open.hit;
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

/* Whether the walk, which began at the line at `line`, goes on with the record
 * behind the one that was taken: it holds a hit, too, and need not be decoded a
 * second time then. */
static bool
goes_on(struct reader *r, const struct open_record *next, uint64_t line)
{
	if (!next->hit || next->begin - line >= WALK_MAX ||
		reader_is_over(r, next->begin))
		return false;
	r->reached = MAX(r->reached, next->begin);
	return true;
}

/* Takes the record of the stream that the hit at `at`, in the line at `line`,
 * belongs to, those before it, and those right behind it that hold a hit. False
 * if the batch must go out first. */
static bool
take_stream(
	struct reader *r, enum stream s, uint64_t line, uint64_t at, bool ended)
{
	if (r->covered[s] > at)
		return true;
	struct record_walk *walk = r->tools->walk;
	struct log_range range = range_of(r);
	uint64_t from = line_search_floor(&r->search, r->covered[s]);
	from = record_walk_back(&range, s, MAX(line, from), from);
	record_walk_begin(walk, &range, s, from);
	const struct record *record;
	while ((record = record_walk_next(walk, r->search.scanned))) {
		if (!take_record(r, record)) {
			r->covered[s] = record->offset;
			return false;
		}
		struct open_record open;
		if (record_walk_open(walk, &open) && open.begin > at) {
			r->covered[s] = open.begin;
			if (!goes_on(r, &open, line))
				return true;
			at = open.begin;
		}
	}
	return close_or_hold(r, s, ended);
}

/* Moves the stream's position to `end`, a line's start, or back to the start of
 * the record that is open there: a restart begins with whole records (promise
 * 1). Records before it were seen and hold no candidate. */
void
reader_settle(struct reader *r, enum stream s, uint64_t end)
{
	if (r->covered[s] >= end || r->held_open[s])
		return;
	struct record_walk *walk = r->tools->walk;
	struct log_range range = range_of(r);
	struct open_record open;
	uint64_t floor = line_search_floor(&r->search, r->covered[s]);
	if (floor > end)
		return;
	record_walk_begin(
		walk, &range, s, record_walk_back(&range, s, end, floor));
	while (record_walk_next(walk, end))
		;
	bool is_open = record_walk_open(walk, &open) && stays_open(&open, end);
	r->covered[s] = is_open ? open.begin : end;
	r->open_end[s] = is_open ? open.end : end;
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

/* Takes the records of all hits in the searched lines, and those that are open
 * at their end in the streams whose bit is in `closing`. Everything before *end
 * is taken. */
enum taken
reader_take_hits(struct reader *r, unsigned closing, uint64_t *end)
{
	struct log_range range = range_of(r);
	uint64_t begin = window_begin(range.window);
	struct candidates *c = &r->search.candidates;
	uint64_t line = begin, next = begin;
	unsigned streams = 0;
	for (; c->next < c->hits.n; c->next++) {
		uint64_t at = c->base + c->hits.at[c->next];
		if (is_done(r, at))
			continue;
		bool over = !closing && reader_is_over(r, at);
		if (at >= next) {
			line = record_walk_line(&range, at, next);
			streams = record_walk_streams(
				&range, line, r->search.scanned, &next);
		}
		*end = line;
		if (over)
			return TAKEN_TURN;
		for (int s = 0; s < STREAMS; s++)
			if (streams & 1u << s && !r->held_open[s] &&
				!take_stream(r, (enum stream)s, line, at,
					closing >> s & 1))
				return TAKEN_FULL;
		r->reached = MAX(r->reached, at);
	}
	*end = r->search.scanned;
	return TAKEN_ALL;
}

/* Closes what is open at the end of the log in the streams whose bit is in
 * `closing`. False if the batch must go out first. */
bool
reader_take_open(struct reader *r, unsigned closing)
{
	uint64_t at;
	r->search.candidates.next = 0;
	for (int s = 0; s < STREAMS; s++)
		r->held_open[s] &= !(closing >> s & 1);
	if (reader_take_hits(r, closing, &at) != TAKEN_ALL)
		return false;
	for (int s = 0; s < STREAMS; s++)
		if (closing >> s & 1) {
			r->covered[s] = MAX(r->covered[s], r->search.scanned);
			pause_forget(&r->pauses[s]);
		}
	return true;
}

/* Looks at the record of each stream that is open at the end of the log, and
 * returns a bit for each stream whose record is complete. A stream has a pause
 * of its own: the other may go on for ever. */
unsigned
reader_look_at_open(struct reader *r, usec now)
{
	unsigned closing = 0;
	uint64_t end = window_end(r->tools->window);
	bool grown = end > r->farthest && end > r->search.scanned;
	r->farthest = MAX(r->farthest, end);
	for (int s = 0; s < STREAMS; s++) {
		reader_settle(r, (enum stream)s, r->search.scanned);
		if (r->covered[s] >= r->search.scanned)
			pause_forget(&r->pauses[s]);
		else if (pause_look(&r->pauses[s], r->covered[s],
				 r->open_end[s], grown, now))
			closing |= 1u << s;
	}
	return closing;
}
