#include "config.h"
#include "eyes/input/gunzip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define PACKED_BYTES 65536u
#define SKIPPED_BYTES 65536u
/* A reader goes back by one batch and one open record at the most: two states
 * that lie this far apart are enough to go on from. */
#define MARK_EVERY (8u << 20)
#define GZIP_ONLY (15 + 16)

/* A state from which unpacking can go on. */
struct mark {
	bool set;
	z_stream z;
	uint64_t in, out;
};

struct gunzip {
	int fd;
	bool pipe;
	bool ended; /* no packed byte is left to read */
	bool whole; /* the last member is whole */
	z_stream z;
	uint64_t in;  /* packed bytes that were read */
	uint64_t out; /* unpacked bytes that were given */
	struct mark marks[2];
	unsigned older; /* which of the marks is set next */
	char packed[PACKED_BYTES];
};

int
gunzip_open(int fd, bool pipe, struct span first, struct gunzip **ret,
	struct why *why)
{
	struct gunzip *g = xcalloc(1, sizeof(*g));
	g->fd = fd;
	g->pipe = pipe;
	if (inflateInit2(&g->z, GZIP_ONLY) != Z_OK) {
		free(g);
		return because(why, -ENOMEM, "cannot be unpacked");
	}
	if (pipe) {
		memcpy(g->packed, first.data, MIN(first.len, PACKED_BYTES));
		g->z.next_in = (Bytef *)g->packed;
		g->z.avail_in = (uInt)MIN(first.len, PACKED_BYTES);
	}
	*ret = g;
	return 0;
}

/* Forgets a mark. Its inflater may be in the middle of a member. */
static void
mark_clear(struct mark *m)
{
	if (m->set)
		(void)inflateEnd(&m->z);
	m->set = false;
}

void
gunzip_close(struct gunzip *g)
{
	if (!g)
		return;
	mark_clear(&g->marks[0]);
	mark_clear(&g->marks[1]);
	(void)inflateEnd(&g->z);
	free(g);
}

static int
refill(struct gunzip *g, struct why *why)
{
	ssize_t n;
	do {
		n = g->pipe
			? read(g->fd, g->packed, PACKED_BYTES)
			: pread(g->fd, g->packed, PACKED_BYTES, (off_t)g->in);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return because(
			why, -errno, "cannot be read: %s", strerror(errno));
	g->ended = n == 0;
	g->in += (uint64_t)n;
	g->z.next_in = (Bytef *)g->packed;
	g->z.avail_in = (uInt)n;
	return 0;
}

/* Unpacks up to `len` bytes from the present place on. */
static ssize_t
unpack(struct gunzip *g, char *to, size_t len, struct why *why)
{
	g->z.next_out = (Bytef *)to;
	g->z.avail_out = (uInt)len;
	while (g->z.avail_out == len) {
		if (!g->z.avail_in && !g->ended) {
			int r = refill(g, why);
			if (r < 0)
				return r;
		}
		if (g->ended && g->whole)
			return 0;
		if (g->ended)
			/* All that could be unpacked was given before. */
			return because(why, -EPIPE,
				"ends in the middle of its compressed data");
		g->whole = false;
		int r = inflate(&g->z, Z_NO_FLUSH);
		if (r == Z_STREAM_END) {
			/* Several members may stand one behind the other, as
			 * `cat a.gz b.gz` makes them. */
			g->whole = true;
			if (inflateReset(&g->z) != Z_OK)
				return because(why, -EIO, "cannot be unpacked");
		} else if (r != Z_OK && r != Z_BUF_ERROR) {
			return because(
				why, -EBADMSG, "its compressed data is broken");
		}
	}
	size_t n = len - g->z.avail_out;
	g->out += n;
	return (ssize_t)n;
}

/* Marks the present place in place of the older mark, if the newer one is far
 * enough back. */
static void
keep_mark(struct gunzip *g)
{
	const struct mark *last = &g->marks[!g->older];
	if (g->pipe || g->out < (last->set ? last->out : 0) + MARK_EVERY)
		return;
	struct mark *m = &g->marks[g->older];
	mark_clear(m);
	m->set = inflateCopy(&m->z, &g->z) == Z_OK;
	m->in = g->in - g->z.avail_in;
	m->out = g->out;
	g->older = !g->older;
}

/* Goes on from the nearest mark before `offset`, or from the start. */
static int
go_back(struct gunzip *g, uint64_t offset, struct why *why)
{
	const struct mark *m = NULL;
	for (size_t i = 0; i < ELEMENTS(g->marks); i++)
		if (g->marks[i].set && g->marks[i].out <= offset &&
			(!m || m->out < g->marks[i].out))
			m = &g->marks[i];
	(void)inflateEnd(&g->z);
	int r = m ? inflateCopy(&g->z, (z_stream *)&m->z)
		  : inflateInit2(&g->z, GZIP_ONLY);
	if (r != Z_OK)
		return because(why, -ENOMEM, "cannot be unpacked");
	g->z.avail_in = 0;
	g->in = m ? m->in : 0;
	g->out = m ? m->out : 0;
	g->ended = g->whole = false;
	return 0;
}

static int
go_to(struct gunzip *g, uint64_t offset, struct why *why)
{
	if (g->pipe)
		return because(why, -ESPIPE, "a pipe cannot be read again");
	int r = offset < g->out ? go_back(g, offset, why) : 0;
	own(str) char *skipped = xcalloc(1, SKIPPED_BYTES);
	while (r == 0 && g->out < offset) {
		size_t len = MIN(offset - g->out, SKIPPED_BYTES);
		ssize_t n = unpack(g, skipped, len, why);
		if (n == 0)
			return because(why, -ENODATA, "ends before its place");
		r = n < 0 ? (int)n : 0;
		keep_mark(g);
	}
	return r;
}

ssize_t
gunzip_read(struct gunzip *g, uint64_t offset, char *to, size_t len,
	struct why *why)
{
	int r = offset != g->out ? go_to(g, offset, why) : 0;
	if (r < 0)
		return r;
	ssize_t n = unpack(g, to, len, why);
	keep_mark(g);
	return n;
}
