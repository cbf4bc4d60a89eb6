#include "config.h"
#include "eyes/input/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "eyes/input/gunzip.h"

#define MAGIC "\x1f\x8b"
#define MAGIC_LEN 2u

/* One file of the log. */
struct part {
	struct part *next; /* the file that goes on where this one ends */
	uint64_t base;
	int fd;
	bool file; /* a regular file: pread() works */
	bool sniffed;
	struct gunzip *gunzip; /* NULL if it is not compressed */
	char first[MAGIC_LEN]; /* bytes of a pipe that were looked at */
	size_t n_first;
};

struct input {
	struct part *oldest, *newest;
};

static void
part_close(struct part *p)
{
	gunzip_close(p->gunzip);
	fd_close(p->fd);
	free(p);
}

void
input_close(struct input *in)
{
	if (!in)
		return;
	for (struct part *p = in->oldest, *next; p; p = next) {
		next = p->next;
		part_close(p);
	}
	free(in);
}

int
input_add(struct input *in, int log_fd, uint64_t base, struct why *why)
{
	struct stat st;
	own(fd) int fd = log_fd;
	if (fstat(fd, &st) < 0)
		return because(
			why, -errno, "cannot be read: %s", strerror(errno));
	if (S_ISDIR(st.st_mode))
		return because(why, -EISDIR, "is a folder");
	if (in->newest && (!in->newest->file || base < in->newest->base))
		return because(why, -EINVAL, "no file can follow there");
	struct part *p = xcalloc(1, sizeof(*p));
	p->fd = take(fd);
	p->base = base;
	p->file = S_ISREG(st.st_mode);
	if (in->newest)
		in->newest->next = p;
	else
		in->oldest = p;
	in->newest = p;
	return 0;
}

int
input_open(int fd, uint64_t base, struct input **ret, struct why *why)
{
	own(input) struct input *in = xcalloc(1, sizeof(*in));
	int r = input_add(in, fd, base, why);
	if (r < 0)
		return r;
	*ret = take(in);
	return 0;
}

void
input_forget(struct input *in, uint64_t offset)
{
	struct part *p;
	while ((p = in->oldest)->next && p->next->base <= offset) {
		in->oldest = p->next;
		part_close(p);
	}
}

uint64_t
input_base(const struct input *in, uint64_t offset)
{
	uint64_t base = offset;
	for (const struct part *p = in->oldest; p && p->base < offset;
		p = p->next)
		base = p->base;
	return base;
}

bool
input_can_seek(const struct input *in)
{
	return in->oldest->file;
}

bool
input_can_jump(const struct input *in)
{
	for (const struct part *p = in->oldest; p; p = p->next)
		if (!p->file || p->gunzip)
			return false;
	return true;
}

static ssize_t
read_raw(const struct part *p, uint64_t at, char *to, size_t len,
	struct why *why)
{
	ssize_t n;
	do {
		/* The descriptor's own offset is shared with the process that
		 * opened it. */
		n = p->file ? pread(p->fd, to, len, (off_t)at)
			    : read(p->fd, to, len);
	} while (n < 0 && errno == EINTR);
	return n < 0
		? because(why, -errno, "cannot be read: %s", strerror(errno))
		: n;
}

/* Tells by the first two bytes whether the part is compressed. Those of a pipe
 * are kept, because nobody can read them again. */
static int
sniff(struct part *p, struct why *why)
{
	while (p->n_first < MAGIC_LEN) {
		ssize_t n = read_raw(p, p->n_first, p->first + p->n_first,
			MAGIC_LEN - p->n_first, why);
		if (n < 0)
			return (int)n;
		if (n == 0)
			break;
		p->n_first += (size_t)n;
	}
	bool gzip = p->n_first == MAGIC_LEN &&
		memcmp(p->first, MAGIC, MAGIC_LEN) == 0;
	struct span first = { p->first, p->n_first };
	/* A file that is too short now may get its second byte later. */
	p->sniffed = !p->file || p->n_first == MAGIC_LEN;
	if (gzip || p->file)
		p->n_first = 0;
	return gzip ? gunzip_open(p->fd, !p->file, first, &p->gunzip, why) : 0;
}

static ssize_t
part_read(struct part *p, uint64_t at, char *to, size_t len, struct why *why)
{
	int r = p->sniffed ? 0 : sniff(p, why);
	if (r < 0)
		return r;
	if (p->gunzip)
		return gunzip_read(p->gunzip, at, to, len, why);
	if (!p->n_first)
		return read_raw(p, at, to, len, why);
	size_t n = MIN(len, p->n_first);
	memcpy(to, p->first, n);
	p->n_first -= n;
	memmove(p->first, p->first + n, p->n_first);
	return (ssize_t)n;
}

ssize_t
input_read(struct input *in, uint64_t offset, char *to, size_t len,
	struct why *why)
{
	struct part *p = in->oldest;
	if (offset < p->base)
		return because(why, -ENODATA, "begins behind its place");
	while (p->next && p->next->base <= offset)
		p = p->next;
	if (p->next)
		len = MIN(len, p->next->base - offset);
	ssize_t n = part_read(p, offset - p->base, to, len, why);
	/* gzip holds a checksum behind the last byte: only when that was read
	 * is it certain that all bytes were right. */
	if (n > 0 && p->next && p->gunzip &&
		offset + (uint64_t)n == p->next->base) {
		char more;
		ssize_t r =
			part_read(p, p->next->base - p->base, &more, 1, why);
		if (r > 0)
			return because(why, -EBADMSG,
				"unpacks to more bytes than it says");
		if (r < 0)
			return r;
	}
	if (n == 0 && p->next)
		return because(why, -ENODATA,
			"ends %llu bytes before the file that follows it "
			"begins",
			(unsigned long long)(p->next->base - offset));
	return n;
}
