#include "config.h"
#include "head/sources/resume.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

#include "base/hash.h"
#include "base/io/descriptors.h"
#include "config/settings.h"
#include "head/sources/file-identity.h"
#include "head/sources/followed-log.h"
#include "head/sources/gzip-info.h"
#include "head/sources/log-file.h"
#include "head/sources/rotated-files.h"
#include "head/store/store.h"
#include "wire/batch.h"

/* A descriptor of the fd store whose file no checkpoint has. */
struct orphan {
	char *container;
	struct log_file *file;
};

struct resume {
	struct checkpoint *checkpoints;
	/* For each checkpoint, for each of its files: the open file, or NULL
	 * while it was not found. */
	struct log_file ***files;
	size_t n;
	size_t at; /* the checkpoint whose files on_candidate() looks for */
	struct orphan *orphans;
	size_t n_orphans;
};

int
resume_load(struct store *store, struct resume **ret, struct why *why)
{
	own(resume) struct resume *l = xcalloc(1, sizeof(*l));
	int r = store_checkpoints(store, &l->checkpoints, &l->n, why);
	if (r < 0)
		return r;
	l->files = xcalloc(l->n, sizeof(*l->files));
	for (size_t i = 0; i < l->n; i++)
		l->files[i] = xcalloc(
			l->checkpoints[i].n_files, sizeof(*l->files[i]));
	*ret = take(l);
	return 0;
}

void
resume_drop_orphans(struct resume *l)
{
	for (size_t i = 0; i < l->n_orphans; i++) {
		struct orphan *o = &l->orphans[i];
		if (o->file)
			log_file_fdstore_remove(o->file, o->container);
		log_file_free(o->file);
		free(o->container);
	}
	free(l->orphans);
	l->orphans = NULL;
	l->n_orphans = 0;
}

void
resume_free(struct resume *l)
{
	if (!l)
		return;
	for (size_t i = 0; l->files && i < l->n; i++) {
		for (size_t j = 0; j < l->checkpoints[i].n_files; j++)
			log_file_free(l->files[i][j]);
		free(l->files[i]);
	}
	free(l->files);
	checkpoints_free(l->checkpoints, l->n);
	resume_drop_orphans(l);
	free(l);
}

/* Whether l, which is compressed, is the copy of file i, in which the position
 * of the checkpoint lies: it holds the same bytes before the position. Those
 * end with the time of a line in nanoseconds, which no other file has. */
static bool
is_compressed_copy(
	const struct log_file *l, const struct checkpoint *p, size_t i)
{
	uint64_t base = p->files[i].base, least = position_least(&p->at);
	if (least <= base ||
		(i + 1 < p->n_files && p->files[i + 1].base < least))
		return false;
	char bytes[POSITION_BEFORE];
	size_t len = MIN(least - base, POSITION_BEFORE);
	return gzip_info_read(l->fd, least - base - len, bytes, len, NULL) ==
		(int)len &&
		hash64((struct span){ bytes, len }) == p->at.before;
}

/* Whether l is file i of the checkpoint. A compressed copy is another inode, so
 * only its content can tell, and that only if a part of it was read: the copy
 * of a file that nothing was read of is added later, like a file that is new.
 */
static bool
is_checkpoint_file(
	const struct log_file *l, const struct checkpoint *p, size_t i)
{
	struct file_identity id;
	if (!file_identity_parse(p->files[i].key, &id))
		return false;
	return l->compressed ? is_compressed_copy(l, p, i)
			     : file_identity_holds(&id, l->fd);
}

/* Takes *file if it is one of the checkpoint's that is missing. */
static bool
take_if_missing(struct resume *l, size_t checkpoint, struct log_file **file)
{
	const struct checkpoint *p = &l->checkpoints[checkpoint];
	for (size_t i = 0; i < p->n_files; i++) {
		if (l->files[checkpoint][i] || !is_checkpoint_file(*file, p, i))
			continue;
		l->files[checkpoint][i] = take(*file);
		return true;
	}
	return false;
}

/* Takes a descriptor of the fd store: for a checkpoint that misses its file,
 * else as an orphan. */
static void
take_descriptor(struct resume *l, const char *name, int fd)
{
	own(log_file) struct log_file *file = NULL;
	if (log_file_new(fd, &file, NULL) < 0)
		return;
	for (size_t i = 0; file && i < l->n; i++)
		(void)take_if_missing(l, i, &file);
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
		take_descriptor(l, names[i], fd);
	}
	strings_free(names);
}

void
left_files_add(struct left_files *left, struct followed_log *t)
{
	for (struct log_file *l = t->oldest; l; l = l->next) {
		left->files = xrealloc(
			left->files, left->n + 1, sizeof(*left->files));
		left->files[left->n++] = (struct left_file){
			log_file_fdstore_name(l, t->container), take(l->fd)
		};
	}
}

