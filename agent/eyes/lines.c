#include "config.h"
#include "eyes/lines.h"

#include <stdlib.h>

#define PIECE_BYTES 16384u /* dockerd's; containerd's too */

/* Two texts, because the line before and this one can end in one call. */
struct lines {
	enum stream stream;
	struct buf texts[2];
	unsigned current;
	bool begun;
	bool full; /* the last piece was cut at 16 KiB, so the line goes on */
	struct line line; /* the unfinished one, text apart */
};

struct lines *
lines_new(enum stream stream)
{
	struct lines *l = xcalloc(1, sizeof(*l));
	l->stream = stream;
	return l;
}

void
lines_free(struct lines *l)
{
	if (!l)
		return;
	buf_free(&l->texts[0]);
	buf_free(&l->texts[1]);
	free(l);
}

void
lines_reset(struct lines *l)
{
	l->begun = false;
}

bool
lines_begun(const struct lines *l, struct line *ret)
{
	*ret = l->line;
	return l->begun;
}

bool
lines_flush(struct lines *l, struct line *ret)
{
	if (!l->begun)
		return false;
	l->begun = false;
	l->line.text = buf_span(&l->texts[l->current]);
	*ret = l->line;
	return true;
}

static void
begin(struct lines *l, const struct entry *e, const struct place *at)
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
add(struct lines *l, const struct entry *e, const struct place *at)
{
	struct buf *text = &l->texts[l->current];
	size_t room = LINE_KEPT - text->len;
	struct span piece =
		l->line.physical ? span_from(e->text, e->head) : e->text;
	l->full = e->text.len >= PIECE_BYTES;
	if (piece.len > room)
		l->line.cut = true;
	buf_add_span(text, span_first(piece, room));
	l->line.end = at->end;
	l->line.hit |= at->hit;
	if (l->line.physical++)
		l->line.hit = true; /* a literal could lie across the pieces */
}

size_t
lines_feed(struct lines *l, const struct entry *e, const struct place *at,
	struct line ret[2])
{
	size_t n = 0;
	if (l->begun && l->line.time_ns != e->time_ns && !l->full)
		n += lines_flush(l, &ret[n]);
	if (!l->begun)
		begin(l, e, at);
	add(l, e, at);
	if (e->ends)
		n += lines_flush(l, &ret[n]);
	return n;
}
