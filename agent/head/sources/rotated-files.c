#include "config.h"
#include "head/sources/rotated-files.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/io/descriptors.h"
#include "head/sources/log-file.h"

/* A limit of ours, for Docker's max-file has none. */
#define ROTATED_FILES_MOST 100
/* So many numbers in a row may be missing before the search ends. While Docker
 * renames the copies, from the highest number down, one is; on a busy machine
 * the next rotation begins before the search is past that place. */
#define HOLES_MOST 3
/* How often a copy is looked for that turns from plain to compressed meanwhile.
 */
#define TRIES 8

static bool
is_there(const char *path)
{
	struct stat st;
	return log_file_stat(path, &st) != -ENOENT; /* a link is there too */
}

/* Opens a copy, plain or compressed. Both are there while Docker compresses the
 * one into the other, in place; the plain one goes when the other is whole. So
 * the plain one is tried first, and a compressed one counts only if there is no
 * plain one after it was opened: a part of it would pass for a shorter file. */
static int
open_copy(const char *path, unsigned number, struct why *why)
{
	own(str) char *plain = xprintf("%s.%u", path, number);
	own(str) char *packed = xprintf("%s.%u.gz", path, number);
	for (int tries = 0; tries < TRIES; tries++) {
		int fd = log_file_open(plain, why);
		if (fd >= 0 || descriptors_lack(fd) || log_file_may_pass(fd))
			return fd;
		fd = log_file_open(packed, why);
		if (fd < 0 || !is_there(plain))
			return fd;
		fd_close(fd);
	}
	return because(why, -EAGAIN,
		"%s: cannot be opened, or is renamed all the time", plain);
}

int
rotated_files_each(const char *path, bool forced,
	bool (*on_copy)(void *arg, int fd), void *arg, struct why *why)
{
	unsigned missing = 0;
	for (unsigned i = 1; i <= ROTATED_FILES_MOST && missing <= HOLES_MOST;
		i++) {
		int fd = open_copy(path, i, why);
		if (descriptors_lack(fd) || fd == -EAGAIN ||
			(log_file_may_pass(fd) && !forced))
			return fd;
		missing = fd < 0 ? missing + 1 : 0;
		if (fd >= 0 && !on_copy(arg, fd))
			return 0;
	}
	return 0;
}

struct rotated_search {
	const struct followed_log *log;
	const struct log_file *current;
	bool met_known; /* a file that the log has: the copies before are newer
			 */
	struct log_file *found; /* oldest first */
	int unreadable;         /* why the last copy was the last */
	struct why *why;
};

/* Whether the search found this copy before: one that Docker renames meanwhile
 * comes again under the next number. */
static int
is_found(const struct rotated_search *s, const struct log_file *l)
{
	int r = 0;
	for (const struct log_file *other = s->found; other && r == 0;
		other = other->next)
		r = log_file_is_copy(l, other, s->why);
	return r;
}

/* Whether to go on behind this copy; what is new of the log is taken. */
static int
place_copy(struct rotated_search *s, struct log_file **l)
{
	int r = log_file_is_copy(*l, s->current, s->why);
	if (r > 0) {
		/* Docker rotated it after it was opened: what was found under
		 * lower numbers is newer, and the next look finds it. */
		log_files_free(take(s->found));
		return 1;
	}
	if (r == 0)
		r = is_found(s, *l);
	if (r != 0)
		return r;
	r = followed_log_has_copy(s->log, *l, s->why);
	s->met_known = r > 0;
	if (r != 0)
		return MIN(r, 0);
	(*l)->next = s->found;
	s->found = take(*l);
	return 1;
}

/* Ends the search at the first copy that the log has, and at one that cannot
 * be read, behind which the order would be a guess: a copy that is taken for
 * another file would be read twice. */
static bool
on_copy_found(void *arg, int fd)
{
	struct rotated_search *s = arg;
	own(log_file) struct log_file *l = NULL;
	uint64_t size;
	s->unreadable = log_file_new(fd, &l, s->why);
	if (s->unreadable == 0)
		s->unreadable = log_file_size(l, &size, s->why);
	if (s->unreadable < 0)
		return false;
	int r = place_copy(s, &l);
	s->unreadable = MIN(r, 0);
	return r > 0;
}

int
rotated_files_newer(const struct followed_log *t, struct log_file *current,
	usec since, bool forced, struct log_file **ret, struct why *why)
{
	struct rotated_search s = { .log = t, .current = current, .why = why };
	int r = rotated_files_each(t->path, forced, on_copy_found, &s, why);
	/* A torn copy (-EBADMSG) stays torn. */
	if (r == 0 && s.unreadable < 0 && s.unreadable != -EBADMSG && !forced)
		r = s.unreadable;
	if (r < 0) {
		log_files_free(s.found);
		log_file_free(current);
		return r;
	}
	while (!s.met_known && s.found &&
		log_file_last_write(s.found) <= since) {
		struct log_file *older = s.found;
		s.found = older->next;
		log_file_free(older);
	}
	struct log_file **end = &s.found;
	while (*end)
		end = &(*end)->next;
	*end = current;
	*ret = s.found;
	return 0;
}

/* A name only moves to higher numbers, so none is missed in this order. */
static bool
any_compressed(const char *path)
{
	for (unsigned i = 1; i <= ROTATED_FILES_MOST; i++) {
		own(str) char *packed = xprintf("%s.%u.gz", path, i);
		if (is_there(packed))
			return true;
	}
	return false;
}

int
rotated_files_lost(const char *path, const struct log_file *held,
	const struct log_file *list)
{
	int64_t gone = held ? log_file_unlinked(held) : 0;
	int later = 0;
	for (const struct log_file *l = list; gone && l; l = l->next)
		later += log_file_born(l) > gone;
	return later > 1 && !any_compressed(path) ? later - 1 : 0;
}