void
left_files_close(struct left_files *left)
{
	for (size_t i = 0; i < left->n; i++) {
		free(left->files[i].name);
		fd_close(left->files[i].fd);
	}
	free(left->files);
	*left = (struct left_files){ 0 };
}

/* Copies, so that what is left serves once more where the sources cannot be
 * made. */
int
resume_take_left(
	struct resume *l, const struct left_files *left, struct why *why)
{
	for (size_t i = 0; left && i < left->n; i++) {
		int fd = fcntl(left->files[i].fd, F_DUPFD_CLOEXEC, 0);
		if (fd < 0)
			return because(why, -errno,
				"a log that is open cannot be kept: %s",
				descriptors_error(-errno));
		take_descriptor(l, left->files[i].name, fd);
	}
	return 0;
}

/* Takes the file behind fd if the checkpoint misses it. Returns whether files
 * of the checkpoint are still missing, so that the search goes on. */
static bool
on_candidate(void *arg, int fd)
{
	struct resume *l = arg;
	own(log_file) struct log_file *file = NULL;
	if (log_file_new(fd, &file, NULL) >= 0)
		(void)take_if_missing(l, l->at, &file);
	for (size_t i = 0; i < l->checkpoints[l->at].n_files; i++)
		if (!l->files[l->at][i])
			return true;
	return false;
}

int
resume_find(struct resume *l, struct why *why)
{
	take_fdstore(l);
	int r = 0;
	for (l->at = 0; r >= 0 && l->at < l->n; l->at++) {
		const char *path = l->checkpoints[l->at].path;
		int fd = log_file_open(path, why);
		if (descriptors_lack(fd))
			return fd;
		if (fd < 0 || on_candidate(l, fd))
			r = rotated_files_each(
				path, true, on_candidate, l, why);
	}
	return r;
}

bool
resume_knows(const struct resume *l, const char *app)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->checkpoints[i].app, app) == 0)
			return true;
	return false;
}

/* Gives the file the key and the identity that the store has: it is found there
 * by that key, although its head may have grown since. */
static void
use_stored_key(struct log_file *l, const char *key)
{
	free(l->key);
	l->key = xstrdup(key);
	if (!l->compressed)
		(void)file_identity_parse(
			key, &l->identity); /* is_checkpoint_file() read it */
}

static bool
has_name(const struct log_file *l)
{
	struct stat st;
	return fstat(l->fd, &st) == 0 && st.st_nlink > 0;
}

/* Adds the files of the checkpoint that were found. Where one is missing of
 * which nothing was read, its compressed copy may be on disk, and belongs
 * before the files behind it: so those that have a name are left out, and
 * follow_rotated() adds all of them in their order. */
static void
add_found(struct resume *l, size_t checkpoint, struct followed_log *t)
{
	const struct checkpoint *p = &l->checkpoints[checkpoint];
	bool left_out = false;
	for (size_t i = 0; i < p->n_files; i++) {
		own(log_file) struct log_file *file =
			take(l->files[checkpoint][i]);
		if (!file)
			left_out |= checkpoint_is_unread(p, i);
		if (!file || (left_out && has_name(file)))
			continue;
		file->base = p->files[i].base;
		file->stored = true;
		use_stored_key(file, p->files[i].key);
		followed_log_add_file(t, take(file));
	}
}

void
resume_each(struct resume *l, const struct settings *settings,
	void (*on_log)(void *arg, struct followed_log *t,
		const struct checkpoint *old),
	void *arg)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct checkpoint *p = &l->checkpoints[i];
		const struct app *app = settings_app(settings, p->app);
		if (!app)
			continue; /* the configuration lost the app */
		struct followed_log *t = followed_log_new(
			app, p->container ? p->container : "-", p->path);
		add_found(l, i, t);
		on_log(arg, t, p);
	}
}

/* Adds the file behind those that were last written to before it was. */
static void
insert_by_age(struct log_file **list, struct log_file *file)
{
	while (*list && log_file_last_write(*list) <= log_file_last_write(file))
		list = &(*list)->next;
	file->next = *list;
	*list = file;
}

struct log_file *
resume_orphans(struct resume *l, const char *container, usec since)
{
	struct log_file *list = NULL;
	for (size_t i = 0; i < l->n_orphans; i++) {
		struct orphan *o = &l->orphans[i];
		if (o->file && strcmp(o->container, container) == 0 &&
			log_file_last_write(o->file) > since)
			insert_by_age(&list, take(o->file));
	}
	return list;
}
