#include "config.h"
#include "head/sources/rotated-files.h"

#include <stdlib.h>

#include "head/sources/log-file.h"

/* Docker's max-file has no limit of its own. */
#define ROTATED_FILES_MOST 100
/* While copies are moved up, from the highest number on, one is missing. */
#define HOLES_MOST 1

/* `.1` and `.1.gz` are both there while Docker compresses the one into the
 * other, which is whole when the first is gone. */
static int
open_copy(const char *path, unsigned number)
{
	own(str) char *plain = xprintf("%s.%u", path, number);
	int fd = log_file_open(plain, NULL);
	if (fd >= 0)
		return fd;
	own(str) char *packed = xprintf("%s.%u.gz", path, number);
	return log_file_open(packed, NULL);
}

void
rotated_files_each(
	const char *path, bool (*on_copy)(void *arg, int fd), void *arg)
{
	unsigned missing = 0;
	for (unsigned i = 1; i <= ROTATED_FILES_MOST && missing <= HOLES_MOST;
		i++) {
		int fd = open_copy(path, i);
		missing = fd < 0 ? missing + 1 : 0;
		if (fd >= 0 && !on_copy(arg, fd))
			return;
	}
}

struct rotated_search {
	const struct followed_log *log;
	const struct log_file *current;
	bool met;               /* a file of the log: all before it are newer */
	struct log_file *found; /* oldest first */
};

/* What was rotated while we looked comes again under the next number. */
static bool
is_found(const struct rotated_search *s, const struct log_file *l)
{
	for (const struct log_file *other = s->found; other;
		other = other->next)
		if (log_file_is_copy(l, other))
			return true;
	return false;
}

static bool
on_missed(void *arg, int fd)
{
	struct rotated_search *s = arg;
	own(log_file) struct log_file *l = NULL;
	uint64_t size;
	if (log_file_new(fd, &l, NULL) < 0 || log_file_size(l, &size, NULL) < 0)
		return false;
	if (log_file_is_copy(l, s->current)) {
		/* Rotated since it was opened: what stood before it here is
		 * newer, and is found when the log is looked at again. */
		log_files_free(take(s->found));
		return true;
	}
	if (is_found(s, l))
		return true;
	s->met = followed_log_has(s->log, l);
	if (s->met)
		return false;
	l->next = s->found;
	s->found = take(l);
	return true;
}

struct log_file *
rotated_files_missed(
	const struct followed_log *t, struct log_file *current, usec since)
{
	struct rotated_search s = { .log = t, .current = current };
	rotated_files_each(t->path, on_missed, &s);
	while (!s.met && s.found && log_file_written(s.found) <= since) {
		struct log_file *older = s.found;
		s.found = older->next;
		log_file_free(older);
	}
	struct log_file **end = &s.found;
	while (*end)
		end = &(*end)->next;
	*end = current;
	return s.found;
}
