#include "config.h"
#include "head/sources/resume/resume-inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "base/hash.h"
#include "base/io/descriptors.h"
#include "head/sources/file-identity.h"
#include "head/sources/gzip-info.h"
#include "head/sources/log-file.h"
#include "head/sources/rotated-files.h"
#include "head/store/store.h"
#include "wire/batch.h"

/* Whether l, which is compressed, is the copy of file i, in which the position
 * of the checkpoint lies: it holds the same bytes before the position. Those
 * end with the time of a line in nanoseconds, which no other file has. 1, 0, or
 * a negative errno. */
static int
is_compressed_copy(
	const struct log_file *l, const struct checkpoint *p, size_t i)
{
	uint64_t base = p->files[i].base, least = position_least(&p->at);
	if (least <= base ||
		(i + 1 < p->n_files && p->files[i + 1].base < least))
		return 0;
	char bytes[POSITION_BEFORE];
	size_t len = MIN(least - base, POSITION_BEFORE);
	int n = gzip_info_read(l->fd, least - base - len, bytes, len, NULL);
	if (n < 0)
		return n;
	return n == (int)len &&
		hash64((struct span){ bytes, len }) == p->at.before;
}

/* Whether l is file i of the checkpoint. The compressed copy of a file that was
 * plain then is another inode, so only its content can tell, and that only if a
 * part of it was read: the copy of a file that nothing was read of is added
 * later, like a file that is new. 1, 0, or a negative errno. */
static int
is_checkpoint_file(
	const struct log_file *l, const struct checkpoint *p, size_t i)
{
	struct file_identity id;
	if (!file_identity_parse(p->files[i].key, &id))
		return 0;
	if (file_identity_holds(&id, l->fd))
		return 1;
	return l->compressed ? is_compressed_copy(l, p, i) : 0;
}

/* Takes *file if it is one of the checkpoint's that is missing. 0, or why it
 * cannot be told now whether it is one. */
static int
take_if_missing(struct resume *l, size_t checkpoint, struct log_file **file)
{
	const struct checkpoint *p = &l->checkpoints[checkpoint];
	struct file_search *s = &l->searches[checkpoint];
	int error = 0;
	for (size_t i = 0; i < p->n_files && !s->given; i++) {
		int r = s->files[i] ? 0 : is_checkpoint_file(*file, p, i);
		if (r > 0) {
			s->files[i] = take(*file);
			return 0;
		}
		if (log_file_may_pass(r))
			error = r;
	}
	return error;
}

static void
keep_unread(struct resume *l, const char *name, int fd)
{
	l->unread = xrealloc(l->unread, l->n_unread + 1, sizeof(*l->unread));
	l->unread[l->n_unread++] = (struct unread_file){ xstrdup(name), fd };
}

/* Takes a descriptor of the fd store: for a checkpoint that misses its file,
 * else as an orphan. One that cannot be read may be all that leads to its
 * file, so a duplicate of it waits for the next try; where there can be none,
 * it waits itself. */
void
resume_take_descriptor(struct resume *l, const char *name, int fd)
{
	own(log_file) struct log_file *file = NULL;
	own(fd) int again = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (again < 0) {
		keep_unread(l, name, fd);
		return;
	}
	int r = log_file_new(fd, &file, NULL);
	for (size_t i = 0; r == 0 && file && i < l->n; i++)
		r = take_if_missing(l, i, &file);
	if (log_file_may_pass(r)) {
		keep_unread(l, name, take(again));
		return;
	}
	if (!file)
		return;
	l->orphans =
		xrealloc(l->orphans, l->n_orphans + 1, sizeof(*l->orphans));
	l->orphans[l->n_orphans++] =
		(struct orphan){ log_file_fdstore_container(name), take(file) };
}

/* systemd passes the descriptors as 3, 4, ... with their names, and without
 * close-on-exec (sd_listen_fds(3)). Takes its variables out of the environment,
 * for they are not meant for our children. */
static void
take_fdstore(struct resume *l)
{
	char **names = NULL;
	int n = sd_listen_fds_with_names(1, &names);
	for (int i = 0; i < n; i++) {
		int fd = SD_LISTEN_FDS_START + i;
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
		resume_take_descriptor(l, names[i], fd);
	}
	strings_free(names);
}

static void
set_trouble(struct file_search *s, char *trouble)
{
	free(s->trouble);
	s->trouble = trouble;
}

static bool
misses_files(const struct resume *l, size_t checkpoint)
{
	size_t i = 0, n = l->checkpoints[checkpoint].n_files;
	while (i < n && l->searches[checkpoint].files[i])
		i++;
	return i < n;
}

/* Takes the file behind fd if the checkpoint misses it. Returns whether files
 * of the checkpoint are still missing, so that the search goes on. */
static bool
on_candidate(void *arg, int fd)
{
	struct resume *l = arg;
	own(log_file) struct log_file *file = NULL;
	int r = log_file_new(fd, &file, NULL);
	if (r >= 0)
		r = take_if_missing(l, l->at, &file);
	if (log_file_may_pass(r))
		set_trouble(&l->searches[l->at],
			xprintf("%s: a file of it cannot be read: %s",
				l->checkpoints[l->at].path, strerror(-r)));
	return misses_files(l, l->at);
}

/* Looks for the files of one checkpoint. What was found stays found: each file
 * was known by its identity, whatever its name is by the next try. A look that
 * too few descriptors cut short leaves a trouble behind. */
static int
find_one(struct resume *l, bool forced, struct why *why)
{
	struct file_search *s = &l->searches[l->at];
	const char *path = l->checkpoints[l->at].path;
	set_trouble(s, NULL);
	int fd = log_file_open(path, why), r = 0;
	if (log_file_may_pass(fd))
		set_trouble(s, xstrdup(why->text));
	if (!descriptors_lack(fd) && (fd < 0 || on_candidate(l, fd)))
		r = rotated_files_each(path, forced, on_candidate, l, why);
	if (descriptors_lack(fd) || descriptors_lack(r)) {
		set_trouble(s, xstrdup(why->text));
		return descriptors_lack(fd) ? fd : r;
	}
	if (!misses_files(l, l->at) || forced)
		set_trouble(s, NULL);
	/* A copy that is renamed all the time is there. */
	if (r < 0 && misses_files(l, l->at))
		set_trouble(s, xstrdup(why->text));
	return 0;
}

/* Tries the descriptors again that could not be read. */
static void
take_unread(struct resume *l, bool forced)
{
	struct unread_file *list = take(l->unread);
	size_t n = l->n_unread;
	l->n_unread = 0;
	for (size_t i = 0; i < n; i++) {
		if (forced)
			fd_close(list[i].fd);
		else
			resume_take_descriptor(l, list[i].name, list[i].fd);
		free(list[i].name);
	}
	free(list);
}

int
resume_find(struct resume *l, bool forced, struct why *why)
{
	struct why none;
	int r = 0;
	take_unread(l, forced);
	take_fdstore(l);
	for (l->at = 0; r >= 0 && l->at < l->n; l->at++)
		if (!l->searches[l->at].given)
			r = find_one(l, forced, why ? why : &none);
	return r;
}
