#include "config.h"
#include "eyes/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define PACKED_BYTES 65536u

struct input {
	int fd;
	bool file; /* pread works */
	bool gzip;
	bool ended;   /* no more compressed bytes */
	bool sniffed; /* the first bytes of a pipe were looked at */
	bool gzip_allowed;
	uint64_t at; /* of the file, for compressed bytes */
	z_stream z;
	char *packed; /* PACKED_BYTES, also what was looked at in a pipe */
	size_t n_packed;
};

void
input_close(struct input *in)
{
	if (!in)
		return;
	if (in->gzip)
		(void)inflateEnd(&in->z); /* nothing is lost by it */
	free(in->packed);
	fd_close(in->fd);
	free(in);
}

bool
input_can_seek(const struct input *in)
{
	return in->file && !in->gzip;
}

int
input_open(int fd, bool gzip_allowed, struct input **ret, struct why *why)
{
	struct stat st;
	own(input) struct input *in = xcalloc(1, sizeof(*in));
	in->fd = fd;
	if (fstat(fd, &st) < 0)
		return because(
			why, -errno, "cannot be read: %s", strerror(errno));
	if (S_ISDIR(st.st_mode))
		return because(why, -EISDIR, "is a folder");
	in->file = S_ISREG(st.st_mode);
	in->gzip_allowed = gzip_allowed;
	in->packed = xcalloc(1, PACKED_BYTES);
	*ret = take(in);
	return 0;
}

static ssize_t
read_raw(struct input *in, uint64_t offset, char *to, size_t len)
{
	ssize_t n;
	do {
		/* The descriptor's own offset is shared with others. */
		n = in->file ? pread(in->fd, to, len, (off_t)offset)
			     : read(in->fd, to, len);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* Looks at the first two bytes; those of a pipe are kept. */
static int
sniff(struct input *in, struct why *why)
{
	in->sniffed = true;
	if (!in->gzip_allowed)
		return 0;
	while (in->n_packed < 2) {
		ssize_t n = read_raw(in, in->n_packed,
			in->packed + in->n_packed, 2 - in->n_packed);
		if (n < 0)
			return because(why, (int)n, "cannot be read: %s",
				strerror((int)-n));
		if (n == 0)
			break;
		in->n_packed += (size_t)n;
	}
	in->gzip = in->n_packed == 2 && memcmp(in->packed, "\x1f\x8b", 2) == 0;
	if (in->gzip && inflateInit2(&in->z, 15 + 16) != Z_OK)
		return because(why, -ENOMEM, "cannot be unpacked");
	if (in->gzip) {
		in->z.next_in = (Bytef *)in->packed;
		in->z.avail_in = 2;
		in->at = 2;
		in->n_packed = 0;
	} else if (in->file) {
		in->n_packed = 0;
	}
	return 0;
}

static int
refill(struct input *in)
{
	ssize_t n = read_raw(in, in->at, in->packed, PACKED_BYTES);
	if (n < 0)
		return (int)n;
	in->ended = n == 0;
	in->at += (uint64_t)n;
	in->z.next_in = (Bytef *)in->packed;
	in->z.avail_in = (uInt)n;
	return 0;
}

static ssize_t
read_gzip(struct input *in, char *to, size_t len, struct why *why)
{
	in->z.next_out = (Bytef *)to;
	in->z.avail_out = (uInt)len;
	while (in->z.avail_out == len) {
		int r = in->z.avail_in || in->ended ? 0 : refill(in);
		if (r < 0)
			return r;
		if (in->ended)
			/* What could be unpacked was; the rest is not there. */
			return in->z.total_in
				? because(why, -EPIPE,
					  "ends in the middle of its "
					  "compressed data")
				: 0;
		r = inflate(&in->z, Z_NO_FLUSH);
		if (r == Z_STREAM_END) {
			/* Another member may follow. */
			if (!in->z.avail_in && (r = refill(in)) < 0)
				return r;
			if (in->ended)
				in->z.total_in = 0;
			if (!in->ended && inflateReset(&in->z) != Z_OK)
				return -EIO;
			if (in->ended)
				break;
		} else if (r != Z_OK && r != Z_BUF_ERROR) {
			return because(
				why, -EBADMSG, "its compressed data is broken");
		}
	}
	return (ssize_t)(len - in->z.avail_out);
}

ssize_t
input_read(struct input *in, uint64_t offset, char *to, size_t len,
	struct why *why)
{
	int r = in->sniffed ? 0 : sniff(in, why);
	if (r < 0)
		return r;
	ssize_t n;
	if (in->gzip) {
		n = read_gzip(in, to, len, why);
	} else if (in->n_packed) {
		n = (ssize_t)in->n_packed;
		memcpy(to, in->packed, in->n_packed);
		in->n_packed = 0;
	} else {
		n = read_raw(in, offset, to, len);
	}
	if (n < 0 && n != -EPIPE && n != -EBADMSG)
		return because(
			why, (int)n, "cannot be read: %s", strerror((int)-n));
	return n;
}
