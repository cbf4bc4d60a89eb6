#include "config.h"
#include "eyes/records/record-walk.h"

#include <stdlib.h>

#include "eyes/format/docker-json.h"
#include "eyes/format/docker-stream.h"
#include "eyes/format/join-pieces.h"

/* How far a walk looks back for the start of a record, in bytes of the stream
 * and of the log. A record that began earlier is not put together. */
#define BACK_STREAM 65536u
#define BACK_FILE (1u << 20)

struct record_walk {
	struct docker_json *docker_json;
	struct join *joins[STREAMS];
	struct assemble *assemble;
	struct log_range range;
	enum stream stream;
	uint64_t at;   /* where the next physical line begins */
	uint64_t from; /* where the current one begins */
	const char *line;
	struct span rest;     /* of the current one */
	struct line ready[2]; /* joined lines that are not fed yet */
	size_t n_ready, next_ready;
	bool flushed;
	int64_t time_ns;
	uint32_t broken;
	uint64_t counted; /* broken lines before it are counted */
};

struct record_walk *
record_walk_new(const struct shapes *shapes)
{
	struct record_walk *w = xcalloc(1, sizeof(*w));
	w->docker_json = docker_json_new();
	w->assemble = assemble_new(shapes);
	for (int s = 0; s < STREAMS; s++)
		w->joins[s] = join_new((enum stream)s);
	return w;
}

void
record_walk_free(struct record_walk *w)
{
	if (!w)
		return;
	docker_json_free(w->docker_json);
	assemble_free(w->assemble);
	for (int s = 0; s < STREAMS; s++)
		join_free(w->joins[s]);
	free(w);
}

void
record_walk_reset(struct record_walk *w, uint64_t from)
{
	w->time_ns = 0;
	w->broken = 0;
	w->counted = from;
}

int64_t
record_walk_time(const struct record_walk *w)
{
	return w->time_ns;
}

uint32_t
record_walk_broken(struct record_walk *w)
{
	uint32_t n = w->broken;
	w->broken = 0;
	return n;
}

uint64_t
record_walk_line(const struct log_range *range, uint64_t at, uint64_t floor)
{
	struct span s = window_span(range->window, floor, at);
	const char *nl = s.len ? memrchr(s.data, '\n', s.len) : NULL;
	return nl ? floor + (uint64_t)(nl - s.data) + 1 : floor;
}

/* The physical line at `from`, without its newline; *next is where the
 * following one begins. */
static struct span
line_at(const struct log_range *range, uint64_t from, uint64_t end,
	uint64_t *next)
{
	struct span s = window_span(range->window, from, end);
	const char *nl = memchr(s.data, '\n', s.len);
	size_t len = nl ? (size_t)(nl - s.data) : s.len;
	*next = from + len + (nl ? 1 : 0);
	return span_first(s, len);
}

unsigned
record_walk_streams(const struct log_range *range, uint64_t from, uint64_t end,
	uint64_t *next)
{
	struct span rest = line_at(range, from, end, next);
	if (range->format != FORMAT_DOCKER)
		return 1u << STREAM_STDOUT;
	int told = docker_stream_of(rest);
	if (told >= 0)
		return 1u << told;
	struct glimpse g;
	unsigned streams = 0;
	while (docker_json_glimpse(range->format, -1, &rest, &g))
		streams |= 1u << g.stream;
	return streams;
}

/* What the way back needs to know of a physical line. */
struct glance {
	size_t bytes;  /* of the stream, about */
	bool begins;   /* a record begins here, whatever stands before it */
	bool finished; /* the line of the stream that ends here is complete */
};

static struct glance
glance(const struct log_range *range, enum stream stream, struct span rest)
{
	struct glance ret = { .finished = true };
	struct glimpse g;
	while (docker_json_glimpse(range->format, (int)stream, &rest, &g)) {
		if (!ret.bytes)
			ret.begins = g.json;
		ret.bytes += g.bytes + 1;
		ret.finished = g.ends;
	}
	return ret;
}

