#include "config.h"
#include "eyes/search/candidates.h"

#define PIECE 16384u /* dockerd and containerd split lines here */

void
candidates_clear(struct candidates *c, uint64_t base)
{
	c->hits.n = c->next = 0;
	c->base = base;
}

void
candidates_keep(struct candidates *c, uint64_t keep)
{
	size_t n = 0;
	for (size_t i = 0; i < c->hits.n; i++) {
		uint64_t at = c->base + c->hits.at[i];
		if (at >= keep)
			c->hits.at[n++] = (uint32_t)(at - keep);
	}
	c->hits.n = n;
	c->base = keep;
	c->next = 0;
}

/* Adds the pieces of long lines. A literal may lie across two of them, so that
 * no search of the raw lines finds it: every piece is a candidate. None is
 * shorter than 16 KiB, so each has a byte at a multiple of half of that, and
 * all other lines are passed over. */
static void
add_pieces(struct hits *hits, enum source_format format, struct span bytes)
{
	for (size_t at = PIECE / 2; at < bytes.len; at += PIECE / 2) {
		const char *begin = memrchr(bytes.data, '\n', at);
		const char *end = memchr(bytes.data + at, '\n', bytes.len - at);
		begin = begin ? begin + 1 : bytes.data;
		end = end ? end : bytes.data + bytes.len;
		struct span line = { begin, (size_t)(end - begin) };
		if (line.len >= PIECE && docker_json_is_piece(format, line))
			hits_add(hits, (size_t)(begin - bytes.data));
	}
}

/* Adds the start of every line: nothing is ruled out. */
static void
add_lines(struct hits *hits, struct span bytes)
{
	for (size_t at = 0; at < bytes.len;) {
		hits_add(hits, at);
		const char *nl = memchr(bytes.data + at, '\n', bytes.len - at);
		at = nl ? (size_t)(nl - bytes.data) + 1 : bytes.len;
	}
}

void
candidates_add(struct candidates *c, struct prefilter *prefilter,
	enum source_format format, struct span bytes, uint64_t offset)
{
	size_t old = c->hits.n;
	prefilter_all(prefilter, bytes, &c->hits);
	add_pieces(&c->hits, format, bytes);
	if (prefilter_needs_every_line(prefilter))
		add_lines(&c->hits, bytes);
	/* They were counted from the start of `bytes`, not from the base. */
	for (size_t i = old; i < c->hits.n; i++)
		c->hits.at[i] += (uint32_t)(offset - c->base);
	hits_sort(&c->hits);
}
