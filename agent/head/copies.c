#include "config.h"
#include "head/copies.h"

#include <stdlib.h>

/* Docker's max-file has no limit of its own. */
#define COPIES_MOST 100
/* While copies are moved up, from the highest number on, one is missing. */
#define HOLES_MOST 1

/* `.1` and `.1.gz` are both there while Docker compresses the one into the
 * other, which is whole when the first is gone. */
static int
open_copy(const char *path, unsigned number)
{
	own(str) char *plain = xprintf("%s.%u", path, number);
	int fd = logfile_open(plain, NULL);
	if (fd >= 0)
		return fd;
	own(str) char *packed = xprintf("%s.%u.gz", path, number);
	return logfile_open(packed, NULL);
}

void
copies_each(const char *path, bool (*on_copy)(void *arg, int fd), void *arg)
{
	unsigned missing = 0;
	for (unsigned i = 1; i <= COPIES_MOST && missing <= HOLES_MOST; i++) {
		int fd = open_copy(path, i);
		missing = fd < 0 ? missing + 1 : 0;
		if (fd >= 0 && !on_copy(arg, fd))
			return;
	}
}

struct search {
	const struct tail *tail;
	const struct logfile *current;
	bool met;              /* a file of the tail: all before it are newer */
	struct logfile *found; /* oldest first */
};

/* What was rotated while we looked comes again under the next number. */
static bool
is_found(const struct search *s, const struct logfile *l)
{
	if (logfile_is_copy(l, s->current))
		return true;
	for (const struct logfile *other = s->found; other; other = other->next)
		if (logfile_is_copy(l, other))
			return true;
	return false;
}

static bool
on_missed(void *arg, int fd)
{
	struct search *s = arg;
	own(logfile) struct logfile *l = NULL;
	uint64_t size;
	if (logfile_new(fd, &l, NULL) < 0 || logfile_size(l, &size, NULL) < 0)
		return false;
	if (is_found(s, l))
		return true;
	s->met = tail_has(s->tail, l);
	if (s->met)
		return false;
	l->next = s->found;
	s->found = take(l);
	return true;
}

struct logfile *
copies_missed(const struct tail *t, struct logfile *current, usec since)
{
	struct search s = { .tail = t, .current = current };
	copies_each(t->path, on_missed, &s);
	while (!s.met && s.found && logfile_written(s.found) <= since) {
		struct logfile *older = s.found;
		s.found = older->next;
		logfile_free(older);
	}
	struct logfile **end = &s.found;
	while (*end)
		end = &(*end)->next;
	*end = current;
	return s.found;
}