uint64_t
record_walk_back(const struct log_range *range, enum stream stream,
	uint64_t from, uint64_t floor)
{
	uint64_t at = from, begins = UINT64_MAX, start = from;
	size_t bytes = 0;
	while (at > floor && from - at < BACK_FILE && bytes < BACK_STREAM) {
		uint64_t line = record_walk_line(range, at - 1, floor), next;
		struct glance g =
			glance(range, stream, line_at(range, line, at, &next));
		at = line;
		if (!g.bytes)
			continue;
		/* The start of an object may also be the middle of a line in
		 * pieces: only if the line before it is complete does a record
		 * begin here. */
		if (begins != UINT64_MAX && g.finished)
			return begins;
		begins = g.begins ? line : UINT64_MAX;
		start = line;
		bytes += g.bytes;
	}
	return at <= floor ? floor : start;
}

void
record_walk_begin(struct record_walk *w, const struct log_range *range,
	enum stream stream, uint64_t from)
{
	w->range = *range;
	w->stream = stream;
	w->at = from;
	w->rest = SPAN_NONE;
	w->n_ready = w->next_ready = 0;
	w->flushed = false;
	join_reset(w->joins[stream]);
	assemble_reset(w->assemble);
}

/* Whether a literal begins in the line. Hits are ascending, so half of them are
 * ruled out at each step. */
static bool
is_hit(const struct log_range *range, uint64_t from, uint64_t end)
{
	size_t low = 0, high = range->hits->n;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (range->base + range->hits->at[mid] < from)
			low = mid + 1;
		else
			high = mid;
	}
	return low < range->hits->n && range->base + range->hits->at[low] < end;
}

static void
next_line(struct record_walk *w, uint64_t end)
{
	w->from = w->at;
	w->rest = line_at(&w->range, w->from, end, &w->at);
	w->line = w->rest.data;
}

static struct line_place
place_of(const struct record_walk *w, const struct log_entry *e)
{
	uint64_t offset = w->from + (uint64_t)(e->begin - w->line);
	return (struct line_place){ offset, w->at,
		is_hit(&w->range, offset, w->at) };
}

/* Counts the broken lines of what was decoded last, unless an earlier walk did:
 * one stream's walk may cover the same lines as the other's. */
static void
count_broken(struct record_walk *w)
{
	uint32_t n = docker_json_broken(w->docker_json);
	if (w->at > w->counted) {
		w->broken += n;
		w->counted = w->at;
	}
}

const struct record *
record_walk_next(struct record_walk *w, uint64_t end)
{
	struct log_entry e;
	for (;;) {
		if (w->next_ready < w->n_ready) {
			const struct record *r = assemble_feed(
				w->assemble, &w->ready[w->next_ready++]);
			if (r)
				return r;
		} else if (docker_json_next(w->docker_json, w->range.format,
				   (int)w->stream, &w->rest, &e)) {
			w->time_ns = MAX(w->time_ns, e.time_ns);
			struct line_place at = place_of(w, &e);
			w->next_ready = 0;
			w->n_ready = join_feed(
				w->joins[w->stream], &e, &at, w->ready);
		} else {
			count_broken(w);
			if (w->at >= end)
				return NULL;
			next_line(w, end);
		}
	}
}

const struct record *
record_walk_finish(struct record_walk *w)
{
	struct line line;
	if (!w->flushed) {
		w->flushed = true;
		if (join_flush(w->joins[w->stream], &line)) {
			const struct record *r =
				assemble_feed(w->assemble, &line);
			if (r)
				return r;
		}
	}
	return assemble_close(w->assemble);
}

bool
record_walk_open(const struct record_walk *w, struct open_record *ret)
{
	struct line line;
	const struct record *open = assemble_open(w->assemble);
	bool begun = join_begun(w->joins[w->stream], &line);
	if (!open && !begun)
		return false;
	*ret = (struct open_record){
		.begin = open ? open->offset : line.offset,
		.end = begun ? line.end : open->end,
		.hit = (open && open->hit) || (begun && line.hit),
		.whole = !begun && assemble_is_whole(w->assemble),
	};
	return true;
}
