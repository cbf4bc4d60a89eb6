#include "config.h"
#include "eyes/format/join-pieces.h"

#include <stdlib.h>

#define PIECE_BYTES 16384u /* dockerd and containerd split lines here */

/* The line before and this one can be complete after the same entry, so there
 * are two texts. */
struct join {
	enum stream stream;
	struct buf texts[2];
	unsigned current;
	bool begun;
	bool full;        /* the last piece has 16 KiB, so the line goes on */
	struct line line; /* the unfinished line, without its text */
};

struct join *
join_new(enum stream stream)
{
	struct join *l = xcalloc(1, sizeof(*l));
	l->stream = stream;
	return l;
}

void
join_free(struct join *l)
{
	if (!l)
		return;
	buf_free(&l->texts[0]);
	buf_free(&l->texts[1]);
	free(l);
}

void
join_reset(struct join *l)
{
	l->begun = false;
}

bool
join_begun(const struct join *l, struct line *ret)
{
	*ret = l->line;
	return l->begun;
}

bool
join_flush(struct join *l, struct line *ret)
{
	if (!l->begun)
		return false;
	l->begun = false;
	l->line.text = buf_span(&l->texts[l->current]);
	*ret = l->line;
	return true;
}

static void
begin(struct join *l, const struct log_entry *e, const struct line_place *at)
{
	l->current = !l->current;
	buf_reset(&l->texts[l->current]);
	l->begun = true;
	l->line = (struct line){
		.stream = l->stream,
		.offset = at->offset,
		.time_ns = e->time_ns,
	};
}

static void
add(struct join *l, const struct log_entry *e, const struct line_place *at)
{
	struct buf *text = &l->texts[l->current];
	size_t room = LINE_KEPT - text->len;
	/* containerd writes its time and stream before every piece. */
	struct span piece = l->line.physical
		? span_from(e->text, e->log_prefix_len)
		: e->text;
	l->full = e->text.len >= PIECE_BYTES;
	if (piece.len > room)
		l->line.cut = true;
	buf_add_span(text, span_first(piece, room));
	l->line.end = at->end;
	l->line.hit |= at->hit;
	if (l->line.physical++)
		/* A literal may lie across the pieces: then no search of the
		 * raw lines has found it. */
		l->line.hit = true;
}

size_t
join_feed(struct join *l, const struct log_entry *e,
	const struct line_place *at, struct line ret[2])
{
	size_t n = 0;
	if (l->begun && l->line.time_ns != e->time_ns && !l->full)
		n += join_flush(l, &ret[n]);
	if (!l->begun)
		begin(l, e, at);
	add(l, e, at);
	if (e->ends)
		n += join_flush(l, &ret[n]);
	return n;
}
