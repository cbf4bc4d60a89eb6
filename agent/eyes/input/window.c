#include "config.h"
#include "eyes/input/window.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct window {
	char *data; /* 2 * WINDOW_BYTES: the same memory twice */
	uint64_t begin, end;
	const void *owner;
};

int
window_new(struct window **ret, struct why *why)
{
	own(fd) int fd = memfd_create("window", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, WINDOW_BYTES) < 0)
		return because(why, -errno, "no memory for the window: %s",
			strerror(errno));
	char *data = mmap(NULL, 2 * (size_t)WINDOW_BYTES, PROT_NONE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (data == MAP_FAILED)
		return because(why, -errno, "no memory for the window: %s",
			strerror(errno));
	/* The same memory is mapped twice, one behind the other: a run of bytes
	 * that goes over the end of the first mapping goes on in the second,
	 * where the ring begins. */
	for (size_t i = 0; i < 2; i++)
		if (mmap(data + i * WINDOW_BYTES, WINDOW_BYTES,
			    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
			    0) == MAP_FAILED) {
			int r = because(why, -errno,
				"the window cannot be mapped twice: %s",
				strerror(errno));
			munmap(data, 2 * (size_t)WINDOW_BYTES);
			return r;
		}
	struct window *w = xcalloc(1, sizeof(*w));
	w->data = data;
	*ret = w;
	return 0;
}

void
window_free(struct window *w)
{
	if (!w)
		return;
	munmap(w->data, 2 * (size_t)WINDOW_BYTES);
	free(w);
}

void
window_reset(struct window *w, const void *owner, uint64_t offset)
{
	w->owner = owner;
	w->begin = w->end = offset;
}

const void *
window_owner(const struct window *w)
{
	return w->owner;
}

uint64_t
window_begin(const struct window *w)
{
	return w->begin;
}

uint64_t
window_end(const struct window *w)
{
	return w->end;
}

/* A caller that asks for bytes outside of the window has a wrong idea of where
 * it is; no log can bring that about. */
struct span
window_span(const struct window *w, uint64_t from, uint64_t to)
{
	assert(from >= w->begin && from <= to && to <= w->end);
	return (struct span){ w->data + from % WINDOW_BYTES,
		(size_t)(to - from) };
}

char *
window_room(struct window *w, size_t len)
{
	assert(len <= WINDOW_BYTES / 2);
	if (w->end + len - w->begin > WINDOW_BYTES)
		w->begin = w->end + len - WINDOW_BYTES;
	return w->data + w->end % WINDOW_BYTES;
}

void
window_add(struct window *w, size_t len)
{
	w->end += len;
}
